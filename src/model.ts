import type { TargetSettings } from './config/settings.ts'

/** The nouns of the house: plain data that rooms hand to each other. Nothing here has behaviour. */

export type Severity = 'off' | 'note' | 'warn' | 'ask' | 'block'

export type StageName = 'stop' | 'read' | 'isolate' | 'test' | 'deploy'

/** What a deploy really did, from evidence; never from an exit code alone. */
export type Outcome =
  | 'deployed'
  | 'not-started'
  | 'unchanged'
  | 'partial'
  | 'serving-despite-exit'
  | 'stale-despite-ok'
  | 'unhealthy'
  | 'unknown'

/** `probed`: a probe of ours passed on the new version. `platform`: only machine identity and the platform's checks. */
export type Level = 'probed' | 'platform'

/** Who acted. `via` is how they came: a person at a terminal, an AI agent, or a CI job. */
export interface Actor {
  name: string
  via: 'terminal' | 'agent' | 'ci'
  host: string
}

/** A line in the repository; `line` counts from 1. */
interface Place {
  file: string
  line?: number
}

/** What a detector saw. `kind` is what rules match on; `data` fills the rule's sentences (`{name}`). Never a secret value. */
export interface Fact {
  kind: string
  subject: string
  place?: Place
  data: Readonly<Record<string, string>>
}

/** How a finding was answered, by whom and why. */
export interface Answer {
  by: 'accept' | 'override' | 'trailer' | 'config' | 'typed' | 'ack'
  reason: string
  who: string
  /** What was run here to show it; only a run that passed is an answer. */
  run?: { command: string; exit: number | null }
}

/** Something in the change or env a person must know. Its key, `rule:subject`, is stable across runs. */
export interface Finding {
  rule: string
  subject: string
  severity: Exclude<Severity, 'off'>
  stage: StageName
  place?: Place
  /** What is the case, in one sentence. */
  fact: string
  /** Why it matters, in one sentence. */
  why: string
  /** What to do, each a sentence or a command. */
  fix: string[]
  /** An agent answers it with a run, not with a sentence alone. */
  agents?: 'run'
  answer?: Answer
}

/** Exactly what would ship. Oids are git object ids in hex. */
export interface Candidate {
  /** Tree of the work tree: tracked, staged and untracked files that git does not ignore. */
  tree: string
  commit: string
  /** First line of the commit message. */
  subject: string
  branch: string | null
  /** Paths that differ from `commit`. */
  dirty: string[]
  /** HMAC over the git-ignored files inside the build context. */
  context: string
  /** SHA-256 over the bytes of safe-deploy.yml and of the target's config file, and the settings in force. */
  config: string
  /** Arguments after `--`, as given. */
  argv: string[]
}

/** One file of a change; paths are relative to the repository root. */
export interface FileChange {
  path: string
  /** The old path of a rename. */
  from?: string
  status: 'A' | 'M' | 'D' | 'R' | 'T'
  modes: [old: string, new: string]
  oids: [old: string, new: string]
  /** Git shows no text for it: binary, or marked `-diff`. */
  opaque: boolean
  /** Lockfiles, vendored, minified, linguist-generated: shown last and lightly. */
  generated: boolean
  added: ChangedLine[]
  removed: ChangedLine[]
  /** Lines that were counted but not kept: generated files, and beyond 5,000 of a file. */
  more?: { added: number; removed: number }
  /** The kept lines of both sides before they are cut; absent where they came from elsewhere than a patch. */
  uncut?: { added: Uncut; removed: Uncut }
}

/** Lines of one side in pieces, as git printed them, each with its sign. A look at a piece is many times as fast as one at each of its lines. */
export interface Uncut {
  lines: number
  pieces: readonly string[]
}

/** `n` is the line number on its side, from 1. */
export interface ChangedLine {
  n: number
  text: string
}

