import { UnreadableLock } from '../lock.ts'
import { readFlow } from './yaml-flow.ts'
import { isBlankFrom, keyOf, startsWith } from './yaml-key.ts'
import { advance, atEnd, type Ignore, type Lines, linesOf, moveBehind, refuse, refused, skipDeeper, skipSpaces } from './yaml-lines.ts'
import { readBlockText, readOn, readPlain } from './yaml-text.ts'
import { put, type Yaml, type YamlMap } from './yaml-value.ts'

/** Levels inside levels: lockfiles have six. */
const DEEPEST = 64

/**
 * The last document of a lockfile in YAML, as far as pnpm, yarn and formatters write it: maps, lists, flow collections,
 * quoted, plain and block texts. Every scalar stays text, so that a version is never a number. Anything else (anchors,
 * tags, merge keys, the same key twice) is refused rather than guessed. One pass.
 * @param ignore keys whose values nobody asks for: more than half of such a file
 * @throws UnreadableLock with the line
 */
export const readYaml = (text: string, ignore: Ignore | null = null): YamlMap => {
  const lines = linesOf(text, lastDocument(text), ignore)
  advance(lines)
  if (atEnd(lines)) throw new UnreadableLock('it is empty')
  const value = readBlock(lines, -1, 0)
  if (!atEnd(lines)) refuse(lines.text, lines.at)
  if (value === null || typeof value === 'string' || Array.isArray(value)) throw new UnreadableLock('it is not a map of settings')
  return value
}

/** pnpm 11 writes what it needs for itself as a document of its own, before the lock. */
const lastDocument = (text: string): number => {
  let from = /^---\r?\n/.exec(text)?.[0].length ?? 0
  for (let at = text.indexOf('\n---', from); at !== -1; at = text.indexOf('\n---', at + 1)) {
    const end = text.indexOf('\n', at + 1)
    if (end !== -1 && text.slice(at, end).trimEnd() === '\n---') from = end + 1
  }
  return from
}

/** A node that begins where the lines stand. */
const readBlock = (lines: Lines, parent: number, depth: number): Yaml => {
  if (depth > DEEPEST) throw new UnreadableLock('it is nested too deep')
  if (lines.key === null && startsWith(lines, '-')) return readList(lines, lines.indent, depth)
  return lines.key !== null || startsWith(lines, '?') || keyOf(lines) !== null
    ? readMap(lines, lines.indent, depth)
    : readInline(lines, parent)
}

const readList = (lines: Lines, indent: number, depth: number): Yaml[] => {
  const list: Yaml[] = []
  while (lines.indent === indent && startsWith(lines, '-')) list.push(readAfterMark(lines, indent, depth))
  if (lines.indent > indent) refuse(lines.text, lines.at)
  return list
}

const readMap = (lines: Lines, indent: number, depth: number): YamlMap => {
  const map: YamlMap = {}
  while (lines.indent === indent && !atEnd(lines)) {
    if (lines.key === null && startsWith(lines, '?')) readLongKey(lines, indent, depth, map)
    else readPair(lines, indent, depth, map)
  }
  if (lines.indent > indent) refuse(lines.text, lines.at)
  return map
}

const readPair = (lines: Lines, indent: number, depth: number, map: YamlMap): void => {
  const key = lines.key ?? keyOf(lines) ?? refuse(lines.text, lines.at)
  const { at } = lines
  if (depth === 0) lines.section = key
  if (lines.ignore !== null && isIgnored(lines, lines.ignore, key, depth) && passed(lines, indent)) return
  put(
    map,
    key,
    lines.key !== null && lines.value !== null ? readWord(lines, indent, lines.value) : readValue(lines, indent, depth),
    lines.text,
    at,
  )
}

/** A value that is known already, unless it goes on below. */
const readWord = (lines: Lines, indent: number, word: string): string => {
  const { quoted } = lines
  advance(lines)
  return lines.indent > indent && !quoted ? readOn(lines, indent, word) : word
}

const isIgnored = ({ section }: Lines, { depth, keys, sections }: Ignore, key: string, at: number): boolean =>
  at === depth && keys.has(key) && (sections === null || sections.has(section))

/** Goes to the line after a value, unless the text may end within it. */
const passed = (lines: Lines, indent: number): boolean => {
  const { next } = lines
  skipDeeper(lines, indent)
  if (lines.next >= lines.text.length && !lines.text.endsWith('\n')) {
    lines.next = next
    return false
  }
  advance(lines)
  while (lines.indent === indent && startsWith(lines, '-')) advance(lines)
  return true
}

/** `? key` and on the next line `: value`, as both tools write a key of more than 1,024 characters. */
const readLongKey = (lines: Lines, indent: number, depth: number, map: YamlMap): void => {
  lines.start = skipSpaces(lines, lines.start + 1)
  const { at } = lines
  const key = readInline(lines, indent)
  if (typeof key !== 'string' || lines.indent !== indent || !startsWith(lines, ':')) throw refused(lines.text, lines.at)
  put(map, key, readAfterMark(lines, indent, depth), lines.text, at)
}

/** What follows `- ` or `: `: a node in the same line, which may go on below it, or one below. */
const readAfterMark = (lines: Lines, indent: number, depth: number): Yaml => {
  const start = skipSpaces(lines, lines.start + 1)
  if (isBlankFrom(lines, start)) return readBelow(lines, indent, depth, false)
  lines.start = start
  lines.indent = start - lines.at
  return readBlock(lines, indent, depth + 1)
}

const readValue = (lines: Lines, indent: number, depth: number): Yaml => {
  const start = skipSpaces(lines, lines.colon + 1)
  if (isBlankFrom(lines, start)) return readBelow(lines, indent, depth, true)
  lines.start = start
  return readInline(lines, indent)
}

/** A list may stand at its key's own indent. */
const readBelow = (lines: Lines, indent: number, depth: number, listMay: boolean): Yaml => {
  advance(lines)
  const below = lines.indent > indent || (listMay && lines.indent === indent && startsWith(lines, '-'))
  return below ? readBlock(lines, indent, depth + 1) : null
}

/** A scalar or a flow collection, to its end; the lines stand at the next one then. */
const readInline = (lines: Lines, parent: number): Yaml => {
  const first = lines.text[lines.start] ?? ''
  if (first === '|' || first === '>') return readBlockText(lines, parent)
  if (first !== '{' && first !== '[' && first !== '"' && first !== "'") return readPlain(lines, parent)
  const [value, end] = readFlow(lines.text, lines.start, 0)
  moveBehind(lines, end)
  return value
}
