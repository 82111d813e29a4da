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
  /** Of a line that is a whole pair at first sight: its key, where the colon is, and its value if that is a plain word. */
  key: string | null
  colon: number
  value: string | null
  quoted: boolean
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
  key: null,
  colon: from,
  value: null,
  quoted: false,
  ignore,
  section: '',
})

export const atEnd = (lines: Lines): boolean => lines.indent === -1

/** Goes to the next line that is neither empty nor a comment. */
export const advance = (lines: Lines): void => {
  const { text } = lines
  lines.gap = 0
  lines.commented = false
  for (;;) {
    while (text.charCodeAt(lines.next) === NEWLINE) {
      lines.next++
      lines.gap++
    }
    if (lines.next >= text.length) break
    if (stepPair(lines)) return
    step(lines)
    const first = text[lines.start]
    if (lines.start === lines.end) lines.gap++
    else if (first === '#') lines.commented = true
    else if (first === '\t') refuse(text, lines.at)
    else return
  }
  lines.key = null
  lines.indent = -1
  lines.at = lines.start = lines.end = text.length
}

/** Nearly every line of a lockfile: a key in quotes or without, then nothing, a word, a text in quotes, or something else. */
const PAIR =
  /( *)('[^'\n]+'|"[^"\\\n]+"|[\w/$.][^\s:'"#&*!|>%`{}[\],]*):(?: ('[^'\n]*'|"[^"\\\n]*"|[\w^~./<=(+](?:[^\s#]*[^\s#:])?)\r?\n|\r?\n| [^\n]*\n)/y

/** Goes to the next line if it is a pair: one look for what takes a dozen otherwise. */
const stepPair = (lines: Lines): boolean => {
  const { text, next } = lines
  PAIR.lastIndex = next
  const pair = PAIR.exec(text)
  if (pair === null) return false
  const key = pair[2]!
  const value = pair[3]
  lines.at = next
  lines.next = PAIR.lastIndex
  lines.indent = pair[1]!.length
  lines.start = next + lines.indent
  lines.colon = lines.start + key.length
  lines.key = isQuote(key) ? key.slice(1, -1) : key
  lines.quoted = value !== undefined && isQuote(value)
  lines.value = value === undefined ? null : lines.quoted ? value.slice(1, -1) : value
  lines.end = lines.next - 1
  if (value === undefined) trimEnd(lines)
  return true
}

const isQuote = (text: string): boolean => text.charCodeAt(0) === 39 || text.charCodeAt(0) === 34

/** Goes past lines that are indented deeper, or empty. */
export const skipDeeper = (lines: Lines, indent: number): void => {
  const pad = ' '.repeat(indent + 1)
  while (lines.next < lines.text.length && (lines.text.charCodeAt(lines.next) === NEWLINE || lines.text.startsWith(pad, lines.next))) {
    const newline = lines.text.indexOf('\n', lines.next)
    lines.next = newline === -1 ? lines.text.length : newline + 1
  }
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
  trimEnd(lines)
  lines.indent = lines.start - lines.at
  lines.key = null
}

const trimEnd = (lines: Lines): void => {
  while (lines.end > lines.start && isSpace(lines.text.charCodeAt(lines.end - 1))) lines.end--
}

const NEWLINE = 10
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
  const cut = at >= end || text.indexOf('\n', at) === -1
  return new UnreadableLock(cut ? 'it ends too early' : 'it is not written as its tool writes it', lineAt(text, Math.min(at, end)))
}
