import type {
  Actor,
  Answer,
  Blob,
  Finding,
  FoldedLine,
  KnownGood,
  Outcome,
  ProbeResult,
  RecordedSettings,
  Serving,
  Suspect,
} from '../model.ts'
import type { Truth } from '../targets/truth.ts'
import type { State } from './state.ts'

/** Fields every durable event carries. `at` is ISO 8601 UTC; `id` 128 random bits in hex. */
interface Stamp {
  v: 1
  id: string
  at: string
  by: Actor
}

/** Severity, key and answer of a finding, as history needs it. */
type RecordedFinding = Pick<Finding, 'rule' | 'subject' | 'severity' | 'stage' | 'fact'> & {
  place?: Finding['place']
  answer?: Answer
}

/** What an intent says about the candidate. `left`: path → blob id that the change since the known good leaves (null: deleted). */
export interface RecordedCandidate {
  commit: string
  tree: string
  subject: string
  branch: string | null
  dirty: string[]
  shape: string
  config: Blob
  guard: Blob | null
  left: Record<string, string | null>
}

export interface Created extends Stamp {
  type: 'ledger.created'
  ledger: string
  app: string
  /** A new chain after a lost one: the last state that was known, and the tip it stood at. */
  embeds?: { state: State; tip: string | null; because: string }
}

interface Refused extends Stamp {
  type: 'attempt.refused'
  command: string
  code: string
  what: string
}

export interface Intended extends Stamp {
  type: 'deploy.intended'
  attempt: string
  kind: 'deploy' | 'rollback' | 'run'
  because: string
  plan: string | null
  candidate: RecordedCandidate | null
  /** What the attempt compares with. */
  base: { commit: string | null; tree: string } | null
  /** Tool command, masked. */
  argv: string[]
  before: Serving | null
  findings: RecordedFinding[]
  /** Seconds after which others may settle it. */
  deadline_s: number
  /** Id of the acknowledgement this attempt uses up. */
  ack: string | null
  /** Rollback: what it goes back to. */
  target: { serving: Serving; good: string | null; level: 'probed' | 'platform' } | null
  settings: RecordedSettings
  /** Which clone, process and boot runs it; proves death only where all match this machine. */
  operator: { clone: string; pid: number }
  /** A first contact: what served before the guard came. */
  incumbent?: Serving
  /** What the target showed right before the act: instances and versions, so that anybody can judge later. */
  snapshot: Truth | null
  /** Flushed after the fact: it takes no lock. */
  late?: true
}

/** What a run moved without changing what serves; null, and secrets that are not named, stay as they were recorded. */
export interface Ours {
  version: number | null
  machineConfig: string | null
  /** Name → the platform's digest; null: removed. */
  secrets: Record<string, string | null>
}

export interface Ended extends Stamp {
  type: 'deploy.ended'
  attempt: string
  outcome: Outcome
  /** One sentence. */
  why: string
  evidence: string[]
  exit: number | null
  signal: string | null
  ms: number
  serving: Serving | null
  probes: ProbeResult[]
  level: 'probed' | 'platform' | null
  machineConfig: string | null
  secrets: Record<string, string>
  tail: FoldedLine[]
  suspects: Suspect[]
  /** What the app's log shows since, where that is new. */
  heard?: string[]
  /** A short fingerprint of the failure, for "the same error". */
  signature: string | null
  /** Of a run that held: what it moved, by which the record of the known good that still serves is renewed. */
  ours?: Ours
  /** Settled by looking, by somebody else than its operator. */
  observer?: true
  /** Flushed after the fact, with its intent: what the ledger was when it began. */
  late?: { seen: number; halt: string | null; intent: Intended }
}

export interface Acknowledged extends Stamp {
  type: 'halt.acknowledged'
  ack: string
  /** The halt it answers, or null for a remembered failed change. */
  halt: string | null
  failed: string | null
  cause: string
  evidence: string
  evidenceRun: { command: string; exit: number | null; tail: string[] } | null
  next: string
  paths: string[]
  outside: string | null
  level: 'local' | 'signed' | 'remote'
  override: string | null
  /** Of level signed: what was signed, by whom, and with what kind of key. */
  signature?: { document: string; armored: string; principal: string; key: string; touched: boolean }
  /** Of level remote: the run that was approved, by whom. */
  approval?: { run: string; environment: string; by: string }
}

export interface Adopted extends Stamp {
  type: 'halt.adopted'
  halt: string | null
  because: string
  good: Omit<KnownGood, 'seq'>
  probes: ProbeResult[]
}

export interface Condemned extends Stamp {
  type: 'release.condemned'
  because: string
  serving: Serving | null
}

interface FreezeSet extends Stamp {
  type: 'freeze.set'
  until: string
  because: string
}

interface FreezeLifted extends Stamp {
  type: 'freeze.lifted'
  because: string
}

/** `drift`: seen on the platform. `worked`: a person says an unproven deploy worked. `fence`: a rollback took over an open attempt. `left`: whoever ran it has gone, and its tool has ended. */
export interface Note extends Stamp {
  type: 'note.added'
  kind: 'drift' | 'worked' | 'fence' | 'left' | 'late' | 'override' | 'incumbent'
  attempt: string | null
  text: string
  serving?: Serving
}

/** The ten durable events; type names are permanent. */
export type DurableEvent = Created | Refused | Intended | Ended | Acknowledged | Adopted | Condemned | FreezeSet | FreezeLifted | Note
