/** What a parser gives: a value, or why there is none. Never a guess. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; why: string }

export type Json = Readonly<Record<string, unknown>>

const MAX_CHARS = 16 * 1024 * 1024
/** Places where a document may begin; more is noise that nobody can tell from JSON. */
const MAX_STARTS = 64

const tryParse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Offsets of lines that begin with this bracket: fly indents whatever is inside a document. */
const startsOf = (text: string, open: string): number[] => {
  const found: number[] = []
  for (let at = text.startsWith(open) ? 0 : text.indexOf(`\n${open}`); at >= 0 && found.length < MAX_STARTS; ) {
    found.push(text[at] === '\n' ? at + 1 : at)
    at = text.indexOf(`\n${open}`, at + 1)
  }
  return found
}

/** From a start to the end of the text, else to its closing line, else that line alone. */
const endsOf = (text: string, start: number, close: string): number[] => {
  const closing = text.lastIndexOf(`\n${close}`)
  const line = text.indexOf('\n', start)
  return [text.length, closing > start ? closing + 2 : -1, line].filter((end) => end > start)
}

/**
 * Finds the one JSON document in what fly printed: debug settings put lines in front of it, and notices may follow.
 * @param want what the document must be at its top
 */
export const findDocument = (text: string, want: 'array' | 'object'): Parsed<unknown> => {
  if (text.length > MAX_CHARS) return { ok: false, why: `more than ${MAX_CHARS / 1024 / 1024} MiB` }
  const [open, close] = want === 'array' ? ['[', ']'] : ['{', '}']
  const plain = text.replaceAll('\r\n', '\n').trimEnd()
  // How Go prints a list that was never filled.
  if (want === 'array' && /(?:^|\n)null$/.test(plain)) return { ok: true, value: [] }
  for (const start of startsOf(plain, open!)) {
    for (const end of endsOf(plain, start, close!)) {
      const value = tryParse(plain.slice(start, end))
      if (value !== undefined && Array.isArray(value) === (want === 'array')) return { ok: true, value }
    }
  }
  return { ok: false, why: plain === '' ? 'it printed nothing' : `no JSON ${want} in ${plain.length} characters` }
}

export const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value under the first of these names that is there: fly's casing differs by command and by version. */
export const pick = (from: Json, ...names: string[]): unknown => names.map((name) => from[name]).find((value) => value !== undefined)

/** The text under one of these names; null if absent, empty, or no text. */
export const text = (from: Json, ...names: string[]): string | null => {
  const value = pick(from, ...names)
  return typeof value === 'string' && value !== '' ? value : null
}

/** A whole number under one of these names, given as number or as digits. */
export const whole = (from: Json, ...names: string[]): number | null => {
  const value = pick(from, ...names)
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : null
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : null
}

/** The object under one of these names; empty if there is none. */
export const object = (from: Json, ...names: string[]): Json => {
  const value = pick(from, ...names)
  return isJson(value) ? value : {}
}

/** The objects of the list under one of these names. */
export const objects = (from: Json, ...names: string[]): Json[] => {
  const value = pick(from, ...names)
  return Array.isArray(value) ? value.filter(isJson) : []
}

/** Reads each element of a JSON array; the first that cannot be read makes the whole unreadable. */
export const readAll = <T>(printed: string, read: (one: Json) => T | string): Parsed<T[]> => {
  const found = findDocument(printed, 'array')
  if (!found.ok) return found
  const value: T[] = []
  for (const [i, one] of (found.value as unknown[]).entries()) {
    const got = isJson(one) ? read(one) : 'is no object'
    if (typeof got === 'string') return { ok: false, why: `element ${i + 1} ${got}` }
    value.push(got)
  }
  return { ok: true, value }
}
