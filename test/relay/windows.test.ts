import { describe, expect, test } from 'vitest'
import { due, nextDue, waiting } from '../../src/relay/due.ts'
import { quiet, release } from '../../src/relay/end.ts'
import { judge } from '../../src/relay/judge.ts'
import { apply } from '../../src/relay/state.ts'
import { viewOfHeld } from '../../src/relay/views.ts'
import { quietWindow } from '../../src/relay/window.ts'
import { callOf, channelOf, MINUTE, play, policyOf, START, toldIn } from './play.ts'

const FAILED = 'import failed: connection refused'
const policy = policyOf([channelOf(), channelOf({ name: 'other' })])

describe('a quiet window', () => {
  test('is one for all its reasons and ends with the last of them', () => {
    const relay = play(policy)
    relay.quiet({ reason: 'halt' })
    relay.quiet({ reason: 'person', because: 'we know' })
    relay.say(FAILED)
    relay.say(FAILED)
    relay.release('halt')
    expect(relay.say(FAILED)).toBe('hold')
    expect(relay.shown.map(({ what }) => what)).toEqual(['message'])
    relay.release('person')
    expect(relay.say(FAILED)).toBe('forward')
    expect(relay.shown.map(({ what }) => what)).toEqual(['message', 'closing', 'forwarded'])
  })

  test('goes on as long as one reason is renewed, and each reason has its own end', () => {
    const relay = play(policy)
    relay.quiet({ reason: 'deploy', ttlMs: 10 * MINUTE })
    relay.quiet({ reason: 'halt', ttlMs: 20 * MINUTE })
    relay.until(START + 15 * MINUTE)
    expect([...relay.state.windows.get('everflow')!.reasons.keys()]).toEqual(['halt'])
    relay.quiet({ reason: 'halt', ttlMs: 20 * MINUTE, because: 'deploy 8 failed', incident: 'h-2' })
    relay.until(START + 34 * MINUTE)
    expect(relay.state.windows.get('everflow')).toMatchObject({ id: 'w1', opened: START })
    relay.until(START + 35 * MINUTE)
    expect(relay.state.windows.size).toBe(0)
  })

  test('is remembered after its end by the hundred kinds of which most was held, until the next one ends', () => {
    const relay = play(policyOf([channelOf()], { newKinds: 1_000 }))
    relay.quiet()
    for (let i = 0; i < 150; i++) for (let n = 0; n <= i % 7; n++) relay.say(`${String.fromCharCode(97 + (i % 26), 97 + i / 26)} failed`)
    relay.release(null)
    const { kinds } = relay.state.ended.get('everflow')!.channels.get('reports')!
    expect(viewOfHeld(relay.state, 'everflow').kinds).toHaveLength(100)
    expect(viewOfHeld(relay.state, null).kinds[0]).toMatchObject({ held: 6, count: 7, window: 'w1', ended: true })
    expect([kinds.size, Math.min(...[...kinds.values()].map(({ all }) => all))]).toEqual([100, 3])
    relay.quiet()
    expect(relay.state.ended.size).toBe(1)
    relay.release(null)
    expect(relay.state.ended.get('everflow')!.channels.size).toBe(0)
  })

  test('that nobody heard of says nothing at its end', () => {
    const relay = play(policy)
    relay.quiet()
    relay.say(FAILED)
    relay.say('1,204 rows loaded')
    relay.release(null)
    expect(relay.shown.map(({ what }) => what)).toEqual(['message', 'forwarded'])
  })

  test('is over when its time is, whether or not anybody wrote that down', () => {
    const relay = play(policy)
    relay.quiet({ ttlMs: MINUTE })
    expect(quietWindow(relay.state, 'everflow', START + MINUTE - 1)?.id).toBe('w1')
    expect(quietWindow(relay.state, 'everflow', START + MINUTE)).toBeNull()
    const message = { id: 'm', text: FAILED, kind: { key: 'k', mask: '' }, body: '', type: '' }
    expect(judge(relay.state, policy, policy.channels[0]!, message, START + MINUTE).act).toBe('forward')
  })

  test('ends early when the clock was set back, and not by a second or two', () => {
    const relay = play(policy)
    relay.quiet()
    expect(quietWindow(relay.state, 'everflow', START - 2_000)).not.toBeNull()
    expect(quietWindow(relay.state, 'everflow', START - 60 * MINUTE)).toBeNull()
    expect(due(relay.state, policy, START - 60 * MINUTE).map(({ t }) => t)).toEqual(['release'])
  })

  test('ends after a restart as if there had been none', () => {
    const relay = play(policy)
    relay.quiet()
    for (let i = 0; i < 4; i++) relay.say(FAILED)
    relay.restart()
    expect(relay.say(FAILED)).toBe('hold')
    relay.until(START + 60 * MINUTE)
    expect(relay.shown.map(({ what }) => what)).toEqual(['message', 'digest', 'closing'])
    expect(relay.shown.at(-1)?.text).toContain('5 messages in 1 kind: 1 shown, 4 held.')
  })

  test('called for after its time opens a new one, and the old one is closed first', () => {
    const relay = play(policy)
    relay.quiet({ ttlMs: MINUTE })
    relay.say(FAILED)
    relay.say(FAILED)
    const entries = quiet(relay.state, policy, callOf(), START + 2 * MINUTE, 'w9')
    expect(entries.map((entry) => [entry.t, 'window' in entry && entry.window])).toEqual([
      ['post', 'w1'],
      ['release', 'w1'],
      ['quiet', 'w9'],
    ])
  })

  test('of more kinds than one answer takes shows those of which most is held, and counts the rest', () => {
    const relay = play(policyOf([channelOf()], { newKinds: 1 }))
    relay.quiet()
    const kinds = Array.from(
      { length: 2_100 },
      (_, i) => `${String.fromCharCode(97 + (i % 26), 97 + ((i / 26) % 26), 97 + i / 676)} failed`,
    )
    for (const kind of [...kinds, ...kinds.slice(-5)]) relay.say(kind)
    const { kinds: shown, more } = viewOfHeld(relay.state, null)
    expect([shown.length, more]).toEqual([2_000, { kinds: 100, held: 99 }])
    expect(shown.slice(0, 6).map((one) => (one as { held: number }).held)).toEqual([2, 2, 2, 2, 2, 1])
  })

  test('knows nothing of what an earlier window left: its message that is refused later is not counted in this one', () => {
    const relay = play(policyOf([channelOf()]))
    relay.quiet()
    relay.say(FAILED)
    const first = relay.journal.find((entry) => entry.t === 'first')!
    const message = { ...first, t: 'post', what: 'message', body: '{}', type: 'application/json', covers: { [first.kind]: 1 } } as const
    relay.release(null)
    relay.quiet()
    relay.say(FAILED)
    relay.say(FAILED)
    apply(relay.state, message)
    apply(relay.state, { t: 'posted', at: START, id: first.id, status: 404 })
    expect(viewOfHeld(relay.state, null).kinds[0]).toMatchObject({ count: 2, held: 1 })
  })

  test('is not released for a reason that it does not have, nor where there is none', () => {
    const relay = play(policy)
    expect(release(relay.state, policy, { app: 'everflow', reason: null, by: 'ada' }, START)).toEqual([])
    relay.quiet({ reason: 'halt' })
    expect(release(relay.state, policy, { app: 'everflow', reason: 'person', by: 'ada' }, START)).toEqual([])
  })
})

