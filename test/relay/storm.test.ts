import { describe, expect, test } from 'vitest'
import { channelOf, MINUTE, play, policyOf, START, toldIn } from './play.ts'

const KINDS = [
  (i: number) => `everflow pipeline failed: password authentication failed for user "everflow" (run ${i})`,
  (i: number) => `KeyError: 'user_id' in job ${i}`,
  (i: number) => `HTTP 503 from 10.0.0.${i % 250}:8080 after ${i} ms`,
  (i: number) => `Connection refused: redis.internal:6379, retry in ${i}s`,
  (i: number) => `exit code 137 on machine ${(i * 7919).toString(16).padStart(14, '0')}a1`,
]

describe('a storm of 10,000 messages in 5 kinds within 10 minutes', () => {
  const storm = (minutesQuiet: number) => {
    const relay = play(policyOf([channelOf()]))
    relay.quiet()
    for (let i = 0; i < 10_000; i++) {
      relay.until(START + i * 60)
      relay.say(KINDS[(i * 31) % 5]!(i))
    }
    relay.until(START + minutesQuiet * MINUTE)
    return relay
  }

  test.each([10, 16, 40])('makes at most 8 posts that tell of exactly 10,000, released after %i minutes', (minutes) => {
    const relay = storm(minutes)
    relay.release(null)
    expect(relay.shown.length).toBeLessThanOrEqual(8)
    expect(relay.shown.filter(({ what }) => what === 'message')).toHaveLength(5)
    expect(toldIn(relay.journal)).toBe(10_000)
    expect(relay.journal.filter(({ t }) => t === 'held')).toHaveLength(9_995)
    expect(relay.shown.at(-1)?.text).toContain('10,000 messages in 5 kinds: 5 shown, 9,995 held.')
  })

  test('ends by itself with all that was held, though nobody comes back', () => {
    const relay = storm(60)
    expect(relay.state.windows.size).toBe(0)
    expect(toldIn(relay.journal)).toBe(10_000)
    expect(relay.shown.at(-1)?.text).toContain('ended by itself')
    expect(relay.say(KINDS[0]!(1))).toBe('forward')
  })
})

/** Six deploys in 45 minutes; each opens its own reason, fails, and halts; nine messages of the app on the way. */
const incident = (channel: Parameters<typeof channelOf>[0]) => {
  const relay = play(policyOf([channelOf(channel)]))
  for (let deploy = 0; deploy < 6; deploy++) {
    const at = START + deploy * 8 * MINUTE
    relay.until(at)
    relay.quiet({ reason: 'deploy', ttlMs: 30 * MINUTE, incident: null })
    relay.until(at + 2 * MINUTE)
    relay.say(KINDS[0]!(8000 + deploy))
    relay.quiet({ reason: 'halt', incident: 'h-1' })
    relay.release('deploy')
    if (deploy % 2 === 1) relay.say(KINDS[0]!(9000 + deploy))
  }
  relay.until(START + 45 * MINUTE)
  relay.release('halt')
  return relay
}

describe('the incident: 45 minutes, six deploys, nine messages', () => {
  test('the customer sees the first, one digest and the end', () => {
    const { shown, journal } = incident({})
    expect(shown.map(({ what }) => what)).toEqual(['message', 'digest', 'closing'])
    expect(toldIn(journal)).toBe(9)
    expect(shown.at(-1)?.text).toContain('9 messages in 1 kind: 1 shown, 8 held.')
  })

  test('with divert the customer sees nothing, and ops all of it', () => {
    const { shown, journal } = incident({ quiet: 'divert', ops: 'https://slack.example/ops', audience: 'customer' })
    expect(shown.filter(({ to }) => to === 'main')).toEqual([])
    expect(shown.map(({ what }) => what)).toEqual(['message', 'digest', 'closing'])
    expect(toldIn(journal)).toBe(9)
  })

  test('divert without another channel holds', () => {
    expect(incident({ quiet: 'divert', audience: 'customer' }).shown.map(({ to }) => to)).toEqual(['main', 'main', 'main'])
  })

  test('without a window everything goes through, and nothing is written down', () => {
    const relay = play(policyOf([channelOf()]))
    for (let i = 0; i < 9; i++) expect(relay.say(KINDS[0]!(i))).toBe('forward')
    expect(relay.journal).toEqual([])
  })
})
