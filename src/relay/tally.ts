import type { First, Held, Post } from './entry.ts'
import { type Flight, type Hearing, type RelayState, type Tally, type Window, windowOf } from './window.ts'

/** Characters kept of a sample and of a mask. */
const SAMPLE = 500
/** The minute in which new kinds are counted. */
export const MINUTE_MS = 60_000

/** A cut of its own: a slice would keep the whole message in memory. */
const cut = (text: string): string => Buffer.from(text.slice(0, SAMPLE)).toString()

const newHearing = (): Hearing => ({
  kinds: new Map(),
  pending: 0,
  since: null,
  otherSince: null,
  digests: 0,
  made: 0,
  closed: false,
  firsts: [],
  telling: null,
  queued: 0,
})

const hearingOf = (window: Window, channel: string): Hearing => {
  const hearing = window.channels.get(channel) ?? newHearing()
  window.channels.set(channel, hearing)
  return hearing
}

const tallyOf = (window: Window, hearing: Hearing, { kind, mask, text, at }: First | Held): Tally => {
  const known = hearing.kinds.get(kind)
  if (known) return known
  const tally = { mask: cut(mask), sample: cut(text), first: at, last: at, all: 0, passed: 0, pending: 0, seenBy: null, other: false }
  hearing.kinds.set(kind, tally)
  window.kinds++
  return tally
}

/** Counts a message in its window. Without a window it counts nowhere. */
const count = (state: RelayState, entry: First | Held): { hearing: Hearing; tally: Tally } | null => {
  const window = state.windows.get(entry.app ?? '')
  if (!window) return null
  const hearing = hearingOf(window, entry.channel)
  const tally = tallyOf(window, hearing, entry)
  tally.all++
  tally.last = Math.max(tally.last, entry.at)
  hearing.closed = false
  return { hearing, tally }
}

export const countFirst = (state: RelayState, entry: First): void => {
  const counted = count(state, entry)
  if (!counted) return
  const { hearing, tally } = counted
  tally.passed++
  tally.seenBy = entry.id
  hearing.firsts = [...hearing.firsts.filter((at) => at > entry.at - MINUTE_MS), entry.at]
  state.flights.set(entry.id, { id: entry.id, app: entry.app ?? '', channel: entry.channel, kind: entry.kind, at: entry.at })
}

export const countHeld = (state: RelayState, entry: Held): void => {
  const counted = count(state, entry)
  if (!counted) return
  const { hearing, tally } = counted
  tally.pending++
  hearing.pending++
  if (tally.pending > 0) hearing.since ??= entry.at
  if (!entry.other) return
  tally.seenBy ??= entry.id
  tally.other = true
  hearing.otherSince ??= entry.at
}

/** A kind that nothing is left of goes. */
const dropEmpty = (window: Window, hearing: Hearing, kind: string): void => {
  const tally = hearing.kinds.get(kind)
  if (tally?.all !== 0) return
  hearing.kinds.delete(kind)
  window.kinds--
}

/** Is nothing of this left to tell? Then nothing is due. */
const settle = (hearing: Hearing): void => {
  const tallies = [...hearing.kinds.values()]
  if (!tallies.some(({ pending }) => pending > 0)) hearing.since = null
  if (!tallies.some(({ other }) => other)) hearing.otherSince = null
}

/** A first did not go out after all: the next of its kind will, and nobody counts this one. */
export const uncountFirst = (state: RelayState, { id, app, channel, kind, at }: Flight): void => {
  state.flights.delete(id)
  const window = state.windows.get(app)
  const hearing = window?.channels.get(channel)
  const tally = hearing?.kinds.get(kind)
  if (!window || !hearing || !tally) return
  tally.all--
  tally.passed--
  if (tally.seenBy === id) tally.seenBy = null
  const counted = hearing.firsts.indexOf(at)
  if (counted >= 0) hearing.firsts.splice(counted, 1)
  dropEmpty(window, hearing, kind)
}

export const uncountHeld = (state: RelayState, entry: Held): void => {
  const window = windowOf(state, entry)
  const hearing = window?.channels.get(entry.channel)
  const tally = hearing?.kinds.get(entry.kind)
  if (!window || !hearing || !tally) return
  tally.all--
  tally.pending--
  hearing.pending--
  if (tally.seenBy === entry.id) tally.seenBy = null
  if (tally.pending <= 0) tally.other = false
  dropEmpty(window, hearing, entry.kind)
  if (tally.pending <= 0) settle(hearing)
}

/** What a post of ours tells is not to be told again. */
export const countPost = (state: RelayState, post: Post): void => {
  state.posts.set(post.id, post)
  state.flights.delete(post.id)
  const hearing = windowOf(state, post)?.channels.get(post.channel)
  if (!hearing) return
  hearing.queued += post.body.length
  if (post.what === 'message' || post.what === 'word') return
  hearing.made++
  hearing.telling = post.id
  if (post.what === 'digest') hearing.digests++
  if (post.what === 'closing') hearing.closed = true
  for (const [kind, told] of Object.entries(post.covers)) cover(hearing, kind, told)
  settle(hearing)
}

const cover = (hearing: Hearing, kind: string, told: number): void => {
  const tally = hearing.kinds.get(kind)
  if (!tally) return
  tally.pending -= told
  tally.other = false
  hearing.pending -= told
}

/** A post is off the list. A message of an app that its channel will never take was not shown: it counts as held. */
export const countPosted = (state: RelayState, id: string, status: number): void => {
  const post = state.posts.get(id)
  state.posts.delete(id)
  const hearing = post && windowOf(state, post)?.channels.get(post.channel)
  if (!hearing) return
  hearing.queued = Math.max(0, hearing.queued - post.body.length)
  if (hearing.telling === id) hearing.telling = null
  if (post.what === 'message' && status >= 400) for (const kind of Object.keys(post.covers)) unshow(hearing, kind, post)
}

const unshow = (hearing: Hearing, kind: string, { id, at }: Post): void => {
  const tally = hearing.kinds.get(kind)
  if (!tally) return
  tally.passed--
  tally.pending++
  if (tally.seenBy === id) tally.seenBy = null
  hearing.pending++
  if (tally.pending > 0) hearing.since ??= at
  hearing.closed = false
}
