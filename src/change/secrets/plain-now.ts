import { jsonLeaves, type Leaves, pairLeaves } from './leaves.ts'
import { isPlaceholder } from './placeholder.ts'
import type { Sealed } from './sealed.ts'
import { yamlLeaves } from './yaml-leaves.ts'

const someLeaves = (path: string, text: string): Leaves => {
  if (/^\s*\{/.test(text.slice(0, 1000))) return jsonLeaves(text)
  return /\.ya?ml/.test(path) ? yamlLeaves(text) : pairLeaves(text)
}

/**
 * What of an encrypted file stands there in plain text now, in words; null where nothing does. A value that refers to one kept elsewhere is none.
 * @param text the file's new text; null where it is gone
 */
export const plainNow = (one: { file: { path: string }; was: Sealed | null; now: Sealed | null }, text: string | null): string | null => {
  const { file, was, now } = one
  if (was === null || text === null || text.trim() === '') return null
  if (was.keys === null) return now === null && looksLikeSecrets(file.path, text) ? 'the whole file' : null
  const leaves = someLeaves(file.path, text)
  const plain = [...was.keys.keys()].filter((key) => {
    const value = leaves.get(key)
    return value !== undefined && !now?.keys?.has(key) && !isPlaceholder(value)
  })
  return plain.length === 0 ? null : plain.length === 1 ? plain[0]! : `${plain[0]} and ${plain.length - 1} more`
}

/** Any value under a name of its own that is not a reference or a blank. */
const looksLikeSecrets = (path: string, text: string): boolean =>
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY/.test(text) || [...someLeaves(path, text).values()].some((value) => !isPlaceholder(value))
