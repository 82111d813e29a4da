import { DEEPEST, flow, quoted, unread, type Yaml } from './yaml-flow.ts'

/** The lines of one document, and what was named in it. */
interface Lines {
  lines: string[]
  at: number
  anchors: Map<string, Yaml>
  depth: number
}

/** More lines than any pipeline has. */
const MOST_LINES = 20_000

/**
 * The part of YAML that pipelines are written in: blocks, lists, inline lists and maps, block scalars, quotes, anchors and merges. Every scalar
 * comes as text. A whole YAML library would cost each hook call more than the rest of it.
 * @returns null for what it cannot read; it never guesses
 */
export const readYaml = (text: string): Yaml | null => {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  if (lines.length > MOST_LINES) return null
  const state: Lines = { lines, at: 0, anchors: new Map(), depth: 0 }
  try {
    skipHead(state)
    const found = node(state, 0)
    skipIdle(state)
    return state.at < state.lines.length && !/^(?:---|\.\.\.)/.test(state.lines[state.at]!) ? null : found
  } catch {
    return null
  }
}

const skipHead = (state: Lines): void => {
  skipIdle(state)
  while (/^(?:%|---\s*(?:#.*)?$)/.test(state.lines[state.at] ?? '')) {
    state.at += 1
    skipIdle(state)
  }
}

const isIdle = (line: string): boolean => /^\s*(?:#|$)/.test(line)

const skipIdle = (state: Lines): void => {
  while (state.at < state.lines.length && isIdle(state.lines[state.at]!)) state.at += 1
}

const indentOf = (line: string): number => {
  const indent = line.search(/[^ ]/)
  return line[indent] === '\t' ? unread('a tab in the indent') : indent < 0 ? line.length : indent
}

/** Where the next thing stands; -1 at the end of the document. */
const nextIndent = (state: Lines): number => {
  skipIdle(state)
  const line = state.lines[state.at]
  return line === undefined || /^(?:---|\.\.\.)(?:\s|$)/.test(line) ? -1 : indentOf(line)
}

const isItem = (text: string): boolean => text === '-' || text.startsWith('- ')

/** What begins on the next line, if it stands at least so far right; else an empty text. */
const node = (state: Lines, least: number): Yaml => {
  const indent = nextIndent(state)
  if (indent < least) return ''
  state.depth += 1
  if (state.depth > DEEPEST) return unread('nested too deep')
  const text = state.lines[state.at]!.slice(indent)
  const found = isItem(text) ? items(state, indent) : keyOf(text) ? pairs(state, indent) : alone(state, text, indent)
  state.depth -= 1
  return found
}

const alone = (state: Lines, text: string, indent: number): Yaml => {
  state.at += 1
  return value(state, text, indent - 1, indent)
}

const items = (state: Lines, indent: number): Yaml => {
  const found: Yaml[] = []
  while (nextIndent(state) === indent && isItem(state.lines[state.at]!.slice(indent))) {
    const line = state.lines[state.at]!
    const rest = line.slice(indent + 1)
    // The rest of the line is a line of its own, further right.
    if (isIdle(rest) || keyOf(rest.trimStart()) || isItem(rest.trimStart())) {
      state.lines[state.at] = `${' '.repeat(indent + 1)}${rest}`
      found.push(isIdle(rest) ? after(state, indent + 1) : node(state, indent + 1))
    } else {
      state.at += 1
      found.push(value(state, rest.trimStart(), indent, indent + 1))
    }
  }
  return found
}

const after = (state: Lines, least: number): Yaml => {
  state.at += 1
  return node(state, least)
}

const pairs = (state: Lines, indent: number): Yaml => {
  const found = new Map<string, Yaml>()
  while (nextIndent(state) === indent) {
    const key = keyOf(state.lines[state.at]!.slice(indent))
    if (!key) return unread('a line that is no key')
    state.at += 1
    const one = value(state, key.rest, indent, indent + 1, indent)
    if (key.name === '<<') merge(found, one)
    else found.set(key.name, one)
  }
  if (nextIndent(state) > indent) return unread('a line further right than its place')
  return found
}

/** `<<`: what the map says itself counts more. */
const merge = (into: Map<string, Yaml>, from: Yaml): void => {
  for (const one of Array.isArray(from) ? from : [from])
    if (one instanceof Map) for (const [key, held] of one) if (!into.has(key)) into.set(key, held)
}

const keyOf = (text: string): { name: string; rest: string } | null => {
  const whole = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(text)?.[0]
  if (whole !== undefined) {
    const rest = text.slice(whole.length).trimStart()
    return /^:(?:\s|$)/.test(rest) ? { name: quoted({ text: whole, at: 0 }), rest: rest.slice(1).trim() } : null
  }
  if (text.startsWith('? ')) return unread('a key in more than one line')
  if (/^["'[{&*!|>%@`#]/.test(text)) return null
  const end = text.search(/:(?:\s|$)/)
  const name = text.slice(0, end)
  return end < 1 || name.includes(' #') ? null : { name: name.trimEnd(), rest: text.slice(end + 1).trim() }
}

/**
 * What stands after a key or a dash.
 * @param outer what goes on must stand further right than this
 * @param least where a block below may begin; `same` is where a list below a key may begin as well
 */
const value = (state: Lines, text: string, outer: number, least: number, same?: number): Yaml => {
  const marked = /^([&!])(\S*)(?:\s+|$)/.exec(text)
  if (marked) return named(state, marked, value(state, text.slice(marked[0].length), outer, least, same))
  if (isIdle(text)) return below(state, least, same)
  if (/^[|>][-+0-9]{0,2}\s*(?:#.*)?$/.test(text)) return block(state, text, outer)
  if (/^["'[{]/.test(text)) return inline(state, text)
  if (text.startsWith('*')) return aliasIn(state)(text.slice(1).replace(/\s.*$/, ''))
  return plain(state, text, outer)
}

const named = (state: Lines, [, sign, name]: RegExpExecArray, found: Yaml): Yaml => {
  if (sign === '&') state.anchors.set(name!, found)
  return sign === '!' && name === 'reference' ? new Map([['!reference', found]]) : found
}

const aliasIn =
  (state: Lines) =>
  (name: string): Yaml =>
    state.anchors.get(name) ?? unread('a name that nothing has')

const below = (state: Lines, least: number, same: number | undefined): Yaml => {
  const indent = nextIndent(state)
  const listed = same !== undefined && indent === same && isItem(state.lines[state.at]!.slice(indent))
  return listed ? node(state, same) : node(state, least)
}

const block = (state: Lines, head: string, outer: number): string => {
  const lines: string[] = []
  const said = /^.[-+]?(\d)/.exec(head)?.[1]
  let indent = said ? Math.max(outer, 0) + Number(said) : -1
  for (; state.at < state.lines.length; state.at += 1) {
    const line = state.lines[state.at]!
    const blank = line.trim() === ''
    if (!blank && indent < 0) indent = indentOf(line)
    if (!blank && (indent <= outer || line.slice(0, indent).trim() !== '')) break
    lines.push(blank ? '' : line.slice(indent))
  }
  return (head[0] === '>' ? folded(lines) : lines.join('\n')).trimEnd()
}

/** A lone line end is a blank; an empty line is a line end. Lines further right keep theirs. */
const folded = (lines: readonly string[]): string => {
  let text = ''
  lines.forEach((line, at) => {
    const glue = line === '' || /^\s/.test(line) || /^\s/.test(lines[at - 1] ?? '') ? '\n' : lines[at - 1] === '' ? '' : ' '
    text += at === 0 ? line : glue + line
  })
  return text
}

/** Quotes and brackets may go on for lines; each line is looked at once more for every thing that begins in it, never again. */
const inline = (state: Lines, text: string): Yaml => {
  const cursor = { text, at: 0 }
  for (let taken = 0; !ends(cursor.text) && taken < MOST_INLINE; taken += 1) {
    const line = state.lines[state.at]
    if (line === undefined || cursor.text.length > LONGEST_INLINE) return unread('no end')
    state.at += 1
    cursor.text += `\n${line}`
  }
  const found = /^["']/.test(text) ? quoted(cursor) : flow(cursor, aliasIn(state))
  return isIdle(cursor.text.slice(cursor.at)) ? found : unread('more after the end')
}

/** Lines that one inline list or quoted text may go on for. */
const MOST_INLINE = 200
const LONGEST_INLINE = 20_000

const ends = (text: string): boolean => {
  try {
    const cursor = { text, at: 0 }
    if (/^["']/.test(text)) quoted(cursor)
    else flow(cursor, () => '')
    return true
  } catch (error) {
    return !(error instanceof Error && /without an end/.test(error.message))
  }
}

const withoutComment = (text: string): string => text.replace(/\s#.*$/, '').trimEnd()

const plain = (state: Lines, text: string, outer: number): string => {
  const parts = [withoutComment(text)]
  while (parts.at(-1) !== undefined && state.at < state.lines.length) {
    const line = state.lines[state.at]!
    if (isIdle(line) || indentOf(line) <= outer) break
    if (keyOf(line.trim()) && !/[|&)(]\s*$/.test(parts.at(-1)!)) return unread('a key below a text')
    parts.push(withoutComment(line.trim()))
    state.at += 1
  }
  return parts.join(' ')
}