/** A commit between base and candidate, newest first. */
export interface Commit {
  oid: string
  subject: string
  author: string
  /** Trailers of its message, by lower-case key. */
  trailers: Record<string, string[]>
}

/** The change since a base; `base` null means there is nothing to compare with. */
export interface Change {
  base: { commit: string | null; tree: string } | null
  /** Why part of it cannot be seen, e.g. the base commit is not in this clone. */
  unseen: string | null
  /** Files that differ, but whose content is not in this clone. */
  missing?: string[]
  files: FileChange[]
  commits: Commit[]
  /** How far base and candidate are apart, where both are commits: all commits between them, and days between their dates. */
  gap?: { days: number; commits: number }
  added: number
  removed: number
}

/** A dependency whose installed versions crossed a major, whatever a rule says of it. Null: neither the lockfile nor a manifest beside it says. */
export interface Major {
  lockfile: string
  ecosystem: string
  name: string
  from: string
  to: string
  /** `cross`: the old major is gone; `second-copy`: a copy of the new one came beside it. */
  copy: 'cross' | 'second-copy'
  direct: boolean | null
  /** Only reached by tests and development. */
  dev: boolean | null
  verdict: string
}

/** What serves: `id` is an image digest (fly) or what `current` printed (command). */
export interface Serving {
  id: string
  /** Release version (fly); null where the target has none. */
  version: number | null
  /** A reference that deploys exactly this again, or null. */
  image: string | null
  /** Labels of ours on the image, where it has them. */
  commit: string | null
  tree: string | null
  attempt: string | null
  ledger: string | null
}

/** A file of the repository, named by path and blob id; its content is never stored. */
export interface Blob {
  path: string
  oid: string | null
}

/** A candidate that was deployed and held. */
export interface KnownGood {
  attempt: string
  /** Position of its record in the ledger; later is larger. */
  seq: number
  at: string
  level: Level
  because: string
  by: Actor
  commit: string
  tree: string
  dirty: string[]
  /** path → blob id that its change left (null: deleted); empty when there was nothing to compare with, or too much. */
  left: Record<string, string | null>
  /** Digest of config, arguments and ignored files: with the tree it tells whether anything would change. */
  shape: string
  serving: Serving
  /** The target's config file and safe-deploy.yml as they were. */
  config: Blob
  guard: Blob | null
  /** Target settings and probes in force then, needed to roll back and verify. Masked. */
  settings: RecordedSettings
  /** Digest of the machines' config, for drift; null where the target has none. */
  machineConfig: string | null
  /** Secret name → the platform's opaque digest. */
  secrets: Record<string, string>
}

/** What a rollback needs of the settings of a known good. */
export interface RecordedSettings {
  target: TargetSettings
  probes: ProbeSpec[]
  bakeMs: number
}

/** A probe as configured; durations in milliseconds. `on: machine` runs the command on a machine of the new version. */
export type ProbeSpec =
  | {
      kind: 'http'
      url: string
      /** Null: any below `under`, which is 400 if not said. */
      status: number | null
      under?: number
      contains: string | null
      withinMs: number
    }
  | { kind: 'command'; run: string; on: 'here' | 'machine'; withinMs: number }
  | {
      kind: 'progress'
      http: string | null
      command: string | null
      on: 'here' | 'machine'
      /** Dotted path into the JSON that http or command gives; null: the whole text is a number. */
      value: string | null
      advances: boolean
      below: number | null
      withinMs: number
    }

/** The result of one probe run. `note` never holds a secret. */
export interface ProbeResult {
  name: string
  passed: boolean
  /** Was it red before the deploy? Then it is not counted as caused. */
  wasRed: boolean
  note: string
  ms: number
}

/** A failure message, folded: the same line once, with how often it came. */
export interface FoldedLine {
  text: string
  count: number
}

/** One change that could explain a failure, best first. */
export interface Suspect {
  place: Place | null
  text: string
  because: string
}
