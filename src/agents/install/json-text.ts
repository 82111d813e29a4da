/** A JSON text with the places of its parts, so that it can be edited without being written again. */
export type Node = { start: number; end: number } & (
  | { kind: 'object'; members: readonly { key: string; start: number; value: Node }[] }
  | { kind: 'array'; items: readonly Node[] }
  | { kind: 'plain'; value: string | number | boolean | null }
)

/** Why a text is not the JSON it should be, and on which line. */
export interface Broken {
  line: number
  what: string
}

const stop = (at: number, what: string): Error => Object.assign(new Error(what), { at })

const DEEPEST = 60
const SPACE = /[ \t\r\n]*/y
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const PLAIN = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y

const match = (text: string, at: number, shape: RegExp): string | null => {
  shape.lastIndex = at
  return shape.exec(text)?.[0] ?? null
}

/** The next thing behind blanks. @throws at a comment, which JSON has not */
const skip = (text: string, at: number): number => {
  const next = at + (match(text, at, SPACE)?.length ?? 0)
  if (text[next] === '/' && (text[next + 1] === '/' || text[next + 1] === '*')) throw stop(next, 'a comment')
  return next
}

const plainAt = (text: string, at: number): Node => {
  const word = match(text, at, text[at] === '"' ? STRING : PLAIN)
  if (word === null) throw stop(at, at < text.length ? `${JSON.stringify(text[at])} where a value should be` : 'the end, too early')
  return { kind: 'plain', start: at, end: at + word.length, value: JSON.parse(word) }
}

/** Goes through what stands between brackets, one part after the other. @returns the place behind the closing one */
const between = (text: string, from: number, close: string, part: (at: number) => number): number => {
  let at = skip(text, from)
  if (text[at] === close) return at + 1
  for (;;) {
    at = skip(text, part(at))
    if (text[at] === close) return at + 1
    if (text[at] !== ',') throw stop(at, at < text.length ? `no comma before ${JSON.stringify(text[at])}` : 'the end, too early')
    at = skip(text, at + 1)
    if (text[at] === close) throw stop(at, 'a comma with nothing behind it')
  }
}

const objectAt = (text: string, start: number, depth: number): Node => {
  const members: { key: string; start: number; value: Node }[] = []
  const seen = new Set<string>()
  const end = between(text, start + 1, '}', (at) => {
    const word = match(text, at, STRING)
    if (word === null) throw stop(at, 'no key where one should be')
    const key: string = JSON.parse(word)
    if (seen.has(key)) throw stop(at, `the key ${word} twice`)
    seen.add(key)
    const colon = skip(text, at + word.length)
    if (text[colon] !== ':') throw stop(colon, 'no colon behind a key')
    const value = valueAt(text, skip(text, colon + 1), depth + 1)
    members.push({ key, start: at, value })
    return value.end
  })
  return { kind: 'object', start, end, members }
}

const arrayAt = (text: string, start: number, depth: number): Node => {
  const items: Node[] = []
  const end = between(text, start + 1, ']', (at) => {
    const item = valueAt(text, at, depth + 1)
    items.push(item)
    return item.end
  })
  return { kind: 'array', start, end, items }
}

const valueAt = (text: string, at: number, depth: number): Node => {
  if (depth > DEEPEST) throw stop(at, 'more levels than any hook file has')
  if (text[at] === '{') return objectAt(text, at, depth)
  return text[at] === '[' ? arrayAt(text, at, depth) : plainAt(text, at)
}

/**
 * Reads a JSON text, a byte order mark before it allowed. Comments, commas too many and keys twice are not JSON, and are named.
 * @returns the root, or what is wrong and where
 */
export const readJson = (text: string): Node | Broken => {
  try {
    const root = valueAt(text, skip(text, text.startsWith('\uFEFF') ? 1 : 0), 0)
    const end = skip(text, root.end)
    if (end < text.length) throw stop(end, 'something behind its end')
    return root
  } catch (error) {
    if (!(error instanceof Error && 'at' in error)) throw error
    return { line: text.slice(0, Number(error.at)).split('\n').length, what: error.message }
  }
}

/** True for what `readJson` could not read. */
export const isBroken = (read: Node | Broken): read is Broken => 'what' in read

/** The value of a part, without its places. */
export const plainOf = (node: Node): unknown => {
  if (node.kind === 'plain') return node.value
  if (node.kind === 'array') return node.items.map(plainOf)
  return Object.fromEntries(node.members.map(({ key, value }) => [key, plainOf(value)]))
}

/** The same value, whatever the order of keys. */
export const same = (a: unknown, b: unknown): boolean => {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [keys, others] = [Object.keys(a), Object.keys(b)]
  return keys.length === others.length && keys.every((key) => key in b && same(a[key as never], b[key as never]))
}
