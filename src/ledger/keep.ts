import type { KnownGood } from '../model.ts'
import type { Intended } from './events.ts'
import type { Core, Failed, Halt, Incident, Over, State } from './state.ts'

/** What ended an incident. */
export type End = Pick<Over, 'at' | 'how' | 'by' | 'because' | 'serving'>

/** How many of anything else a state remembers. */
export const REMEMBERED = 20
const KNOWN_GOODS = 5
/** Characters of path names kept of one change: a state that outgrows its reader's limit would lock everybody out. */
const LEFT_CHARS = 100_000

/** Changes the frozen core. */
export const withCore = (state: State, core: Partial<Core>): State => ({ ...state, core: { ...state.core, ...core } })

/** Did a halt that is not light open in it? States of earlier versions do not say so by themselves. */
export const isFull = ({ full, failures }: Incident, halt: Halt | null): boolean =>
  full === true || failures > 0 || (halt !== null && !halt.light)

/** The incident that a state holds, told as over. */
const over = (incident: Incident, halt: Halt | null, end: End): Over => ({
  key: incident.key,
  since: incident.since,
  ...end,
  failures: incident.failures,
  rollbacks: incident.rollbacks ?? 0,
  cause: incident.cause ?? null,
  outcome: halt?.outcome ?? null,
  why: halt?.why ?? '',
  commit: halt?.candidate?.commit ?? null,
})

/** The incident is over. */
export const recovered = (state: State, end: End): State => ({
  ...withCore(state, { halt: null }),
  ...(state.incident && isFull(state.incident, state.core.halt) ? { ended: over(state.incident, state.core.halt, end) } : {}),
  ack: null,
  incident: null,
  notStarted: 0,
})

/** The newest known good first; older ones beyond five are forgotten. */
export const keepGood = (good: KnownGood, others: readonly KnownGood[]): KnownGood[] => [good, ...others].slice(0, KNOWN_GOODS)

export const remember = (list: Failed[], change: Failed): Failed[] =>
  [change, ...list.filter((f) => f.attempt !== change.attempt)].slice(0, REMEMBERED)

/** A change too large to remember path by path is remembered by its tree. */
export const bounded = (left: Record<string, string | null>): Record<string, string | null> =>
  Object.keys(left).reduce((chars, path) => chars + path.length, 0) > LEFT_CHARS ? {} : left

export const lean = (intent: Intended): Intended =>
  intent.candidate ? { ...intent, candidate: { ...intent.candidate, left: bounded(intent.candidate.left) } } : intent
