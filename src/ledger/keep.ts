import type { KnownGood } from '../model.ts'
import type { Intended } from './events.ts'
import type { Core, Failed, State } from './state.ts'

/** How many of anything else a state remembers. */
export const REMEMBERED = 20
const KNOWN_GOODS = 5
/** Characters of path names kept of one change: a state that outgrows its reader's limit would lock everybody out. */
const LEFT_CHARS = 100_000

/** Changes the frozen core. */
export const withCore = (state: State, core: Partial<Core>): State => ({ ...state, core: { ...state.core, ...core } })

/** The incident is over. */
export const recovered = (state: State): State => ({ ...withCore(state, { halt: null }), ack: null, incident: null, notStarted: 0 })

/** The newest known good first; older ones beyond five are forgotten. */
export const keepGood = (good: KnownGood, others: readonly KnownGood[]): KnownGood[] => [good, ...others].slice(0, KNOWN_GOODS)

export const remember = (list: Failed[], change: Failed): Failed[] =>
  [change, ...list.filter((f) => f.attempt !== change.attempt)].slice(0, REMEMBERED)

/** A change too large to remember path by path is remembered by its tree. */
export const bounded = (left: Record<string, string | null>): Record<string, string | null> =>
  Object.keys(left).reduce((chars, path) => chars + path.length, 0) > LEFT_CHARS ? {} : left

export const lean = (intent: Intended): Intended =>
  intent.candidate ? { ...intent, candidate: { ...intent.candidate, left: bounded(intent.candidate.left) } } : intent
