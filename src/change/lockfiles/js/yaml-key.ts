import { type Lines, refuse, restOf } from './yaml-lines.ts'
import { readQuoted } from './yaml-quoted.ts'

/** Is the content a mark by itself, and not the beginning of a text? */
export const startsWith = (lines: Lines, mark: string): boolean => {
  if (lines.text[lines.start] !== mark) return false
  const next = lines.start + 1
  return next >= lines.end || lines.text[next] === ' '
}

/** Does nothing but a comment follow in this line? */
export const isBlankFrom = (lines: Lines, at: number): boolean => at >= lines.end || lines.text[at] === '#'

/** This line's key, and into the lines where its colon is; null where it is no pair. */
export const keyOf = (lines: Lines): string | null => {
  const first = lines.text[lines.start]
  return first === '"' || first === "'" ? quotedKey(lines) : first === '{' || first === '[' ? null : plainKey(lines)
}

const quotedKey = (lines: Lines): string | null => {
  const [key, end] = readQuoted(lines.text, lines.start)
  lines.colon = end
  return end < lines.end && lines.text[end] === ':' && (end + 1 >= lines.end || lines.text[end + 1] === ' ') ? key : null
}

const plainKey = (lines: Lines): string | null => {
  const rest = restOf(lines)
  const colon = rest.indexOf(': ')
  const end = colon !== -1 ? colon : rest.endsWith(':') ? rest.length - 1 : -1
  lines.colon = lines.start + end
  return end === -1 ? null : checkedKey(lines, rest.slice(0, end))
}

const NO_KEY = /^$|^[&*!|>%@`,#}\]]|^[-?](?:\s|$)|^<<$|\s#|\s$/
const checkedKey = (lines: Lines, key: string): string => (NO_KEY.test(key) ? refuse(lines.text, lines.start) : key)
