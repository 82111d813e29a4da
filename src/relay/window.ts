import type { Alert, Post, Reason } from './entry.ts'

/** Messages of one kind in one channel, since its window opened. */
export interface Tally {
  mask: string
  /** The first of them, its beginning. */
  sample: string
  /** Epoch milliseconds, of the first and the last of them. */
  first: number
  last: number
  /** All that were let through or held. */
  all: number
  passed: number
  /** Held since the last digest. Below zero where one was told and then could not be written down. */
  pending: number
  /** Id of the first that went out, or null: the next one goes out. */
  seenBy: string | null
  /** Beyond the cap of new kinds, and not told yet. */
  other: boolean
}

/** What one channel got in an open window. */
export interface Hearing {
  kinds: Map<string, Tally>
  /** Held since the last digest, of all kinds: what is owed, if no entry was taken back. */
  pending: number
  /** When the oldest of those came. */
  since: number | null
  /** When the oldest came that is of a kind beyond the cap and not told. */
  otherSince: number | null
  digests: number
  /** Posts of ours, for their ids. */
  made: number
  /** A closing digest has told all. */
  closed: boolean
  /** When new kinds passed in the last minute. */
  firsts: number[]
  /** The digest that is not delivered yet. */
  telling: string | null
  /** Characters of undelivered posts. */
  queued: number
}

/** One reason for which a window is open. */
export interface Why {
  /** Epoch milliseconds: of the newest call, and of the end by itself. */
  at: number
  until: number
  because: string
  by: string
  incident: string | null
  alert: Alert | null
}

export interface Window {
  id: string
  app: string
  opened: number
  reasons: Map<Reason, Why>
  /** By name of the channel. */
  channels: Map<string, Hearing>
  /** Kinds in all channels together. */
  kinds: number
}

/** A first of which nobody knows yet whether it was taken. */
export interface Flight {
  id: string
  app: string
  channel: string
  kind: string
  at: number
}

/** All that the relay knows; what `apply` makes of the journal. */
export interface RelayState {
  /** Open windows, by app. */
  windows: Map<string, Window>
  /** The last window of each app that ended, with the kinds of which most was held: what people look for afterwards. */
  ended: Map<string, Window>
  /** By id of the first. */
  flights: Map<string, Flight>
  /** What is not delivered, by id, oldest first. */
  posts: Map<string, Post>
}

/** A clock that was set back by more than this ends what it had opened: better early than never. */
const BACK_MS = 5_000

/** Does this reason still keep the window open? */
export const holds = (why: Why, now: number): boolean => now < why.until && now >= why.at - BACK_MS

/** A halt says more than a deploy, and that more than a person's wish; what still holds, more than what is over. */
export const gravest = ({ reasons }: Window, now: number): Why | null => {
  const whys = (['halt', 'deploy', 'person'] as const).flatMap((reason) => reasons.get(reason) ?? [])
  return whys.find((why) => holds(why, now)) ?? whys[0] ?? null
}

/** Is something held that no digest told? */
export const owes = ({ kinds }: Hearing): boolean => [...kinds.values()].some(({ pending }) => pending > 0)

/** The window that an entry counts in, while it is open: never a later one of the same app. One that names none counts in the one that is open. */
export const windowOf = ({ windows }: RelayState, { app, window: id }: { app?: string; window?: string }): Window | undefined => {
  const window = windows.get(app ?? '')
  return id === undefined || window?.id === id ? window : undefined
}

/** The window in which an app is quiet, or null. One whose time is over does not count, whether or not its end is written down. */
export const quietWindow = (state: RelayState, app: string, now: number): Window | null => {
  const window = state.windows.get(app)
  return window && [...window.reasons.values()].some((why) => holds(why, now)) ? window : null
}
