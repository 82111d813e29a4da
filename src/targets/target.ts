import type { Ours } from '../ledger/events.ts'
import type { Serving } from '../model.ts'
import type { FlyArgs } from './fly/args.ts'
import type { Drift, Recorded } from './fly/drift.ts'
import type { Settled, SettleOptions } from './settle.ts'
import type { Reading, ToolRun, Truth, Verdict } from './truth.ts'

/** A child process as the target wants it: for the streaming port. */
export interface ToolCommand {
  command: readonly string[] | { shell: string }
  cwd: string
  env: Record<string, string>
  /** Recorded arguments that could not be given again, because the record holds them masked. */
  lost: string[]
  /** What it reads from stdin; default: stdin is closed. */
  input?: string
  /** It has the terminal, where a person may have to answer it. */
  terminal?: true
}

export interface DeployInput {
  commit: string
  tree: string
  attempt: string
  ledger: string
}

interface RollbackInput extends DeployInput {
  /** What to go back to. */
  to: Serving
  /** Absolute path of the temporary checkout. */
  root: string
  /** Of the known good: its arguments, its folder and its config file, relative to `root`. */
  args: readonly string[]
  dir: string
  config: string
}

export interface JudgeInput {
  before: Truth
  after: Settled
  run: ToolRun
  /** The attempt as labelled on the image. */
  attempt: string
}

/** What one line of the tool says. */
export interface Heard {
  emitted: ToolRun['emitted']
  built: boolean
}

/** What a deploy goes to: everything that the guard asks of fly, or of a user's own commands. */
export interface Target {
  kind: 'fly' | 'command'
  /** The ledger's name. */
  name: string
  /** Of the plan digest: what is deployed to, and where that is. */
  identity(): string
  /** Where it deploys from: folder and config file, relative to the repository root; config null where it has none. */
  place: { dir: string; config: string | null }
  /** What the user's own arguments mean; null where they are not fly's. */
  args: FlyArgs | null
  /** Endpoints that the environment moves elsewhere, to be shown. */
  endpoints: string[]
  /** `full` also tells org, hostname and secrets. */
  read(options: { full: boolean }): Promise<Reading>
  /** Looks until two looks are equal. Defaults: every 2 s, at most 30 s. */
  settle(options?: Partial<SettleOptions>): Promise<Settled>
  same(a: Truth, b: Truth): boolean
  deployCommand(input: DeployInput): ToolCommand
  /** Null where there is no way: no rollback line, or nothing that names what to go back to. */
  rollbackCommand(input: RollbackInput): ToolCommand | null
  /** After a rollback: machines that should run and do not. */
  startCommands(before: Truth, after: Truth): ToolCommand[]
  /** What a line of the tool's output tells: the release it made, or that the image is built. Null for all others. */
  hear(line: string): Heard | null
  judge(input: JudgeInput): Verdict
  judgeRollback(input: JudgeInput & { to: Serving }): Verdict
  /** Any other command of the tool; null where the target has none. `cwd` is where it was typed. */
  runCommand(args: readonly string[], cwd: string): ToolCommand | null
  /** What that did: the fleet has to be as well as before, but for what the command's `words` ask. */
  judgeRun(input: JudgeInput & { words: readonly string[] }): Verdict
  /** Does any machine run, so that there is something to probe? */
  isUp(truth: Truth): boolean
  /** What moved between two looks while the same image serves, as far as `known` was right before it. */
  movedSince(before: Truth, after: Truth, known: Recorded): Ours | null
  /** Runs a shell line on a machine of what serves; null where there is none. */
  onMachine(truth: Truth, line: string): ToolCommand | null
  /** Where it answers HTTP through the platform; null for a worker, and where nobody told the hostname yet. */
  url(truth: Truth): string | null
  /** What the app printed lately, newest last; null where that cannot be told. Raw: mask before showing. */
  recentLog(): Promise<string[] | null>
  servingOf(truth: Truth): Serving | null
  secretsOf(truth: Truth): Record<string, string>
  machineConfigOf(truth: Truth): string | null
  driftOf(truth: Truth, recorded: Recorded): Drift
  /** No machines, though a release has run: then an empty list is more likely the platform's error than the truth. */
  looksEmptied(truth: Truth): boolean
  /** Did it stop because the image is gone? */
  saysImageMissing(tail: readonly string[]): boolean
}
