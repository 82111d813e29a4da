import dockerignore from '@balena/dockerignore'
import { inside } from './paths.ts'

/** Which files of the build context go to the builder. Paths are relative to the context. */
export interface ContextFilter {
  /** Content of the ignore file; null where there is none. */
  text: string | null
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
  const patterns = text === null ? NO_IGNORE_FILE : patternsOf(text)
  const matcher = dockerignore.default().add(patterns)
  const kept = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1).replace(/^\/+|\/+$/g, ''))
  const out = (path: string): boolean => path !== '' && matcher.ignores(path)
  return {
    text,
    ships: (path) => !out(path),
    prunes: (folder) => out(folder) && !kept.some((path) => inside(folder, path)),
  }
}

const patternsOf = (text: string): string[] =>
  text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
