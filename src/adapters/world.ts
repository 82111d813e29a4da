import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'

/** What one file of a repository may hold to be looked into. */
const FILE_BYTES = 262_144

/**
 * Text of a file, at most `most` bytes.
 * @returns null where there is none, it is larger, no plain file or no text
 */
export const peek = (path: string, most = FILE_BYTES): string | null => {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat?.isFile() || stat.size > most) return null
    const bytes = readFileSync(path)
    return bytes.length > most || bytes.includes(0) ? null : bytes.toString('utf8')
  } catch {
    return null
  }
}

/** Names in a folder; empty where there is none. */
export const namesIn = (path: string): string[] => {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

/** Where a path really leads; itself where that is nowhere. */
export const real = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** The disk and the process, for who only reads: nothing is run, written or fetched. */
export const makeWorld = (cwd: string, env: Readonly<Record<string, string | undefined>>) => ({
  cwd,
  env,
  read: (path: string) => peek(path),
  list: namesIn,
})
