import { describe, expect, test } from 'vitest'
import { due } from '../../src/relay/due.ts'
import type { Entry } from '../../src/relay/entry.ts'
import { apply, forgetFlights, freeze, newState, thaw } from '../../src/relay/state.ts'
import { channelOf, MINUTE, type play as Play, play, policyOf, START, toldIn } from './play.ts'

/** The same numbers for the same seed. */
const dice = (seed: number): ((sides: number) => number) => {
  let at = seed * 2_654_435_761 + 1
  return (sides) => {
    at = (Math.imul(at ^ (at >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0
    return (at >>> 8) % sides
  }
}

const policy = policyOf(
  [
    channelOf(),
    channelOf({ name: 'customer', quiet: 'divert', ops: 'https://slack.example/ops', audience: 'customer' }),
    channelOf({ name: 'billing', app: 'billing' }),
  ],
  { digestMs: [2 * MINUTE, 5 * MINUTE] },
)

const word = (n: number): string => 'abcdefghijklmnopqrstuvwxyz'[n % 26]!.repeat(3)

const ACTS: readonly ((relay: ReturnType<typeof Play>, roll: (sides: number) => number) => void)[] = [
  (relay, roll) => relay.until(relay.now() + roll(90_000)),
  (relay, roll) =>
    relay.quiet({
      app: roll(3) ? 'everflow' : 'billing',
      reason: (['halt', 'deploy', 'person'] as const)[roll(3)]!,
      ttlMs: roll(12) * MINUTE + 1,
    }),
  (relay, roll) => roll(4) === 0 && relay.release((['halt', 'deploy', 'person', null] as const)[roll(4)]!),
  ...Array.from({ length: 9 }, () => (relay: ReturnType<typeof Play>, roll: (sides: number) => number): void => {
    const status = [200, 200, 200, 200, 404, 429, 500, null][roll(8)]
    relay.say(`job ${word(roll(20))} failed in run ${roll(900)}`, status, policy.channels[roll(3)])
    const { state } = relay
    for (const { id, app, channel, kind } of [...state.flights.values()])
      if (roll(2))
        relay.write([
          {
            t: 'post',
            at: relay.now(),
            id,
            app,
            channel,
            to: 'main',
            what: 'message',
            body: '{"text":""}',
            type: '',
            covers: { [kind]: 1 },
          },
        ])
    if (roll(3) === 0)
      relay.write([...state.posts.keys()].slice(0, 1).map((id) => ({ t: 'posted', at: relay.now(), id, status: [200, 410][roll(2)]! })))
  }),
]

const live = (seed: number) => {
  const relay = play(policy)
  const roll = dice(seed)
  for (let i = 0; i < 250; i++) ACTS[roll(ACTS.length)]!(relay, roll)
  return relay
}

const replayed = (journal: readonly Entry[], state = newState()) => {
  for (const entry of journal) apply(state, JSON.parse(JSON.stringify(entry)))
  return state
}

describe('reading the journal again', () => {
  test.each(Array.from({ length: 15 }, (_, seed) => seed))('gives the live state, through snapshots at any place (run %i)', (seed) => {
    const { journal, state } = live(seed)
    expect(replayed(journal)).toEqual(state)
    for (let cut = 0; cut <= journal.length; cut += 7) {
      const frozen = JSON.parse(JSON.stringify(freeze(replayed(journal.slice(0, cut)))))
      const snapshot: Entry = { t: 'snapshot', at: 0, state: frozen }
      expect(replayed([snapshot, ...journal.slice(cut)])).toEqual(state)
    }
  })

  test.each(Array.from({ length: 15 }, (_, seed) => seed))('whatever was cut off, all that was held is told once (run %i)', (seed) => {
    const { journal } = live(seed)
    for (let cut = 0; cut <= journal.length; cut += 11) {
      const state = replayed(journal.slice(0, cut))
      forgetFlights(state)
      const rest = due(state, policy, START + 10_000 * MINUTE)
      const all = replayed([], state)
      for (const entry of rest) apply(all, entry)
      expect(all.windows.size).toBe(0)
      expect(coveredIn([...journal.slice(0, cut), ...rest])).toBe(heldIn([...journal.slice(0, cut), ...rest]))
    }
  })
})

/** What digests told of. */
const coveredIn = (journal: readonly Entry[]): number => toldIn(journal.filter((entry) => entry.t === 'post' && entry.what !== 'message'))

/** What was held, and messages that could not be delivered in time to be told. */
const heldIn = (journal: readonly Entry[]): number => {
  const open = new Set<string>()
  const waits = new Map<string, string>()
  let held = 0
  for (const entry of journal) {
    if (entry.t === 'quiet') open.add(entry.app)
    if (entry.t === 'held') held++
    if (entry.t === 'post' && entry.what === 'message' && open.has(entry.app!)) waits.set(entry.id, entry.window ?? entry.app!)
    if (entry.t === 'release' && entry.reason === null) for (const [id, app] of waits) if (app === entry.app) waits.delete(id)
    if (entry.t === 'posted' && entry.status >= 400 && waits.delete(entry.id)) held++
  }
  return held
}

describe('a snapshot', () => {
  test('of another shape or version is refused by the place that is wrong', () => {
    expect(() => thaw(null)).toThrow('snapshot is not an object.')
    expect(() => thaw({ v: 1, windows: [['a', {}]], ended: [], flights: [], posts: [] })).toThrow('snapshot.windows[0] a.id is not a text.')
    expect(() => thaw({ v: 2, windows: [], ended: [], flights: [], posts: [] })).toThrow('version 2')
  })

  test('is a copy', () => {
    const relay = play(policy)
    relay.quiet()
    relay.say('job aaa failed')
    const before = JSON.stringify(freeze(relay.state))
    const frozen = freeze(relay.state)
    relay.say('job aaa failed')
    relay.release(null)
    expect(JSON.stringify(frozen)).toBe(before)
  })
})
