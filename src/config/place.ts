import { posix } from 'node:path'

/** Paths inside a repository: relative, with `/`, '' for the root. */

/** Joins and normalises; what climbs out of the repository becomes null. */
export const within = (...parts: string[]): string | null => {
  const joined = posix.normalize(posix.join('/', ...parts.map((part) => part.replaceAll('\\', '/')))).slice(1)
  const climbed = posix.normalize(posix.join('.', ...parts)).startsWith('..')
  return climbed ? null : joined.replace(/\/$/, '')
}

/** The folder of a path; '' for a file at the root. */
export const folderOf = (path: string): string => {
  const folder = posix.dirname(path)
  return folder === '.' ? '' : folder
}

/** A folder and all above it, nearest first, the root ('') last. */
export const upward = (folder: string): string[] => (folder === '' ? [''] : [folder, ...upward(folderOf(folder))])

/** Is `path` the folder itself or inside it? */
export const holds = (folder: string, path: string): boolean => folder === '' || path === folder || path.startsWith(`${folder}/`)
