import type { Severity, StageName } from '../model.ts'

/** A rule as data: what is seen (`when.fact`, and values its data must have), and what to say about it. Ids are permanent. */
export interface Rule {
  id: string
  stage: StageName
  severity: Severity
  when: { fact: string; where?: Readonly<Record<string, string>> }
  /** Sentences; `{name}` is filled from the fact's data, `{subject}` from its subject. */
  say: string
  why: string
  fix: readonly string[]
  lifecycle: 'experimental' | 'stable' | 'deprecated'
  examples: { fires: readonly Example[]; silent: readonly Example[] }
}

/** Either a change of files (lines by side), which detectors read, or a fact as a detector gives it. */
export type Example =
  | { files: readonly ExampleFile[] }
  | { fact: { kind: string; subject: string; data?: Readonly<Record<string, string>>; place?: { file: string; line?: number } } }

export interface ExampleFile {
  path: string
  from?: string
  removed?: readonly string[]
  added?: readonly string[]
}

export interface Pack {
  id: string
  rules: readonly Rule[]
}
