import type { Delivery } from './deliver.ts'
import type { First, Held } from './entry.ts'
import type { Channel } from './policy.ts'
import { quietWindow, type RelayState, type Tally, type Window } from './window.ts'

export const iso = (at: number): string => new Date(at).toISOString()

/** Counted since the relay began. */
export interface Counts {
  passed: number
  limited: number
}

/** A window as the admin API shows it. */
export const viewOfWindow = ({ id, app, opened, reasons }: Window): object => ({
  id,
  app,
  since: iso(opened),
  until: iso(Math.max(...[...reasons.values()].map(({ until }) => until))),
  reasons: [...reasons].map(([reason, { until, because, by, incident }]) => ({ reason, until: iso(until), because, by, incident })),
})

interface Seen {
  state: RelayState
  now: number
  counts: Counts
  trouble: Delivery['trouble']
}

/** A channel and how it stands. `held` and `kinds` are those of the open window. */
export const viewOfChannel = ({ name, app, audience, quiet }: Channel, { state, now, counts, trouble }: Seen): object => {
  const window = quietWindow(state, app, now)
  const tallies = [...(window?.channels.get(name)?.kinds.values() ?? [])]
  const inTrouble = trouble(name)
  return {
    name,
    app,
    audience,
    quiet,
    window: window && viewOfWindow(window),
    passed: counts.passed,
    limited: counts.limited,
    held: tallies.reduce((sum, tally) => sum + heldOf(tally), 0),
    kinds: tallies.length,
    queue: [...state.posts.values()].filter((post) => post.channel === name).length,
    trouble: inTrouble?.why ?? null,
    trouble_since: inTrouble && iso(inTrouble.since),
  }
}

const heldOf = ({ all, passed }: Tally): number => all - passed

/** Kinds in one answer: more could be more than its reader takes. */
const MOST_KINDS = 2_000

interface Placed {
  window: Window
  channel: string
  kind: string
  tally: Tally
}

/**
 * Kinds of the open windows and of the last one of each app that ended, most held first; of those that are too many how many there are, and what is held
 * of them.
 * @param app null: of all apps
 */
export const viewOfHeld = (state: RelayState, app: string | null): { kinds: object[]; more?: { kinds: number; held: number } } => {
  const all = placed(state, app).sort((a, b) => heldOf(b.tally) - heldOf(a.tally) || a.tally.first - b.tally.first)
  const rest = all.splice(MOST_KINDS)
  const more = { kinds: rest.length, held: rest.reduce((sum, { tally }) => sum + heldOf(tally), 0) }
  return { kinds: all.map((one) => viewOfKind(state, one)), ...(rest.length > 0 ? { more } : {}) }
}

const placed = ({ windows, ended }: RelayState, app: string | null): Placed[] =>
  [...windows.values(), ...ended.values()]
    .filter((window) => app === null || window.app === app)
    .flatMap((window) =>
      [...window.channels].flatMap(([channel, { kinds }]) => [...kinds].map(([kind, tally]) => ({ window, channel, kind, tally }))),
    )

const viewOfKind = ({ windows }: RelayState, { window, channel, kind, tally }: Placed): object => ({
  kind,
  app: window.app,
  channel,
  mask: tally.mask,
  sample: tally.sample,
  count: tally.all,
  first: iso(tally.first),
  last: iso(tally.last),
  held: heldOf(tally),
  window: window.id,
  ended: windows.get(window.app) !== window,
})

/** Kinds of the open windows and of those that ended last. */
export const knownKinds = ({ windows, ended }: RelayState): { kind: string; first: number }[] =>
  [...windows.values(), ...ended.values()].flatMap(({ channels }) =>
    [...channels.values()].flatMap(({ kinds }) => [...kinds].map(([kind, { first }]) => ({ kind, first }))),
  )

/** A message as it came: of what was held all of it, of the first of a kind its beginning, as it was shown. */
export const viewOfMessage = (entry: First | Held): object => ({
  id: entry.id,
  at: iso(entry.at),
  channel: entry.channel,
  text: entry.text,
  body: entry.t === 'held' ? entry.body : null,
})
