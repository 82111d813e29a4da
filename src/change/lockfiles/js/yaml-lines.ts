import { UnreadableLock } from '../lock.ts'
import { lineAt } from './open.ts'

/** Keys of a level, from 0, and of these sections of the top level, or of any. */
export interface Ignore {
  depth: number
  keys: ReadonlySet<string>
  sections: ReadonlySet<string> | null
}

/** Where a reader stands in a text: at a line that says something, or behind the last one. */
export interface Lines {
  readonly text: string
  /** Where the line begins, where its content does, and where that ends. */
  at: number
  start: number
  end: number
  /** Where the next line begins. */
  next: number
  /** Columns before the content; -1 at the end of the text. */
  indent: number
  /** Empty lines passed on the way here, and whether a comment was. */
  gap: number
  commented: boolean
  readonly ignore: Ignore | null
  /** The key of the top level it is in. */
  section: string
}

export const linesOf = (text: string, from: number, ignore: Ignore | null): Lines => ({
  text,
  at: from,
  start: from,
  end: from,
  next: from,
  indent: 0,
  gap: 0,
  commented: false,
  ignore,
  section: '',
})

export const atEnd = (lines: Lines): boolean => lines.indent === -1

/** Goes to the next line that is neither empty nor a comment. */
export const advance = (lines: Lines): void => {
  lines.gap = 0
  lines.commented = false
  while (lines.next < lines.text.length) {
    step(lines)
    const first = lines.text[lines.start]
    if (lines.start === lines.end) lines.gap++
    else if (first === '#') lines.commented = true
    else if (first === '\t') refuse(lines.text, lines.at)
    else return
  }
  lines.indent = -1
  lines.at = lines.start = lines.end = lines.text.length
}

/** Goes to the next line, whatever it is. */
export const step = (lines: Lines): void => {
  const { text, next } = lines
  const newline = text.indexOf('\n', next)
  const stop = newline === -1 ? text.length : newline
  lines.at = next
  lines.next = newline === -1 ? text.length : newline + 1
  lines.start = next
  while (lines.start < stop && text.charCodeAt(lines.start) === SPACE) lines.start++
  lines.end = stop
  while (lines.end > lines.start && isSpace(text.charCodeAt(lines.end - 1))) lines.end--
  lines.indent = lines.start - lines.at
}

const SPACE = 32
/** A space, a tab or a carriage return. */
const isSpace = (code: number): boolean => code === SPACE || code === 9 || code === 13

/** The line, from where its content begins. */
export const restOf = (lines: Lines): string => lines.text.slice(lines.start, lines.end)

export const skipSpaces = (lines: Lines, from: number): number => {
  let at = from
  while (at < lines.end && lines.text[at] === ' ') at++
  return at
}

/** Goes to the line after a token that may have spanned several: behind it only a comment may stand. */
export const moveBehind = (lines: Lines, end: number): void => {
  const newline = lines.text.indexOf('\n', end)
  const stop = newline === -1 ? lines.text.length : newline
  if (!/^\s*(?:\s#.*)?$/.test(lines.text.slice(end, stop))) refuse(lines.text, end)
  lines.next = newline === -1 ? lines.text.length : newline + 1
  advance(lines)
}

/** @throws UnreadableLock always */
export const refuse = (text: string, at: number): never => {
  throw refused(text, at)
}

export const refused = (text: string, at: number): UnreadableLock => {
  const end = text.trimEnd().length
  return new UnreadableLock(at >= end ? 'it ends too early' : 'it is not written as its tool writes it', lineAt(text, Math.min(at, end)))
}
