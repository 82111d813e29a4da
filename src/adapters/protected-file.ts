import { lstatSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Protected } from '../ports.ts'

const MAX_BYTES = 256 * 1024
const OTHERS_WRITE = 0o022

/** A file that nobody but the system's administrator can have written, or why it is not one; null where there is none. */
export const readProtected = (path: string, owner = 0): Protected | null => {
  const file = lstatSync(path, { throwIfNoEntry: false })
  if (!file) return null
  const folder = lstatSync(dirname(path))
  if (!file.isFile()) return { unsafe: `${path} is no regular file` }
  for (const [what, stat] of [
    [path, file],
    [dirname(path), folder],
  ] as const) {
    if (stat.uid !== owner) return { unsafe: `${what} does not belong to root` }
    if ((stat.mode & OTHERS_WRITE) !== 0) return { unsafe: `${what} can be written by others than root` }
  }
  return file.size > MAX_BYTES ? { unsafe: `${path} is larger than 256 kB` } : { text: readFileSync(path, 'utf8') }
}