describe('killed while a window ends', () => {
  const ending = () => {
    const relay = play(policy)
    relay.quiet({ ttlMs: MINUTE })
    for (const channel of policy.channels) for (let i = 0; i < 3; i++) relay.say(FAILED, 200, channel)
    return relay
  }

  test.each([0, 1, 2, 3])('after %i of its entries, each channel gets one closing digest', (written) => {
    const relay = ending()
    const first = due(relay.state, policy, START + MINUTE)
    expect(first.map(({ t }) => t)).toEqual(['post', 'post', 'release'])
    relay.write(first.slice(0, written))
    relay.restart()
    const rest = due(relay.state, policy, START + 2 * MINUTE)
    expect([...first.slice(0, written), ...rest].map(({ t }) => t)).toEqual(['post', 'post', 'release'])
    relay.write(rest)
    expect([due(relay.state, policy, START + 3 * MINUTE), nextDue(relay.state, policy)]).toEqual([[], null])
    relay.deliver()
    expect(relay.shown.filter(({ what }) => what === 'closing')).toHaveLength(2)
  })

  test('by a person, it goes on being quiet until it is told again, and then says what came since', () => {
    const relay = ending()
    const [first] = release(relay.state, policy, { app: 'everflow', reason: null, by: 'ada' }, START)
    relay.write([first!])
    relay.restart()
    expect(relay.say(FAILED)).toBe('hold')
    relay.release(null)
    const closings = relay.journal.flatMap((entry) =>
      entry.t === 'post' && entry.channel === 'reports' ? [Object.values(entry.covers)] : [],
    )
    expect(closings).toEqual([[2], [1]])
  })
})

describe('what is due', () => {
  test('is nothing before its time, and nothing twice', () => {
    const relay = play(policy)
    relay.quiet()
    relay.say(FAILED)
    expect(nextDue(relay.state, policy)).toBe(START + 60 * MINUTE)
    relay.say(FAILED)
    const at = nextDue(relay.state, policy)!
    expect(at).toBe(START + 15 * MINUTE)
    expect(due(relay.state, policy, at - 1)).toEqual([])
    const entries = due(relay.state, policy, at)
    expect(entries).toMatchObject([{ t: 'post', what: 'digest', id: 'w1.reports.1' }])
    for (const entry of entries) apply(relay.state, entry)
    expect(due(relay.state, policy, at)).toEqual([])
  })

  test('is one digest after an outage, however long it was', () => {
    const relay = play(policy)
    relay.quiet({ ttlMs: 240 * MINUTE })
    for (let minute = 0; minute < 200; minute++) {
      const at = START + minute * MINUTE
      relay.say(FAILED)
      relay.write(due(relay.state, policy, at))
      expect(nextDue(relay.state, policy)).toBeGreaterThan(at)
    }
    expect(waiting(relay.state).map(({ what }) => what)).toEqual(['digest'])
    relay.deliver()
    relay.write(due(relay.state, policy, START + 200 * MINUTE))
    expect(waiting(relay.state).map(({ what }) => what)).toEqual(['digest'])
    relay.deliver()
    expect(toldIn(relay.journal)).toBe(200)
  })

  test('a channel that is no longer configured gets nothing, and its window ends all the same', () => {
    const relay = play(policy)
    relay.quiet({ ttlMs: MINUTE })
    relay.say(FAILED)
    relay.say(FAILED)
    const less = policyOf([channelOf({ name: 'other' })])
    expect(due(relay.state, less, START + MINUTE).map(({ t }) => t)).toEqual(['release'])
  })
})
