/** Manifests that are read for one lockfile at most. */
const MOST = 500

/** The folder of a path, with its slash; empty for the root. */
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)

export const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/**
 * Files of these names in a lockfile's folder and below it, the nearest first, without what was vendored.
 * @param named tests a base name
 */
export const nearby = (path: string, known: Iterable<string>, named: RegExp): string[] => {
  const folder = folderOf(path)
  const found: string[] = []
  for (const one of known) if (one.startsWith(folder) && named.test(baseOf(one)) && !VENDORED.test(one)) found.push(one)
  const depth = (one: string) => one.split('/').length
  return found.sort((a, b) => depth(a) - depth(b)).slice(0, MOST)
}

const VENDORED = /(?:^|\/)(?:vendor|node_modules|target|deps|_build|\.venv)\//

/** A path relative to a folder, with its `..` resolved; null where it leaves the repository. */
export const within = (folder: string, relative: string): string | null => {
  const parts: string[] = []
  for (const part of `${folder}${relative}`.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null
    } else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}
