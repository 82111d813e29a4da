import { type Table, tableAt } from '../fly-file.ts'
import { tablesOf } from './js/json.ts'
import { projectWishes, wishesOf } from './js/manifest.ts'
import { comparable } from './js/open.ts'
import { inFolder, workspaceMatcher } from './js/workspaces.ts'
import { UnreadableLock } from './lock.ts'
import type { Asker, Folder } from './npm-resolve.ts'

const MODULES = 'node_modules/'

/**
 * What versions 2 and 3 list: folders by path, and the project and its workspaces with what each asks for. A workspace asks for nothing as a folder.
 * @throws UnreadableLock without the list
 */
export const listedIn = (lock: Table, at: string): { folders: Map<string, Folder>; askers: Asker[] } => {
  const entries = entriesOf(lock)
  const isWorkspace = workspaceMatcher(tableAt(lock, 'packages', ''))
  return { folders: foldersOf(entries, isWorkspace), askers: askersOf(entries, isWorkspace, at) }
}

type Entries = readonly [string, Table][]
type IsWorkspace = ReturnType<typeof workspaceMatcher>

const foldersOf = (entries: Entries, isWorkspace: IsWorkspace): Map<string, Folder> => {
  const names = linkNames(entries)
  return new Map(
    entries
      .filter(([path]) => path !== '')
      .map(([path, entry]) => [path, folderAt(path, entry, names.get(path) ?? null, isWorkspace(path))] as const),
  )
}

const askersOf = (entries: Entries, isWorkspace: IsWorkspace, at: string): Asker[] =>
  entries
    .filter(([path]) => path === '' || (!path.includes(MODULES) && isWorkspace(path)))
    .map(([path, entry]) => ({ path, from: inFolder(at, `${path}/package.json`.replace(/^\//, '')), wishes: projectWishes(entry) }))

const entriesOf = (lock: Table): [string, Table][] => {
  if (lock.packages === undefined) throw new UnreadableLock('it lists no packages')
  return tablesOf(lock.packages)
}

/** A linked folder is called what the link to it is called. */
const linkNames = (entries: Entries): Map<string, string> =>
  new Map(
    entries.flatMap(([path, entry]) => (entry.link === true && typeof entry.resolved === 'string' ? [[entry.resolved, nameIn(path)]] : [])),
  )

const folderAt = (path: string, entry: Table, linkName: string | null, workspace: boolean): Folder => {
  const installed = path.includes(MODULES)
  return {
    name: typeof entry.name === 'string' ? entry.name : installed ? nameIn(path) : (linkName ?? nameIn(path)),
    version: installed && !isElsewhere(entry.resolved) ? comparable(entry.version) : null,
    wishes: workspace && !installed ? [] : wishesOf(entry),
    dev: devOf(entry),
    link: entry.link === true && typeof entry.resolved === 'string' ? entry.resolved : null,
  }
}

/** `devOptional` is in reach of both development and something optional: the graph tells which, the flag does not. */
const devOf = (entry: Table): boolean | null =>
  entry.dev === true ? true : entry.devOptional === true || entry.link === true ? null : false

/** `a/node_modules/@b/c` is `@b/c`. */
const nameIn = (path: string): string =>
  path.slice(path.includes(MODULES) ? path.lastIndexOf(MODULES) + MODULES.length : path.lastIndexOf('/') + 1)

const isElsewhere = (resolved: unknown): boolean => typeof resolved === 'string' && /^(?:git[+:]|file:)/.test(resolved)
