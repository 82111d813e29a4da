import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { Problem } from './problem.ts'

/** The most that is read of a config, 256 KiB: a real one has a few kB, and a megabyte of noise would take seconds. */
const MOST_BYTES = 262_144

/** A YAML text as plain data, with the lines its keys are on. */
export interface Yaml {
  value: unknown
  problems: Problem[]
  lineOf(path: readonly PropertyKey[]): number
}

/** What a YAML complaint means to somebody who writes a config; the code is the parser's. */
const WORDS: Readonly<Record<string, readonly [found: string, expected: string]>> = {
  TAB_AS_INDENT: ['a tab', 'spaces for indentation'],
  DUPLICATE_KEY: ['a key that is there twice', 'each key once'],
  MULTIPLE_DOCS: ['a second document (---)', 'one document'],
  BAD_INDENT: ['an indentation that does not fit', 'keys of one map in one column'],
  ALIAS: ['an alias (*)', 'the values themselves, or the text in quotes'],
  TAG_RESOLVE_FAILED: ['a tag (!)', 'plain values'],
  UNEXPECTED_TOKEN: ['something that is no YAML', 'key: value'],
  MISSING_CHAR: ['a quote or bracket that is not closed, or no space after a colon', 'valid YAML'],
}

const atLine = (file: string, line: number, found: string, expected: string): Problem => ({
  file,
  line,
  path: '',
  found,
  expected,
  nearest: null,
})

const without = (problem: Problem): Yaml => ({ value: undefined, problems: [problem], lineOf: () => 1 })

const lineOfNul = (text: string): number => text.slice(0, text.search(/[\u0000\ufffd]/)).split('\n').length

/** More brackets than any config opens at once; each level costs the parser a stack frame. */
const TOO_DEEP = /[[{]{32}/

/** Why a text is not even looked at, or null. */
const unreadable = (text: string, file: string): Problem | null => {
  if (Buffer.byteLength(text) > MOST_BYTES) return atLine(file, 1, 'more than 256 kB', 'a config of a few kB')
  if (/[\u0000\ufffd]/.test(text)) return atLine(file, lineOfNul(text), 'bytes that are no text', 'UTF-8 text')
  if (TOO_DEEP.test(text)) return atLine(file, 1, 'something nested too deeply', 'a config of a few levels')
  return text.trim() === '' ? atLine(file, 1, 'an empty file', 'version: 1') : null
}

/** The offset of the key or entry at a path, or of the nearest one above it that is there. */
const offsetOf = (document: Document, path: readonly PropertyKey[]): number => {
  let node: unknown = document.contents
  let offset = 0
  for (const key of path) {
    const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key)) : undefined
    const item = pair ? pair.value : isSeq(node) ? node.items[Number(key)] : undefined
    const at = pair ? pair.key : item
    if (!(typeof at === 'object' && at !== null && 'range' in at && Array.isArray(at.range))) break
    offset = at.range[0]
    node = item
  }
  return offset
}

/** Keys that their map already has (the parser's own check takes quadratic time), and aliases: no config needs them, and they can grow without end. */
const unwanted = (document: Document): Complaint[] => {
  const found: Complaint[] = []
  visit(document, {
    Alias: (_, alias) => void found.push({ code: 'ALIAS', message: '', offset: alias.range?.[0] ?? 0 }),
    Map: (_, map) => {
      const seen = new Set<string>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        if (seen.has(String(key.value))) found.push({ code: 'DUPLICATE_KEY', message: '', offset: key.range?.[0] ?? 0 })
        seen.add(String(key.value))
      }
    },
  })
  return found
}

interface Complaint {
  code: string
  message: string
  offset: number
}

const complaintsOf = (document: Document): Complaint[] => [
  ...[...document.errors, ...document.warnings].map(({ code, message, pos }) => ({ code, message, offset: pos[0] })),
  ...unwanted(document),
]

/** The document and what is wrong with it, or null where it is nested too deeply to be read. */
const read = (text: string, lineCounter: LineCounter): { document: Document; complaints: Complaint[] } | null => {
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, stringKeys: true, logLevel: 'error' })
    const complaints = complaintsOf(document)
    return complaints.some((one) => one.message.startsWith('Maximum call stack')) ? null : { document, complaints }
  } catch {
    return null
  }
}

/** Each line once, in order: the first complaint about a line is the one to mend. */
const oncePerLine = (problems: Problem[]): Problem[] =>
  [...new Map([...problems].reverse().map((problem) => [problem.line, problem])).values()].sort((a, b) => a.line - b.line)

const toProblem = (file: string, lines: LineCounter, { code, message, offset }: Complaint): Problem => {
  const [found, expected] = WORDS[code] ?? [message.split('\n')[0] ?? code, 'valid YAML']
  return atLine(file, Math.max(1, lines.linePos(offset).line), found, expected)
}

/** Reads YAML 1.2 strictly: every complaint is a problem with its line. Never throws. */
export const readYaml = (text: string, file: string): Yaml => {
  const broken = unreadable(text, file)
  if (broken) return without(broken)
  const lines = new LineCounter()
  const result = read(text, lines)
  if (!result) return without(atLine(file, 1, 'something nested too deeply', 'a config of a few levels'))
  const { document, complaints } = result
  const lineOf = (path: readonly PropertyKey[]) => Math.max(1, lines.linePos(offsetOf(document, path)).line)
  if (complaints.length > 0)
    return { value: undefined, problems: oncePerLine(complaints.map((one) => toProblem(file, lines, one))), lineOf }
  return { value: document.toJS(), problems: [], lineOf }
}
