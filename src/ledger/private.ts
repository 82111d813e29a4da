import { join } from 'node:path'

/** Where the guard keeps its own things: below the git common directory, shared by all worktrees, never in the user's refs or index. */
export interface PrivateFolder {
  root: string
  ledgerGit: string
  objects: string
  key: string
  clone: string
  pending: string
  spool: string
  runs: string
  logs: string
  cache: string
  evidence: string
  /** The last state this clone saw of an app's ledger. */
  seen(app: string): string
  run(attempt: string): string
  spooled(attempt: string): string
  log(attempt: string): string
  /** What this clone knows of what was told of an app's incidents. */
  notices(app: string): string
  /** Refused attempts that the shared book does not hold yet, a file each. */
  refusals(app: string): string
  /** Where what is shared of them is fetched to. */
  noticesGit: string
}

/** @param commonDir absolute git common directory */
export const privateFolder = (commonDir: string): PrivateFolder => {
  const root = join(commonDir, 'safe-deploy')
  const at = (...parts: string[]) => join(root, ...parts)
  return {
    root,
    ledgerGit: at('ledger.git'),
    objects: at('objects'),
    key: at('key'),
    clone: at('clone'),
    pending: at('pending'),
    spool: at('spool'),
    runs: at('run'),
    logs: at('logs'),
    cache: at('cache'),
    evidence: at('evidence'),
    seen: (app) => at('seen', `${app}.json`),
    run: (attempt) => at('run', `${attempt}.json`),
    spooled: (attempt) => at('spool', `${attempt}.json`),
    log: (attempt) => at('logs', `${attempt}.log`),
    notices: (app) => at('notices', `${app}.json`),
    refusals: (app) => at('notices', `${app}.refused`),
    noticesGit: at('notices', 'git'),
  }
}

/** The ref that holds an app's ledger. `app` is already encoded for a ref. */
export const ledgerRef = (app: string): string => `refs/safe-deploy/${app}`
