import type { Settings, TargetSettings } from '../config/settings.ts'
import type { Emit } from '../events.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { PrivateFolder } from '../ledger/private.ts'
import type { Actor } from '../model.ts'
import type {
  Clock,
  Files,
  Git,
  Http,
  Obtain,
  OnDeployBranch,
  Processes,
  ProcessTable,
  Prompter,
  Protected,
  ReadText,
  Repository,
  Signals,
  Sink,
  TreeFiles,
} from '../ports.ts'
import type { Mask } from '../redact.ts'
import type { Target } from '../targets/target.ts'

/** Everything a command works with: settings, state, target, and the world as ports. */
export interface Desk {
  /** The command line that a person would type again, e.g. `['safe-deploy', 'deploy']`. */
  argv: string[]
  /** What stood behind `--`, for fly. */
  rest: readonly string[]
  settings: Settings
  /** Settings as a tree or commit has them; null where it has none that can be read. */
  settingsAt(tree: string, commit: string): Promise<Settings | null>
  ledger: Ledger
  target: Target
  /** The same target with recorded settings, from another folder: a known good's checkout. */
  targetFor(settings: TargetSettings, root: string): Target
  /** The clone as it was when the command began. */
  repo: Repository
  /** The clone as it is now. */
  repoNow(): Promise<Repository>
  /** The same desk as it would be opened now: after a wait everything is read again. */
  again(): Promise<Desk>
  folder: PrivateFolder
  git: Git
  /** Is HEAD on a branch of a remote, as last fetched? null: there is none to ask. */
  pushed(commit: string): Promise<boolean | null>
  /** Objects that this clone lacks. */
  obtain: Obtain
  /** Was the candidate merged? */
  onDeployBranch: OnDeployBranch
  files: Files
  treeFiles: TreeFiles
  readText: ReadText
  /** A file of the system's administrator. */
  readProtected(path: string): Protected | null
  openSink: () => Promise<Sink>
  processes: Processes
  http: Http
  table: ProcessTable
  clock: Clock
  signals: Signals
  emit: Emit
  /** Null when nobody may be asked. */
  prompt: Prompter | null
  actor: Actor
  mask: Mask
  /** Values that no text may show from now on. */
  hide(values: Iterable<string>): void
  env: Readonly<Record<string, string | undefined>>
  pid: number
  /** Random id and HMAC key of this clone. */
  clone: { id: string; key: string }
  /** An attempt was refused: whoever hears of the incident hears of it, too. */
  refused?(): void
}
