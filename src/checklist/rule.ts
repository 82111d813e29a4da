import type { Severity, StageName } from '../model.ts'

/**
 * When a rule speaks: about a kind of fact (and values its data has), about changed files (by globs, and by an added or removed line that matches
 * an RE2 expression), or about every deploy.
 */
export type When =
  | { fact: string; where?: Readonly<Record<string, string>> }
  | { changed: readonly string[]; added?: string; removed?: string }
  | { always: true }

/** A rule as data: when it speaks, and what it says. Ids are permanent. */
export interface Rule {
  id: string
  stage: StageName
  severity: Severity
  when: When
  /** Sentences; `{name}` is filled from the fact's data, `{subject}` from its subject. */
  say: string
  why: string
  fix: readonly string[]
  /** An agent’s sentence answers it only with a run that shows it (`--evidence-run`). */
  answer?: 'run'
  lifecycle: 'experimental' | 'stable' | 'deprecated'
  examples: { fires: readonly Example[]; silent: readonly Example[] }
}

/**
 * Either a change as every detector reads it, or a fact as a detector gives it (for what only the platform, the ledger or the work tree shows).
 */
export type Example =
  | {
      files: readonly ExampleFile[]
      /** Subject of the commit; `change` where it does not matter. */
      subject?: string
      /** Files that the change leaves as they are: path → text. */
      tree?: Readonly<Record<string, string>>
    }
  | { fact: { kind: string; subject: string; data?: Readonly<Record<string, string>>; place?: { file: string; line?: number } } }

/** A changed file: by the lines of each side, or by its whole text before and after (`was` left out: new; `now` left out: deleted). */
export interface ExampleFile {
  path: string
  from?: string
  removed?: readonly string[]
  added?: readonly string[]
  was?: string
  now?: string
}

export interface Pack {
  id: string
  rules: readonly Rule[]
}
