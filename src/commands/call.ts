import type { Emit } from '../events.ts'
import type { Clock, Prompter, Signals } from '../ports.ts'
import type { Mask } from '../redact.ts'
import type { Desk } from '../stages/desk.ts'
import type { Flags } from './flags.ts'
import type { News } from './news.ts'
import type { RangeDesk } from './plan-range.ts'
import type { Look } from './status.ts'

/** One invocation, as a command sees it. What costs time to make is made when asked for. */
export interface Call {
  /** Name in the table, e.g. `deploy` or `ledger log`. */
  command: string
  /** The command line as one would type it again. */
  line: string[]
  args: readonly string[]
  flags: Flags
  /** What stood behind `--`. */
  rest: readonly string[]
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  pid: number
  /** Version of the runtime. */
  node: string
  /** Stdin and stdout are terminals: somebody is there, whether they may be asked or not. */
  terminal: boolean
  /** A person can be asked: stdin and stdout are terminals, not CI, no --no-input. */
  interactive: boolean
  clock: Clock
  signals: Signals
  emit: Emit
  mask: Mask
  /** What is left to tell when the outcome is shown. */
  news: News
  /** Values that no text may show from now on. */
  hide(values: Iterable<string>): void
  /** Writes what is left to say, so that somebody else can have the terminal. */
  hush(): Promise<void>
  /** Asks a person; null where nobody can be asked. */
  prompter(): Promise<Prompter | null>
  /** How the app stands, from the ledger alone, as fast as can be. */
  look(): Promise<Look>
  /** The same for every app of the config. */
  lookEvery(): Promise<Look[]>
  /** Refuses at once while a halt stands that nothing answers; says nothing otherwise. `keep`: note it in the history. */
  refuseWhileHalted(keep: boolean): Promise<void>
  /** The same call, told otherwise: what a fly command under the guard means. */
  as(told: Partial<Pick<Call, 'command' | 'line' | 'flags' | 'rest'>>): Call
  /** Everything a command works with: repository, settings, ledger, target. */
  desk(app?: string): Promise<Desk>
  /** What judging any two commits needs: git alone. */
  range(): Promise<RangeDesk>
  /** Keys of the apps that the config names, in its order. */
  apps(): Promise<string[]>
}

/** A command: does its work, tells it by events, returns the exit code. */
export type Run = (call: Call) => Promise<number>
