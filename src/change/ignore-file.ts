import dockerignore from '@balena/dockerignore'
import { inside } from './paths.ts'

/** Which files of the build context go to the builder. Paths are relative to the context. */
export interface ContextFilter {
  /** Content of the ignore file; null where there is none. */
  text: string | null
  /** Patterns that the builder refuses, and with them the whole build. */
  malformed: readonly string[]
  ships(path: string): boolean
  /** Is it sure that nothing inside this folder ships? */
  prunes(folder: string): boolean
}

/** flyctl's exclusion where there is no ignore file: its own config, and nothing else (not `.env`, not `.git`). */
const NO_IGNORE_FILE = ['fly.toml']

/**
 * The rules of a .dockerignore, as the builder reads them; `.gitignore` rules differ (`.env` matches only at the top).
 * @param text content of the ignore file, or null where there is none
 */
export const makeContextFilter = (text: string | null): ContextFilter => {
  const all = text === null ? NO_IGNORE_FILE : patternsOf(text)
  const malformed = all.filter((pattern) => !isWellFormed(pattern))
  const patterns = all.filter((pattern) => !malformed.includes(pattern) && starsIn(pattern) <= MAX_STARS)
  const matcher = matcherOf(patterns)
  const kept = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1).replace(/^\/+|\/+$/g, ''))
  const out = (path: string): boolean => path !== '' && matcher.ignores(path)
  return {
    text,
    malformed,
    ships: (path) => !out(path),
    prunes: (folder) => out(folder) && !kept.some((path) => inside(folder, path)),
  }
}

/** The builder tells upper from lower case, and these signs mean themselves to it; to the library they are a regular expression's. */
const matcherOf = (patterns: readonly string[]) =>
  dockerignore
    .default({ ignorecase: false })
    .add(patterns.map((pattern) => pattern.replace(/\\.|[+(){}|]/g, (sign) => (sign.length > 1 ? sign : `\\${sign}`))))

const isWellFormed = (pattern: string): boolean => {
  try {
    matcherOf([pattern]).ignores('a')
    return true
  } catch {
    return false
  }
}

/** More than anybody needs; each multiplies the time that a name may take which almost fits. Such a pattern excludes nothing here. */
const MAX_STARS = 6
const starsIn = (pattern: string): number => pattern.match(/\*+/g)?.length ?? 0

const patternsOf = (text: string): string[] =>
  text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
