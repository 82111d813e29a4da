import type { Commit } from './changes.ts'
import type { Excerpt } from './excerpt.ts'

/** What has been seen so far. Texts of the story speak of it, so that they say nothing that did not happen. */
export interface Seen {
  /** Digest of the last plan that was printed. */
  digest: string
  /** Kind of messages that the relay named last. */
  kind: string
  /** Calls of fly deploy: those that build, and those that bring an earlier image back. */
  deploys: number
  rollbacks: number
  /** Messages that reached the customer's channel. */
  heard: number
  /** What they say, and what the team's own channel says. */
  texts: { customer: readonly string[]; team: readonly string[] }
  /** Commands of safe-deploy that ended with 10, 11 or 12. */
  refused: number
}

/** A command of safe-deploy, typed and really run. */
export interface GuardAct {
  kind: 'guard'
  args: (seen: Seen) => string[]
  /** How it ends. */
  exit: number
  /** Texts that its output holds. */
  says: readonly string[]
  /** How often it calls fly deploy; not said: never. */
  ships?: 1
  /** What of its output is shown; not said: all of it. */
  shows?: Excerpt
}

export type Act =
  | GuardAct
  | { kind: 'commit'; commit: Commit }
  /** Another program; not said: it ends with 0. */
  | { kind: 'run'; argv: readonly string[]; keeps?: RegExp; exit?: number }
  /** A GET to everflow; what it answers is shown, and holds this. */
  | { kind: 'get'; path: string; holds: RegExp }
  /** A POST to everflow, which does something there. */
  | { kind: 'post'; path: string; holds: RegExp }
  /** Waits for what takes its time. */
  | { kind: 'wait'; text: string; until: (seen: Seen) => boolean }
  /** What stands in a channel by now. */
  | { kind: 'channel'; title: string; texts: (seen: Seen) => readonly string[] }
  /** A sentence; `holds` says whether it is true. */
  | { kind: 'tell'; text: (seen: Seen) => string; holds?: (seen: Seen) => boolean }

/** A chapter of the story. */
export interface Step {
  title: string
  text: readonly string[]
  acts: readonly Act[]
}
