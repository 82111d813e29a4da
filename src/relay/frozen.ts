import type { Alert, Post, Reason } from './entry.ts'
import { flag, list, mapOf, number, oneOf, optional, orNull, type Read, record, table, text } from './shape.ts'
import type { Flight, Hearing, RelayState, Tally, Why, Window } from './window.ts'

/** Version of what a snapshot says. */
const VERSION = 1

/** Plain JSON, and a copy: the state goes on changing. */
export const freezeState = ({ windows, ended, flights, posts }: RelayState): unknown => ({
  v: VERSION,
  windows: [...windows].map(([app, window]) => [app, freezeWindow(window)]),
  ended: [...ended].map(([app, window]) => [app, freezeWindow(window)]),
  flights: [...flights],
  posts: [...posts],
})

const freezeWindow = (window: Window): unknown => ({
  ...window,
  reasons: [...window.reasons],
  channels: [...window.channels].map(([name, hearing]) => [name, freezeHearing(hearing)]),
})

const freezeHearing = (hearing: Hearing): unknown => ({
  ...hearing,
  firsts: [...hearing.firsts],
  kinds: [...hearing.kinds].map(([kind, tally]) => [kind, { ...tally }]),
})

const alert: Read<Alert> = record({ labels: table(text), annotations: table(text) })

const why: Read<Why> = record({
  at: number,
  until: number,
  because: text,
  by: text,
  incident: orNull(text),
  alert: orNull(alert),
})

const tally: Read<Tally> = record({
  mask: text,
  sample: text,
  first: number,
  last: number,
  all: number,
  passed: number,
  pending: number,
  seenBy: orNull(text),
  other: flag,
})

const hearing: Read<Hearing> = record({
  kinds: mapOf(text, tally),
  pending: number,
  since: orNull(number),
  otherSince: orNull(number),
  digests: number,
  made: number,
  closed: flag,
  firsts: list(number),
  telling: orNull(text),
  queued: number,
})

const reason: Read<Reason> = oneOf('halt', 'deploy', 'person')

const window: Read<Window> = record({
  id: text,
  app: text,
  opened: number,
  reasons: mapOf(reason, why),
  channels: mapOf(text, hearing),
  kinds: number,
})

const flight: Read<Flight> = record({ id: text, app: text, channel: text, kind: text, at: number })

const post: Read<Post> = record({
  t: oneOf('post'),
  id: text,
  at: number,
  app: optional(text),
  window: optional(text),
  channel: text,
  to: oneOf('main', 'ops'),
  what: oneOf('digest', 'others', 'closing', 'message', 'word'),
  body: text,
  type: text,
  covers: table(number),
})

const state = record({
  v: number,
  windows: mapOf(text, window),
  ended: mapOf(text, window),
  flights: mapOf(text, flight),
  posts: mapOf(text, post),
})

/** Reads what `freezeState` made. @throws Error, naming the place that is of another shape */
export const thawState = (frozen: unknown): RelayState => {
  const { v, ...read } = state(frozen, 'snapshot')
  if (v !== VERSION) throw new Error(`The snapshot is of version ${v}; this relay knows version ${VERSION}.`)
  return read
}
