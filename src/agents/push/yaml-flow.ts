/** What YAML holds, with every scalar as the text it was. */
export type Yaml = string | readonly Yaml[] | ReadonlyMap<string, Yaml>

/** Nested deeper than any pipeline; more is not read. */
export const DEEPEST = 64

export const unread = (why: string): never => {
  throw new Error(why)
}

/** A text, and where its reader stands. */
export interface Cursor {
  text: string
  at: number
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', e: '\x1b', '\n': '' }
const HEX: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

const escaped = (cursor: Cursor): string => {
  const sign = cursor.text[cursor.at + 1] ?? ''
  const width = HEX[sign]
  cursor.at += 2 + (width ?? 0)
  if (width === undefined) return ESCAPES[sign] ?? sign
  const point = Number.parseInt(cursor.text.slice(cursor.at - width, cursor.at), 16)
  return point <= 0x10ffff ? String.fromCodePoint(point) : unread('no such sign')
}

/** A line end in a quoted scalar is a blank, as are the blanks round it. */
const lineEnd = (cursor: Cursor): string => {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1
  return ' '
}

/** A quoted scalar, from its opening quote. Throws where it never ends. */
export const quoted = (cursor: Cursor): string => {
  const quote = cursor.text[cursor.at]
  const parts: string[] = []
  cursor.at += 1
  while (cursor.at < cursor.text.length) {
    const sign = cursor.text[cursor.at]!
    if (sign === quote && quote === "'" && cursor.text[cursor.at + 1] === "'") {
      parts.push("'")
      cursor.at += 2
    } else if (sign === quote) {
      cursor.at += 1
      return parts.join('')
    } else if (sign === '\\' && quote === '"') parts.push(escaped(cursor))
    else if (sign === '\n') parts.push(lineEnd(cursor))
    else {
      parts.push(sign)
      cursor.at += 1
    }
  }
  return unread('a quote without an end')
}

const skipBlanks = (cursor: Cursor): void => {
  for (;;) {
    while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1
    if (cursor.text[cursor.at] !== '#') return
    const end = cursor.text.indexOf('\n', cursor.at)
    cursor.at = end < 0 ? cursor.text.length : end
  }
}

const PLAIN_ENDS = new Set([',', '[', ']', '{', '}', '\n'])

const plain = (cursor: Cursor): string => {
  const from = cursor.at
  while (cursor.at < cursor.text.length) {
    const sign = cursor.text[cursor.at]!
    if (PLAIN_ENDS.has(sign)) break
    if (sign === ':' && /[\s,[\]{}]/.test(cursor.text[cursor.at + 1] ?? ' ')) break
    if (sign === '#' && /\s/.test(cursor.text[cursor.at - 1] ?? ' ')) break
    cursor.at += 1
  }
  return cursor.text.slice(from, cursor.at).trim()
}

/** What `[`, `{`, a quote or plain text inside them begins. `alias` gives what a name in `*name` stands for. Throws where it is no such thing. */
export const flow = (cursor: Cursor, alias: (name: string) => Yaml, depth = 0): Yaml => {
  if (depth > DEEPEST) return unread('nested too deep')
  skipBlanks(cursor)
  const sign = cursor.text[cursor.at]
  if (sign === '[') return list(cursor, alias, depth)
  if (sign === '{') return map(cursor, alias, depth)
  if (sign === '"' || sign === "'") return quoted(cursor)
  const text = plain(cursor)
  return text.startsWith('*') ? alias(text.slice(1)) : text
}

const list = (cursor: Cursor, alias: (name: string) => Yaml, depth: number): Yaml => {
  const items: Yaml[] = []
  cursor.at += 1
  while (!closes(cursor, ']')) {
    const item = flow(cursor, alias, depth + 1)
    items.push(pairAfter(cursor, item, alias, depth))
    separate(cursor, ']')
  }
  return items
}

/** `[a: b]` is a list of one map. */
const pairAfter = (cursor: Cursor, key: Yaml, alias: (name: string) => Yaml, depth: number): Yaml => {
  skipBlanks(cursor)
  if (cursor.text[cursor.at] !== ':' || typeof key !== 'string') return key
  cursor.at += 1
  return new Map([[key, flow(cursor, alias, depth + 1)]])
}

const map = (cursor: Cursor, alias: (name: string) => Yaml, depth: number): Yaml => {
  const found = new Map<string, Yaml>()
  cursor.at += 1
  while (!closes(cursor, '}')) {
    const key = flow(cursor, alias, depth + 1)
    if (typeof key !== 'string') return unread('a key that is no text')
    skipBlanks(cursor)
    const valued = cursor.text[cursor.at] === ':'
    if (valued) cursor.at += 1
    found.set(key, valued ? flow(cursor, alias, depth + 1) : '')
    separate(cursor, '}')
  }
  return found
}

const closes = (cursor: Cursor, end: string): boolean => {
  skipBlanks(cursor)
  if (cursor.at >= cursor.text.length) return unread('a bracket without an end')
  if (cursor.text[cursor.at] !== end) return false
  cursor.at += 1
  return true
}

const separate = (cursor: Cursor, end: string): void => {
  skipBlanks(cursor)
  const sign = cursor.text[cursor.at]
  if (sign === ',') cursor.at += 1
  else if (sign !== end) unread(sign === undefined ? 'a bracket without an end' : 'neither a comma nor an end')
}
