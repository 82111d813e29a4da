import type { Serving } from '../model.ts'
import type { Reading, Release, ToolRun, Truth, Verdict } from './truth.ts'

/** A child process to run once: arguments, or a shell line that the user wrote. */
export interface ToolCommand {
  command: readonly string[] | { shell: string }
  /** Absolute. */
  cwd: string
  env: Readonly<Record<string, string>>
}

/** What an attempt wants the target to carry: labels on the image, the attempt's mark in the environment. */
export interface AttemptMarks {
  attempt: string
  commit: string
  tree: string
  ledger: string
}

/** A place to deploy to. Everything but `read` and `start` is pure. (Written by the lead: helper 5 fills it in makeTarget.) */
export interface Target {
  kind: 'fly' | 'command'
  /** What a person calls it: the app, or the command target's name. */
  name: string
  /** Who it is, for the plan's digest: `fly:everflow@personal`; the organisation is left out where it was not read. */
  identity(truth: Truth): string
  /** One look at what is there. `full` also reads secrets and status; a lean look reads releases and machines (two fly calls). */
  read(options: { full: boolean }): Promise<Reading>
  /** Looks until two looks agree, or `atMostMs` has passed (then the last one, or why there is none). */
  settled(options: { everyMs: number; atMostMs: number; signal?: AbortSignal }): Promise<Reading>
  deploy(marks: AttemptMarks, argv: readonly string[]): ToolCommand
  /** @param dir absolute folder of the temporary checkout that holds the target's config */
  rollback(marks: AttemptMarks, to: Serving, dir: string, args: readonly string[]): ToolCommand
  /** Deploys the checkout itself, when the image is gone. */
  rebuild(marks: AttemptMarks, dir: string, args: readonly string[]): ToolCommand
  judge(input: { before: Truth | null; after: Truth | null; run: ToolRun; argv: readonly string[] }): Verdict
  /** Proof of a rollback is what serves, not a version number. `exit` plays no part. */
  judgeRollback(input: { before: Truth | null; after: Truth | null; run: ToolRun; to: Serving }): Verdict
  serving(truth: Truth): Serving | null
  same(a: Truth, b: Truth): boolean
  /** Does this truth still show what the ledger knows? `image`: something else serves; `config`: same image, other machine config. */
  drift(
    truth: Truth,
    known: { serving: Serving; machineConfig: string | null; secrets: Record<string, string> },
  ): 'none' | 'secrets' | 'config' | 'image'
  machineConfig(truth: Truth): string | null
  secrets(truth: Truth): Record<string, string>
  /** Machines that should run and do not, after a rollback; empty for a command target. */
  startStopped(truth: Truth, before: Truth | null): ToolCommand[]
  /** Releases a rollback could name with `--to vN`, newest first. */
  releases(truth: Truth): Release[]
  /** Runs a line on a machine of the new version, for probes with `on: machine`. Null where the target cannot. */
  onMachine(truth: Truth, line: string): ToolCommand | null
  /** Base URL where the app answers, for the default probe. Null for workers and command targets. */
  url(truth: Truth): string | null
  /** Reads what a line of the tool's output says about the deploy: the image is built now; the release it made. */
  hear(line: string): { built: boolean; emitted: ToolRun['emitted'] } | null
  /** Judges the user's own flags, before anything is read: `--detach`, `--strategy immediate`, fleet filters, another app. */
  refuseArgs(argv: readonly string[]): { flag: string; why: string; answerable: boolean }[]
}
