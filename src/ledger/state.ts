import type { Actor, KnownGood, Outcome, Serving } from '../model.ts'
import type { Acknowledged, Intended, RecordedCandidate } from './events.ts'

/** The meaning level this version writes and understands; a reader that knows less refuses deploys, not rollbacks. */
export const MEANING = 1

/** Opened by every outcome but `deployed`, and by `bad`. Never expires. */
export interface Halt {
  /** Attempt id, or id of the condemnation. */
  id: string
  since: string
  by: Actor
  outcome: Outcome | 'condemned'
  /** One sentence. */
  why: string
  attempt: string | null
  candidate: RecordedCandidate | null
  /** Only `not-started`, fewer than three in a row: one line acknowledges it. */
  light: boolean
  /** The best suspect, as one line, or null. */
  suspect: string | null
}

/** An intent whose outcome is not known yet. */
export interface Open {
  attempt: string
  kind: Intended['kind']
  since: string
  by: Actor
  because: string
  deadline_s: number
  before: Serving | null
  operator: Intended['operator']
  fenced: boolean
  /** Its operator said that it goes before it knows the outcome, and that its tool has ended: anybody may settle it now. */
  left?: true
  /** The halt that it answers, by going back or by an acknowledgement: the only one it can lift. */
  under: string | null
  intent: Intended
}

/** The frozen part that every version of this tool can read: enough for status and rollback. */
export interface Core {
  v: 1
  ledger: string
  app: string
  halt: Halt | null
  /** Newest first, at most 5. */
  good: KnownGood[]
  incumbent: Serving | null
  open: Open | null
}

/** An acknowledgement that no attempt has used yet. */
export interface Ack {
  id: string
  at: string
  by: Actor
  halt: string | null
  failed: string | null
  cause: string
  next: string
  paths: string[]
  outside: string | null
  /** How sure it is that a person said it; absent in states that an earlier version wrote. */
  level?: Acknowledged['level']
}

export interface Freeze {
  until: string
  because: string
  by: Actor
}

/** A change that failed or was rolled back, remembered until a later forward known good. */
export interface Failed {
  attempt: string
  at: string
  why: string
  commit: string
  tree: string
  /** path → blob id it left (null: deleted). */
  left: Record<string, string | null>
}

/** From the first halt to the next forward known good, or a rollback or adoption that held. */
export interface Incident {
  /** Its first halt. */
  key: string
  since: string
  /** Deploys that failed in it; `not-started` is not counted. */
  failures: number
  signature: string | null
  /** Failures in a row with the same signature. */
  same: number
  /** Rollbacks in it that did not hold. States of earlier versions lack this, and what follows. */
  rollbacks?: number
  /** As last acknowledged. */
  cause?: string
  /** A halt opened in it that is not light: what outlets hear of. */
  full?: true
}

/** How an incident ended, and what it came to. One that only light halts opened is not kept. */
export interface Over {
  /** Its first halt. */
  key: string
  since: string
  at: string
  how: 'deployed' | 'rolled back' | 'adopted'
  by: Actor
  because: string
  failures: number
  rollbacks: number
  cause: string | null
  /** What served after it. */
  serving: Serving | null
  /** Of its last halt. */
  outcome: Halt['outcome'] | null
  why: string
  commit: string | null
}

/** A deploy that counts for the budget until it is proved. */
export interface Try {
  attempt: string
  at: string
  proven: boolean
}

export interface State {
  core: Core
  /** Meaning level a reader must know; an older reader refuses deploys, not rollbacks. */
  needs: number
  /** Number of events folded. */
  seq: number
  /** `seq` of the last event that began, ended, adopted or condemned something; refusals, notes and what came late move nothing. */
  moved: number
  last: { id: string; type: string; at: string } | null
  ack: Ack | null
  freeze: Freeze | null
  failed: Failed[]
  incident: Incident | null
  /** The last one that ended; absent before the first, and in states of earlier versions. */
  ended?: Over
  notStarted: number
  tries: Try[]
  /** Releases that were called bad, by serving id and version, and by attempt. */
  condemned: string[]
  /** Attempts whose outcome came late from a spool: a second flush of the same changes nothing. */
  flushed: string[]
  /** The newest known good without a probe, until somebody says whether it worked. */
  unproven: { attempt: string; at: string; files: string[]; subject: string; heard?: string[] } | null
}
