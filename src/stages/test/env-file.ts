import dotenv from 'dotenv'
import type { ReadText, TextRead } from '../../ports.ts'

/** An env file beyond this is no env file. */
const MAX_BYTES = 256 * 1024

/** One assignment, in order; `line` counts from 1. */
export interface EnvEntry {
  key: string
  value: string
  line: number
  /** In single quotes nothing is expanded. */
  literal: boolean
}

/** Something other readers of env files trip over, although dotenv reads it. */
interface EnvProblem {
  line: number
  text: string
}

/** An env file as dotenv reads it. Values stay in memory: they are injected and masked, never shown. */
export interface EnvFile {
  /** As written in the config. */
  file: string
  why: Extract<TextRead, { ok: false }>['why'] | null
  entries: EnvEntry[]
  /** What an app gets: of one key in one file the last assignment. */
  values: Record<string, string>
  problems: EnvProblem[]
}

const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]{1,500})(?:[ \t]*=|:[ \t])[ \t]*(.*)$/
const QUOTES = new Set(["'", '"', '`'])
const NOT_SECRET = /^\s*(?:#|$)/

/** The text after the next quote that no backslash hides, or null. */
const afterQuote = (text: string, quote: string): string | null => {
  for (let at = text.indexOf(quote); at !== -1; at = text.indexOf(quote, at + 1)) if (text[at - 1] !== '\\') return text.slice(at + 1)
  return null
}

const ENDS = /^\s*(?:#.*)?$/

/**
 * How many more lines a quoted value takes. dotenv takes the quoted form only if nothing but a comment follows the closing quote;
 * otherwise the value is the rest of the line, quote and all: null.
 */
const quotedLines = (lines: readonly string[], at: number, rest: string, lastWith: Map<string, number>): number | null => {
  const quote = rest[0] ?? ''
  const last = Math.max(at, lastWith.get(quote) ?? -1)
  for (let i = at; i <= last; i++) {
    const after = afterQuote(i === at ? rest.slice(1) : (lines[i] ?? ''), quote)
    if (after !== null) return ENDS.test(after) ? i - at : null
  }
  return null
}

/** The last line that holds each quote, so that a file of open quotes costs one look a line. */
const lastLineWith = (lines: readonly string[]): Map<string, number> => {
  const last = new Map<string, number>()
  lines.forEach((line, i) => {
    for (const quote of QUOTES) if (afterQuote(line, quote) !== null) last.set(quote, i)
  })
  return last
}

/** The dialect and its reader are dotenv's own; the linear one of its two, which gives the same values. */
const parse = (text: string): Record<string, string> => dotenv.parse(text, { fast: true })

const scan = (lines: readonly string[]): Pick<EnvFile, 'entries' | 'problems'> => {
  const entries: EnvEntry[] = []
  const problems: EnvProblem[] = []
  const lastWith = lastLineWith(lines)
  for (let i = 0; i < lines.length; i++) {
    const text = lines[i] ?? ''
    const [, key, rest = ''] = ASSIGNMENT.exec(text) ?? []
    if (key === undefined) {
      if (!NOT_SECRET.test(text)) problems.push({ line: i + 1, text: 'is no KEY=value line' })
      continue
    }
    const more = QUOTES.has(rest[0] ?? '') ? quotedLines(lines, i, rest, lastWith) : 0
    if (more === null) problems.push({ line: i + 1, text: `opens a quote (${key}) that does not close at a line’s end` })
    const segment = lines.slice(i, i + 1 + (more ?? 0)).join('\n')
    entries.push({ key, value: parse(segment)[key] ?? '', line: i + 1, literal: rest.startsWith("'") && more !== null })
    i += more ?? 0
  }
  return { entries, problems }
}

/** Reads the text of an env file as dotenv does, with the line of each key and what is odd about it. Pure; linear in its length. */
export const parseEnvFile = (file: string, text: string): EnvFile => {
  const odd: EnvProblem[] = []
  if (text.startsWith('\ufeff'))
    odd.push({ line: 1, text: 'begins with a byte order mark, which other readers take for a part of the first key' })
  const carriage = text.indexOf('\r')
  if (carriage !== -1)
    odd.push({ line: text.slice(0, carriage).split('\n').length, text: 'ends with CRLF, which a shell takes for a part of the value' })
  const clean = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')
  const { entries, problems } = scan(clean.split('\n'))
  return { file, why: null, entries, values: parse(clean), problems: [...odd, ...problems] }
}

/** Reads the env files of the settings; one that cannot be read says why. @param at file as written → absolute path */
export const readEnvFiles = (read: ReadText, files: readonly string[], at: (file: string) => string): EnvFile[] =>
  files.map((file) => {
    const got = read(at(file), MAX_BYTES)
    return got.ok ? parseEnvFile(file, got.text) : { file, why: got.why, entries: [], values: {}, problems: [] }
  })

/** All values by key; a later file wins over an earlier one. */
export const envValues = (files: readonly EnvFile[]): Record<string, string> => Object.assign({}, ...files.map((file) => file.values))
