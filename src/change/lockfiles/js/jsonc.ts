/**
 * JSON out of what bun writes, JSON with a comma behind the last item: each such comma becomes a space, so that places stay
 * the same. Commas in texts are left alone.
 */
export const withoutTrailingCommas = (text: string): string => {
  const parts: string[] = []
  let from = 0
  for (const comma of trailingCommas(text)) {
    parts.push(text.slice(from, comma), ' ')
    from = comma + 1
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(from)
}

/** Texts, and commas with what stands behind them; a text that has no end goes on to the end. */
const TOKEN = /"[^"\\]*(?:["\\]|$)|,\s*[\]}]/g

const trailingCommas = (text: string): number[] => {
  const found: number[] = []
  TOKEN.lastIndex = 0
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    if (token[0].startsWith(',')) found.push(token.index)
    else if (token[0].endsWith('\\')) TOKEN.lastIndex = textEnd(text, TOKEN.lastIndex - 1)
  }
  return found
}

/** Where a text with escapes in it ends, from its first backslash on. */
const textEnd = (text: string, from: number): number => {
  let at = from
  for (; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++
  return Math.min(at + 1, text.length)
}
