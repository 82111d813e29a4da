import type { Serving } from '../model.ts'

/** A release as the platform lists it; `status` is the platform's word and never proof. */
export interface Release {
  id: string
  version: number
  status: string
  image: string | null
  by: string | null
  at: string
}

export interface MachineCheck {
  name: string
  status: string
  output: string
}

/** A machine of the app's groups (release-command, console and unmanaged ones are left out). No env values. */
export interface Machine {
  id: string
  group: string
  state: string
  /** Changes with every update of the machine. */
  instance: string
  /** Release version it was asked to run; null where the platform does not say. */
  version: number | null
  release: string | null
  image: string | null
  digest: string | null
  labels: Record<string, string>
  cordoned: boolean
  reachable: boolean
  checks: MachineCheck[]
  restarts: number
  /** Exit code of the last exit event, null if none. */
  exitCode: number | null
  region: string
  memoryMb: number | null
  /** Digest of its config without image and release metadata; env values only as part of the keyed digest. */
  config: string
  /** Names of mounted volumes. */
  mounts: string[]
  /** The platform stops it when idle: being stopped is no failure. */
  autostops?: boolean
  /** Waits for another machine to fail: it is stopped on purpose. */
  standby?: boolean
  /** A temporary machine of the canary strategy. */
  canary?: boolean
  /** Answers HTTP through the platform's proxy. */
  http?: boolean
  /** Its last stop was asked for, not a crash. */
  stopAsked?: boolean
}

export interface Secret {
  name: string
  digest: string
  status: string
}

/** One look at what is there. `org`, `hostname` and `secrets` are as the last full read of this process saw them; null where there was none. */
export type Truth =
  | {
      kind: 'fly'
      app: string
      org: string | null
      hostname: string | null
      releases: Release[]
      machines: Machine[]
      secrets: Secret[] | null
    }
  | { kind: 'command'; current: string }

export type FlyTruth = Extract<Truth, { kind: 'fly' }>

/** A truth, or why there is none. Codes are those of errors.ts. */
export type Reading =
  | { ok: true; truth: Truth }
  | { ok: false; code: 'TOOL_MISSING' | 'LOGGED_OUT' | 'APP_NOT_VISIBLE' | 'TARGET_UNREACHABLE' | 'TARGET_UNREADABLE'; why: string }

/** How the deploy tool's process ended. */
export interface ToolRun {
  exit: number | null
  signal: string | null
  timedOut: boolean
  /** `{"id","version","image_ref"}` that fly emitted on success, if it did. */
  emitted: { id: string; version: number; image: string } | null
  /** The last lines it printed, masked. */
  tail: string[]
  /** Nothing was run: what serves is only looked at. */
  idle?: true
}

/** Of an adoption, and of a rollback to what serves already: nothing could go wrong in it. */
export const NOTHING_RUN: ToolRun = { exit: 0, signal: null, timedOut: false, emitted: null, tail: [], idle: true }

/** The verdict on one deploy: what happened, in a sentence, with the facts it rests on. */
export interface Verdict {
  outcome: import('../model.ts').Outcome
  why: string
  evidence: string[]
  /** What serves after it, as far as one can tell. */
  serving: Serving | null
}
