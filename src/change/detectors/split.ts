import { type Area, areaOf } from '../area.ts'
import { inside } from '../paths.ts'

/** Paths that are typed for one area; more are typed as their folders. */
const MAX_PATHS = 4
/** A longer line nobody types, or reads. */
const MAX_LINE = 600

/**
 * Commands that make one commit for each area of HEAD's, as one line of a shell, from any folder of the clone. The last commit takes the rest, with
 * the message as it was.
 * @param areas those that get a commit of their own
 * @returns null where the paths cannot be typed, or no folders keep the areas apart
 */
export const splitOf = (oid: string, files: readonly string[], areas: readonly Area[]): string | null => {
  const first = areas.slice(0, -1).map((area) => [area, pathsOf(area, files)] as const)
  if (first.some(([, paths]) => paths === null)) return null
  const commits = first.map(
    ([area, paths]) => `git add -A -- ${paths!.map(typed).join(' ')} && git commit -m '${area} (of ${oid.slice(0, 10)})'`,
  )
  const line = ['git reset -q HEAD~1', ...commits, `git add -A && git commit -C ${oid.slice(0, 10)}`].join(' && ')
  return line.length > MAX_LINE ? null : line
}

const pathsOf = (area: Area, files: readonly string[]): string[] | null => {
  const own = files.filter((path) => areaOf(path) === area)
  const others = files.filter((path) => areaOf(path) !== area)
  const paths = own.length <= MAX_PATHS ? own : foldersOf(own, others)
  return paths === null || paths.length > MAX_PATHS || paths.some((path) => !canBeTyped(path)) ? null : paths
}

/** The fewest folders that hold these files and none of the others; null where there are none. */
const foldersOf = (own: readonly string[], others: readonly string[]): string[] | null => {
  const folders = new Set<string>()
  for (const path of own) {
    if ([...folders].some((folder) => inside(folder, path))) continue
    const folder = parentsOf(path).find((one) => !others.some((other) => inside(one, other)))
    if (folder === undefined) return null
    folders.add(folder)
  }
  return [...folders]
}

/** Folders of a path, the widest first, without the root. */
const parentsOf = (path: string): string[] => {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'))
}

/** Not UTF-8, or with a line end in it. */
const canBeTyped = (path: string): boolean => !/[\p{Cc}\ufffd]/u.test(path)

/** From the top, whatever folder one is in; quoted for a shell, and literal where git would see a pattern. */
const typed = (path: string): string => {
  if (/^[\w./@+-]+$/.test(path)) return `:/${path}`
  return `':(top,literal)${path.replace(/'/g, `'\\''`)}'`
}
