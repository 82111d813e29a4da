const MOST = 64

/** The end of a quoted or substituted stretch that begins at `i`, or `i` where none does. */
const skipFrom = (text: string, i: number): number => {
  const char = text[i]
  if (char === '\\') return i + 1
  if (char === "'") return endOf(text, i, "'")
  if (char === '"') return endOf(text, i, '"')
  if (char === '$' && text[i + 1] === '{') return endOf(text, i, '}')
  return i
}

const endOf = (text: string, from: number, mark: string): number => {
  for (let i = from + 1; i < text.length; i += 1) {
    if (text[i] === '\\' && mark !== "'") i += 1
    else if (text[i] === mark) return i
  }
  return text.length
}

/** One pair of braces: where it opens and closes, and where its commas are. */
interface Pair {
  open: number
  close: number
  commas: number[]
}

const firstPair = (text: string): Pair | null => {
  const stack: Pair[] = []
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i]!
    if (char === '{') stack.push({ open: i, close: -1, commas: [] })
    else if (char === ',') stack.at(-1)?.commas.push(i)
    else if (char === '}') {
      const pair = stack.pop()
      if (pair && stack.length === 0 && (pair.commas.length > 0 || text.slice(pair.open, i).includes('..'))) return { ...pair, close: i }
    } else i = skipFrom(text, i)
  }
  return null
}

const LETTERS = /^(?<from>[A-Za-z])\.\.(?<to>[A-Za-z])(?:\.\.-?\d+)?$/
const NUMBERS = /^(?<from>-?\d{1,9})\.\.(?<to>-?\d{1,9})(?:\.\.-?\d{1,9})?$/

const count = (from: number, to: number, as: (n: number) => string): string[] => {
  const step = from <= to ? 1 : -1
  return Array.from({ length: Math.min(Math.abs(to - from) + 1, MOST) }, (_, i) => as(from + i * step))
}

const alternatives = (text: string, { open, close, commas }: Pair): string[] | null => {
  const inside = text.slice(open + 1, close)
  if (commas.length > 0) {
    const edges = [open, ...commas, close]
    return edges.slice(1).map((edge, i) => text.slice(edges[i]! + 1, edge))
  }
  const letters = LETTERS.exec(inside)?.groups
  if (letters) return count(letters.from!.charCodeAt(0), letters.to!.charCodeAt(0), (n) => String.fromCharCode(n))
  const numbers = NUMBERS.exec(inside)?.groups
  return numbers ? count(Number(numbers.from), Number(numbers.to), String) : null
}

/**
 * What a shell makes of the braces in a word, still in the word's own quoting: `{fly,deploy}` is two words.
 * @returns null where there are more than 64, or the word is longer than 4,000 characters
 */
export const expandBraces = (text: string): string[] | null => {
  if (text.length > 4_000) return null
  const todo = [{ text, done: '' }]
  const words: string[] = []
  let steps = 0
  while (todo.length > 0) {
    const { text: rest, done } = todo.pop()!
    steps += 1
    if (words.length + todo.length > MOST || steps > 4 * MOST) return null
    const pair = firstPair(rest)
    if (!pair) {
      words.push(done + rest)
      continue
    }
    const [before, after] = [rest.slice(0, pair.open), rest.slice(pair.close + 1)]
    const inner = alternatives(rest, pair)
    if (inner === null) todo.push({ text: after, done: done + rest.slice(0, pair.close + 1) })
    else todo.push(...inner.reverse().map((one) => ({ text: one + after, done: done + before })))
  }
  return words
}
