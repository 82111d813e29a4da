import { UnreadableLock } from '../lock.ts'

/** A git conflict, left at the start of a line. */
const CONFLICT = '<<<<<<<'

/**
 * A lockfile's text without a byte order mark.
 * @throws UnreadableLock where somebody committed a conflict
 */
export const openText = (text: string): string => {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text
  const at = body.startsWith(CONFLICT) ? 0 : body.indexOf(`\n${CONFLICT}`) + 1
  if (at > 0 || body.startsWith(CONFLICT)) throw new UnreadableLock('a merge conflict is left in it', lineAt(body, at))
  return body
}

/** The line of a place, from 1. */
export const lineAt = (text: string, place: number): number => {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < place; at = text.indexOf('\n', at + 1)) line++
  return line
}

/**
 * A list whose last line has no end and which does not hold what it asks for was cut off there; every tool ends its last line.
 * @throws UnreadableLock
 */
export const refuseCut = (text: string, lacks: () => boolean): void => {
  if (!text.endsWith('\n') && lacks()) throw new UnreadableLock('it ends too early', lineAt(text, text.length))
}

/** What to say of a version that this reader was not written for; a number is all it repeats of the file. */
export const unknownVersion = (what: string, version: unknown): UnreadableLock => {
  const said = typeof version === 'number' || typeof version === 'string' ? String(version) : ''
  return new UnreadableLock(
    /^\d[\d.]{0,7}$/.test(said) ? `its ${what} is ${said}, which is not known here` : `it has no ${what} that is known here`,
  )
}

/** A version that can be compared, or null. */
export const comparable = (version: unknown): string | null =>
  typeof version === 'string' && version.length < 256 && /^\d+(?:\.|$)/.test(version) ? version : null
