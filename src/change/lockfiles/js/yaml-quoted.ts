import { refuse } from './yaml-lines.ts'

/** What a backslash makes of the letter behind it, in double quotes. */
const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}

/**
 * A text in quotes.
 * @returns it, and the place behind its closing quote
 */
export const readQuoted = (text: string, at: number): [string, number] => (text[at] === '"' ? readDouble(text, at) : readSingle(text, at))

const readSingle = (text: string, open: number): [string, number] => {
  let end = text.indexOf("'", open + 1)
  while (end !== -1 && text[end + 1] === "'") end = text.indexOf("'", end + 2)
  if (end === -1) refuse(text, text.length)
  const inner = text.slice(open + 1, end)
  return [folded(inner.includes("'") ? inner.replaceAll("''", "'") : inner), end + 1]
}

const readDouble = (text: string, open: number): [string, number] => {
  let at = open + 1
  for (; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++
  if (at >= text.length) refuse(text, text.length)
  const inner = text.slice(open + 1, at)
  // A backslash at a line's end joins lines; nobody writes that here.
  if (/\\\r?\n/.test(inner)) refuse(text, open)
  return [inner.includes('\\') ? unescaped(folded(inner), text, open) : folded(inner), at + 1]
}

/** Lines in quotes are one. */
const folded = (inner: string): string =>
  inner.includes('\n') ? fold(inner.split('\n').map((line, n, all) => trimmed(line, n > 0, n < all.length - 1))) : inner

const trimmed = (line: string, left: boolean, right: boolean): string => {
  const start = left ? line.replace(/^[ \t]+/, '') : line
  return right ? start.trimEnd() : start
}

/** A break is a space, and each empty line is a break. */
export const fold = (lines: readonly string[]): string => {
  const parts = [lines[0] ?? '']
  let empty = 0
  for (const line of lines.slice(1)) {
    if (line === '') empty++
    else {
      parts.push(empty > 0 ? '\n'.repeat(empty) : ' ', line)
      empty = 0
    }
  }
  if (empty > 0) parts.push(empty > 1 ? '\n'.repeat(empty - 1) : ' ')
  return parts.join('')
}

const unescaped = (inner: string, text: string, at: number): string =>
  inner.replace(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^xuU]))/g, (_, x, u, U, letter) => {
    const code = x ?? u ?? U
    return code === undefined ? (ESCAPES[letter as string] ?? refuse(text, at)) : fromCode(Number.parseInt(code, 16), text, at)
  })

const fromCode = (code: number, text: string, at: number): string => (code > 0x10ffff ? refuse(text, at) : String.fromCodePoint(code))
