import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { House } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { CONFIG } from './halts.ts'

const SLOW = 300_000

describe('a fly command under the guard', () => {
  const at: { house?: House } = {}
  const house = (): House => at.house as House
  beforeAll(async () => {
    at.house = await openHouse({ config: CONFIG, good: 'the first' })
  }, SLOW)
  afterAll(() => at.house?.close())

  test(
    'a secret is set between a recorded intent and its outcome',
    async () => {
      const told = await house().json(['run', '--because=rotate the key', '--', 'fly', 'secrets', 'set', 'API_KEY=sentinel-of-run-1'])
      console.log(told.out, told.err)
      const plain = await house().sd(['run', '--because=rotate the key', '--', 'fly', 'secrets', 'set', 'API_KEY=sentinel-of-run-2'])
      console.log(plain.out, plain.err)
      console.log((await house().sd(['history'])).out)
      console.log((await house().sd(['run', '--', 'fly', 'secrets', 'set', 'API_KEY=sentinel-of-run-2'])).out)
      console.log((await house().sd(['run', '--', 'fly', 'status'])).out)
      console.log((await house().sd(['run', '--because=x', '--', 'fly', 'deploy', '--remote-only'])).out)
      console.log((await house().sd(['run', '--because=x', '--', 'fly', 'secrets', 'set', 'API_KEY'])).out)
      console.log((await house().sd(['run', '--because=x', '--', 'fly', 'secrets', 'set', 'API_KEY=1'])).out)
      console.log((await house().sd(['rollback'])).out)
      expect(told.code).toBe(0)
    },
    SLOW,
  )
})
