/** A halt as this clone last saw it. */
export interface Halted {
  /** Null: what was kept cannot be read. */
  app: string | null
  /** To the minute. */
  since: string | null
}

/** What is looked at: nothing is run or written, and no ledger is opened. */
export interface Disk {
  read: (path: string) => string | null
  list: (path: string) => readonly string[]
}

/**
 * Is an app of the clone round this folder halted, as far as the clone knows? By what it keeps beside its ledgers, the frozen core alone: no git, no
 * config. Any app counts: the line that asks does not say which it means. What cannot be read counts as halted, an outcome that waits to be recorded too.
 */
export const haltRound = (folder: string, disk: Disk): Halted | null => {
  const root = privateRound(folder, disk)
  if (root === null) return null
  const kept = disk.list(`${root}/seen`).filter((name) => name.endsWith('.json'))
  const halts = kept.map((name) => haltIn(disk.read(`${root}/seen/${name}`)))
  const found = halts.find((halt) => halt?.app != null) ?? halts.find((halt) => halt !== null)
  if (found) return found
  return disk.list(`${root}/spool`).some((name) => failedIn(disk.read(`${root}/spool/${name}`))) ? { app: null, since: null } : null
}

/** The private folder of the clone round a folder, a worktree's by what its files name. */
const privateRound = (folder: string, disk: Disk): string | null => {
  for (let at = folder; ; at = parentOf(at)) {
    const git = `${at === '/' ? '' : at}/.git`
    if (disk.list(git).includes('HEAD')) return `${git}/safe-deploy`
    const dir = /^gitdir: (.+?)\r?\n?$/.exec(disk.read(git) ?? '')?.[1]
    if (dir) return `${commonOf(resolved(dir, at), disk)}/safe-deploy`
    if (parentOf(at) === at) return null
  }
}

const commonOf = (gitDir: string, disk: Disk): string => {
  const said = disk.read(`${gitDir}/commondir`)?.trim()
  return said ? resolved(said, gitDir) : gitDir
}

const resolved = (path: string, from: string): string => (/^(?:\/|[A-Za-z]:)/.test(path) ? path : `${from}/${path}`)

const parentOf = (folder: string): string => {
  const cut = Math.max(folder.lastIndexOf('/'), folder.lastIndexOf('\\'))
  return cut > 0 ? folder.slice(0, cut) : cut === 0 ? '/' : folder
}

const UNREADABLE: Halted = { app: null, since: null }

/** The halt in what is kept of one ledger. */
const haltIn = (text: string | null): Halted | null => {
  try {
    const core = JSON.parse(text ?? '').state.core
    if (core.halt === null) return null
    return { app: String(core.app).slice(0, 60), since: minuteOf(core.halt.since) }
  } catch {
    return UNREADABLE
  }
}

/** `2026-03-01T10:00:07.000Z` → `2026-03-01T10:00Z`. */
const minuteOf = (iso: unknown): string | null => {
  const minute = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.exec(String(iso))?.[0]
  return minute ? `${minute}Z` : null
}

/** Has it ended, and not well? One that still runs, or its draft, is no halt yet. */
const failedIn = (text: string | null): boolean => {
  try {
    const { ended } = JSON.parse(text ?? 'null') ?? {}
    return !!ended && ended.outcome !== 'deployed'
  } catch {
    return true
  }
}
