import type { Entry, First, Held, Opened, Released, Sent } from './entry.ts'
import { freezeState, thawState } from './frozen.ts'
import { countFirst, countHeld, countPost, countPosted, uncountFirst, uncountHeld } from './tally.ts'
import type { Hearing, RelayState, Window } from './window.ts'

/** Nothing is known, no window open. */
export const newState = (): RelayState => ({ windows: new Map(), ended: new Map(), flights: new Map(), posts: new Map() })

/**
 * One entry more, in place: the same for an entry that was just made and for one that is read again from the journal. Whoever makes an entry applies
 * it at once, before anything else is judged, and hands it to the journal in the same turn: so the order in memory is the order on disk.
 * @throws Error when a snapshot is of a shape that this version does not know
 */
export const apply = (state: RelayState, entry: Entry): void => {
  const change = CHANGES[entry.t] as (state: RelayState, entry: Entry) => void
  change(state, entry)
}

/** An entry that could not be written down did not happen. Only for messages: what else is ours is told although it is not on disk. */
export const undo = (state: RelayState, entry: First | Held): void => {
  const flight = state.flights.get(entry.id)
  if (entry.t === 'held') uncountHeld(state, entry)
  else if (flight) uncountFirst(state, flight)
}

/** After the journal was read again: what was on its way then never got an answer. Its kind counts as unseen, its sender may try again. */
export const forgetFlights = (state: RelayState): void => {
  for (const flight of [...state.flights.values()]) uncountFirst(state, flight)
}

/** The state as JSON, for a snapshot. */
export const freeze = (state: RelayState): unknown => freezeState(state)

/** What `freeze` made. @throws Error when it is of a shape that this version does not know */
export const thaw = (frozen: unknown): RelayState => thawState(frozen)

const open = (state: RelayState, { app, window: id, reason, at, until, because, by, incident, alert }: Opened): void => {
  const window = state.windows.get(app) ?? { id, app, opened: at, reasons: new Map(), channels: new Map(), kinds: 0 }
  window.reasons.set(reason, { at, until, because, by, incident, alert })
  state.windows.set(app, window)
}

const release = (state: RelayState, { app, reason }: Released): void => {
  const window = state.windows.get(app)
  if (!window) return
  if (reason === null) window.reasons.clear()
  else window.reasons.delete(reason)
  if (window.reasons.size > 0) return
  state.windows.delete(app)
  state.ended.set(app, remembered(window))
  for (const flight of state.flights.values()) if (flight.app === app) state.flights.delete(flight.id)
}

/** Kinds of a channel that are remembered of a window that ended. */
const MOST_REMEMBERED = 100

const remembered = (window: Window): Window => ({
  ...window,
  channels: new Map([...window.channels].map(([name, hearing]) => [name, { ...hearing, kinds: mostHeld(hearing) }])),
})

const mostHeld = ({ kinds }: Hearing): Hearing['kinds'] =>
  new Map(
    [...kinds]
      .filter(([, { all, passed }]) => all > passed)
      .sort(([, a], [, b]) => b.all - b.passed - (a.all - a.passed))
      .slice(0, MOST_REMEMBERED),
  )

/** Taken: seen. Refused for good: its sender was told so, and the next one may try. Anything else waits for the post that delivers it later. */
const land = (state: RelayState, { id, status }: Sent): void => {
  const flight = state.flights.get(id)
  if (!flight || status === null || status === 429 || status >= 500) return
  if (status < 400) state.flights.delete(id)
  else uncountFirst(state, flight)
}

const CHANGES: { [T in Entry['t']]: (state: RelayState, entry: Extract<Entry, { t: T }>) => void } = {
  quiet: open,
  release,
  first: countFirst,
  sent: land,
  held: countHeld,
  post: countPost,
  posted: (state, { id, status }) => countPosted(state, id, status),
  snapshot: (state, entry) => void Object.assign(state, thaw(entry.state)),
}
