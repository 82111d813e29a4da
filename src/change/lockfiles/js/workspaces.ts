import { posix } from 'node:path'
import picomatch from 'picomatch'
import { isTable, type Table } from '../../fly-file.ts'

/** Manifests read at most, and globs looked at. */
const MOST = 500
const MOST_GLOBS = 100
/** Globs in which nothing can make a matcher wander; a segment with three stars is none. */
const PLAIN = /^!?[\w@.\-/*{},]{1,256}$/
const THREE_STARS = /\*[^/]*\*[^/]*\*/

/** The folder of a file, `` for the top. */
export const folderOf = (path: string): string => {
  const folder = posix.dirname(path)
  return folder === '.' ? '' : folder
}

/** A path inside a folder of the repository, `.` and `..` taken away. */
export const inFolder = (folder: string, path: string): string =>
  DOTS.test(path) ? posix.join(folder, path) : folder === '' || folder === '.' ? path : `${folder}/${path}`
const DOTS = /^\/|(?:^|\/)\.{0,2}(?:\/|$)/

/**
 * Every package.json at or below a lockfile's folder, the shallow ones first and at most 500: which of them are workspaces
 * only the first one says.
 */
export const manifestsBelow = (folder: string, known: Iterable<string>): string[] => {
  const prefix = folder === '' ? '' : `${folder}/`
  const found: string[] = []
  for (const path of known) if (path.endsWith('package.json') && path.startsWith(prefix) && isManifest(path)) found.push(path)
  return found.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1)).slice(0, MOST)
}

const isManifest = (path: string): boolean => posix.basename(path) === 'package.json' && !/(?:^|\/)node_modules\//.test(path)
const depth = (path: string): number => path.split('/').length

/** Which folders, relative to the root manifest, are its workspaces: by its `workspaces`, as a list or under `packages`. */
export const workspaceMatcher = (root: Table | null): ((folder: string) => boolean) => {
  const said = isTable(root?.workspaces) ? root.workspaces.packages : root?.workspaces
  const globs = (Array.isArray(said) ? said : []).filter(isPlain).slice(0, MOST_GLOBS)
  const clean = globs.map((glob) => glob.replace(/^(!?)(?:\.\/)?/, '$1').replace(/\/+$/, ''))
  const [yes, no] = [clean.filter((glob) => !glob.startsWith('!')), clean.filter((glob) => glob.startsWith('!'))]
  const [is, isNot] = [matcher(yes), matcher(no.map((glob) => glob.slice(1)))]
  return (folder) => is(folder) && !isNot(folder)
}

const isPlain = (glob: unknown): glob is string =>
  typeof glob === 'string' && PLAIN.test(glob) && !THREE_STARS.test(glob.replaceAll('**', '⁑'))
const matcher = (globs: string[]): ((folder: string) => boolean) => (globs.length > 0 ? picomatch(globs, { noextglob: true }) : () => false)
