import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CONFIG, houseFor, SLOW } from '../e2e/halts.ts'
import { guess, type Listening, listen, TOLD } from './told.ts'

describe('an end that nobody told', () => {
  const house = houseFor({ config: TOLD })
  const at = {} as { hook: Listening }
  beforeAll(async () => {
    // The end takes its time.
    at.hook = await listen(async ({ json }) => {
      if ((json as { happening?: string })?.happening === 'ended') await new Promise((done) => setTimeout(done, 300))
      return { status: 200, body: 'ok' }
    })
  })
  afterAll(() => at.hook.close())
  const untoldBy = async (...args: string[]) => {
    house().write({ 'safe-deploy.yml': CONFIG })
    expect((await house().json(args)).code).toBe(0)
    house().write({ 'safe-deploy.yml': TOLD })
  }

  test.sequential(
    'comes before what opened since, and is no last word while that is open',
    async () => {
      await guess(house(), 'exit1-but-serving', at.hook.env)
      await untoldBy('rollback')
      await untoldBy('bad', '--because=it loses orders')
      await house().json(['plan'], { env: at.hook.env })
      expect(at.hook.happenings()).toEqual(['opened', 'ended', 'opened'])
      const [first, over, second] = at.hook.told()
      expect(over?.incident).toBe(first?.incident)
      expect(second?.why).toBe('it loses orders')
    },
    SLOW,
  )
})
