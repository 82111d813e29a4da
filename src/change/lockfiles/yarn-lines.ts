import { lineAt } from './js/open.ts'
import { UnreadableLock } from './lock.ts'

/** An entry of yarn 1's file. */
export interface YarnEntry {
  /** `name@range`, each wish that it answers. */
  keys: string[]
  fields: Map<string, string>
  /** Wishes by name: those of `dependencies` and `optionalDependencies`. */
  wishes: Map<string, string>
}

/** Two words, each in quotes or without; behind the first a colon opens a section. */
const FIELD = /^("(?:[^"\\]|\\.)*"|[^\s":]\S*?)(?::| ("(?:[^"\\]|\\.)*"|[^\s"]\S*))$/
/** Keys with commas between them, and a colon. */
const KEY = /("(?:[^"\\]|\\.)*"|[^\s",][^\s",]*?)(, |:$)/y
/** Characters of a line: more than any key list has, and fewer than a pattern's stack holds. */
const LONGEST = 50_000
const WISHES = new Set(['dependencies', 'optionalDependencies'])

/**
 * The entries of yarn 1's file: keys at the margin, fields indented by two, what a section holds by four.
 * @throws UnreadableLock with the line of anything else
 */
export const readYarnLines = (text: string): YarnEntry[] => {
  const entries: YarnEntry[] = []
  let section: string | null = null
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at)
    const end = newline === -1 ? text.length : newline
    const line = text.slice(at, end).trimEnd()
    if (line !== '' && !line.startsWith('#')) {
      const read: string | null | false = line.length < LONGEST && readLine(line, entries, section)
      if (read === false) throw wrong(text, at, end)
      section = read
    }
    at = end + 1
  }
  return entries
}

/** @returns the section that is open behind the line; false for a line that is none of yarn's */
const readLine = (line: string, entries: YarnEntry[], section: string | null): string | null | false => {
  if (!line.startsWith(' ')) return openEntry(line, entries)
  const entry = entries.at(-1)
  const indent = line.startsWith('    ') ? 4 : 2
  const [, name, value] = FIELD.exec(line.slice(indent)) ?? []
  if (!entry || name === undefined || line[indent - 1] !== ' ' || (indent === 4 && section === null)) return false
  if (value === undefined) return indent === 2 ? unquoted(name) : false
  if (indent === 2) entry.fields.set(unquoted(name), unquoted(value))
  else if (WISHES.has(section ?? '')) entry.wishes.set(unquoted(name), unquoted(value))
  return indent === 4 ? section : null
}

const openEntry = (line: string, entries: YarnEntry[]): null | false => {
  const keys: string[] = []
  KEY.lastIndex = 0
  for (let key = KEY.exec(line); key !== null; key = KEY.exec(line)) {
    keys.push(unquoted(key[1]!))
    if (KEY.lastIndex === line.length) {
      entries.push({ keys, fields: new Map(), wishes: new Map() })
      return null
    }
  }
  return false
}

const unquoted = (word: string): string => {
  if (!word.startsWith('"')) return word
  return word.includes('\\') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word.slice(1, -1)
}

const wrong = (text: string, at: number, end: number): UnreadableLock =>
  new UnreadableLock(text.slice(end).trim() === '' ? 'it ends too early' : 'it is not written as yarn writes it', lineAt(text, at))
