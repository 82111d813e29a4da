import type { ProbeSpec, Severity } from '../model.ts'
import type { NotifySpec } from '../notifiers/spec.ts'

/** Who may override a rule. */
export type Overrider = 'person' | 'agent' | 'ci'

/** A line that must stay where it is. */
export interface Protected {
  file: string
  keeps: string
  because: string
}

/** A local command that shows that the app works. */
export interface Smoke {
  name: string
  /** A shell line, as the user wrote it. */
  run: string
  timeoutMs: number
  /** Env keys without which it must fail. */
  proves: string[]
}

/** An accepted finding, from the config. `until` is a date (YYYY-MM-DD) or null. */
export interface Accepted {
  rule: string
  subject: string
  because: string
  until: string | null
  /** Part of the finding's text; once it says something else, it is asked again. */
  says: string | null
}

interface Vendor {
  name: string
  expires: string
  onExpiry: string
  owner: string | null
  runbook: string | null
}

export type TargetSettings =
  | {
      kind: 'fly' /** Config file relative to dir. */
      config: string
      args: string[] /** Relative to the repository root; '' is the root. */
      dir: string
      timeoutMs: number
    }
  | { kind: 'command'; name: string; deploy: string; current: string; rollback: string | null; dir: string; timeoutMs: number }

/** What the rest of the house works with: no undefined, no spelling variants, durations in milliseconds. */
export interface Settings {
  /** Absolute path of the repository's top level. */
  root: string
  /** The ledger's name: the target's name, not the display name. */
  app: string
  display: string
  /** safe-deploy.yml relative to root, or null without a config. */
  file: string | null
  /** Named app of `apps:`, or null. */
  key: string | null
  target: TargetSettings
  /** Globs that limit what READ shows; empty: everything. */
  paths: string[]
  /** `remote`: a name or URL, `none` where that is said, null where nothing is said. */
  ledger: { remote: string | null; id: string | null; ref: string | null; logs: 'share' | 'none' }
  read: { deployBranch: string | null; clean: Severity; pushed: Severity; decrypt: boolean }
  protect: Protected[]
  env: {
    files: string[]
    required: string[]
    inherit: 'toolchain' | 'minimal' | 'all'
    inject: string[]
    mute: 'default' | 'none' | string[]
  }
  smoke: Smoke[]
  bakeMs: number
  probes: ProbeSpec[]
  budget: { unproven: number; perMs: number }
  acknowledge: {
    level: 'local' | 'signed' | 'remote'
    agents: boolean
    /** Path of the allowed signers in the repository. */
    signers: string
    touch: boolean
    approval: { repository: string; workflow: string; environment: string; api: string } | null
  }
  hears: string[]
  notify: NotifySpec[]
  rules: Record<string, Severity>
  overrides: Record<string, Overrider[]>
  accept: Accepted[]
  /** Files and folders of the project's own rule packs; null where nothing is said: `checklists/` beside the config. */
  checklists: string[] | null
  vendors: Vendor[]
}
