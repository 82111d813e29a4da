import type { Outcome } from '../model.ts'

/** What happened to an incident since an outlet last heard of it. `opened`, `another` (a new kind of failure) and `ended` are posts; the rest edits. */
export type Happening = 'opened' | 'another' | 'counted' | 'acknowledged' | 'renewed' | 'ended'

/** An incident as outlets tell it: masked, complete by itself, the same for all of them. Times are ISO 8601 UTC. */
export interface Notice {
  /** Version of this shape: it is what a webhook gets. */
  v: 1
  happening: Happening
  /** Display name. */
  app: string
  /** Id of the first halt: the one deduplication key everywhere. */
  incident: string
  /** Id of the halt that stands; null once it has ended. */
  halt: string | null
  since: string
  /** Of this telling. */
  at: string
  outcome: Outcome | 'condemned' | null
  /** Why the newest halt stands, in one sentence. */
  why: string
  /** Who ran what halted. */
  by: string
  /** What serves now, in words; null: not known. */
  serving: string | null
  suspect: string | null
  /** What has come together since. `atLeast`: what was refused elsewhere may be missing from it. */
  counts: { failures: number; refused: number; rollbacks: number; atLeast: boolean }
  /** As acknowledged. */
  cause: string | null
  ended: { at: string; how: 'deployed' | 'rolled back' | 'adopted' | 'not known'; by: string; because: string } | null
  /** Commands that lead out, as typed. */
  ways: { says: string; type: string }[]
  /** Where the app answers. */
  url: string | null
  /** Commit and environment of what halted, for outlets that need one. */
  commit: string | null
  /** Only somebody trying whether it arrives. */
  test: boolean
}

/** What an outlet must remember of an incident, e.g. the id of the message that it edits. Shared with other machines: never a secret. */
export type Memory = Readonly<Record<string, string>>

/** How telling ended. Never thrown. */
export type Told =
  | { ok: true; memory: Memory /** What came back, for `notify test`. */; said: string }
  | {
      ok: false
      /** Without secrets. */
      why: string
      /** Milliseconds that the other side asked to wait. */
      retryMs: number | null
      /** Trying the same again is of no use until somebody changes something. */
      final: boolean
    }

/** Somewhere a notice goes. */
export interface Outlet {
  /** Stable on every machine, without a secret, e.g. `slack $SLACK_WEBHOOK_URL`. */
  id: string
  /** What it wants to hear of. */
  hears: readonly Happening[]
  /** Telling twice makes no second object: no other machine needs to be asked first. */
  idempotent: boolean
  /** Something stays open there until it hears `ended`. */
  stays?: boolean
  /** One try, at most `timeoutMs` long. */
  tell(notice: Notice, memory: Memory, timeoutMs: number): Promise<Told>
}
