/** A payload deeper than this is none that a host makes. */
const MOST_DEEP = 100

const QUOTE = 34
const BACKSLASH = 92
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST, COLON] = [123, 125, 91, 93, 58]

/** Text that was read whole, or why not. */
export type StrictJson = { ok: true; value: unknown } | { ok: false; why: string }

/**
 * Reads JSON that means one thing only: what another reader would take differently is refused. In time linear to its length.
 * @returns not ok for a byte order mark, bytes behind the value, a key that is there twice, nesting beyond 100, and what is no JSON
 */
export const strictJson = (text: string): StrictJson => {
  if (text.trim() === '') return { ok: false, why: 'it is empty' }
  if (text.charCodeAt(0) === 0xfeff) return { ok: false, why: 'it begins with a byte order mark' }
  try {
    const value: unknown = JSON.parse(text)
    const why = ambiguity(text)
    return why === null ? { ok: true, value } : { ok: false, why }
  } catch {
    return { ok: false, why: 'it is not JSON' }
  }
}

/** In text that is known to be JSON: a key that an object has twice, or too deep a nesting. `JSON.parse` takes the last one, others the first. */
const ambiguity = (text: string): string | null => {
  const open: (Set<string> | null)[] = []
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === OPEN_OBJECT || char === OPEN_LIST) open.push(char === OPEN_OBJECT ? new Set() : null)
    else if (char === CLOSE_OBJECT || char === CLOSE_LIST) open.pop()
    if (open.length > MOST_DEEP) return 'it is nested too deeply'
    if (char !== QUOTE) continue
    const end = endOfString(text, at)
    const keys = open[open.length - 1]
    if (keys && isKey(text, end)) {
      const key = decoded(text.slice(at, end + 1))
      if (keys.has(key)) return `the key ${JSON.stringify(key.slice(0, 40))} is there twice`
      keys.add(key)
    }
    at = end
  }
  return null
}

/** Where the string that begins here ends: its last quote. */
const endOfString = (text: string, start: number): number => {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1
    if (slashes % 2 === 0) return at
  }
}

/** Only a key is followed by a colon. */
const isKey = (text: string, end: number): boolean => {
  let at = end + 1
  while (text.charCodeAt(at) <= 32) at += 1
  return text.charCodeAt(at) === COLON
}

const decoded = (quoted: string): string => (quoted.includes('\\') ? JSON.parse(quoted) : quoted.slice(1, -1))
