import { expect, test } from 'vitest'
import { steadyClock } from '../../../src/relay/steady-clock.ts'
import { HOUR_MS, openRelayHouse } from '../../support/relay-house.ts'
import { until } from '../../support/started.ts'

const failed = (n: number): string => `error: order ${n} failed: HTTP 500`

/** A machine whose clock somebody sets. */
const setUp = async () => {
  const jump = { ms: 0 }
  const clock = steadyClock(
    () => Date.now() + jump.ms,
    () => performance.now(),
  )
  return { jump, house: await openRelayHouse({ world: { clock } }) }
}

test('a clock that is set back makes no window longer', async () => {
  const { jump, house } = await setUp()
  await house.quiet({ ttl_s: 2 })
  await house.post(failed(1))
  await house.post(failed(2))
  jump.ms = -24 * HOUR_MS
  await house.post(failed(3))
  expect(house.slack.texts('/services/alerts')).toEqual([failed(1)])
  await until(() => house.slack.got.length === 2, 'it ends')
  expect(house.slack.got[1]?.text).toContain('3 messages in 1 kind: 1 shown, 2 held.')
  await house.post(failed(4))
  expect(house.slack.got[2]?.text).toBe(failed(4))
})

test('a clock that is set ahead ends a window early, with its digest, and nothing is lost', async () => {
  const { jump, house } = await setUp()
  await house.quiet({ ttl_s: 3600 })
  for (let n = 1; n <= 3; n++) await house.post(failed(n))
  jump.ms = 2 * HOUR_MS
  await house.post(failed(4))
  await until(() => house.slack.got.length === 3, 'the closing digest comes')
  expect(house.slack.texts('/services/alerts').filter((text) => text.startsWith('error'))).toEqual([1, 4].map(failed))
  expect(house.slack.got.some(({ text }) => text.includes('3 messages in 1 kind: 1 shown, 2 held.'))).toBe(true)
})
