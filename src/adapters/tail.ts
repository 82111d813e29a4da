import { stripVTControlCharacters } from 'node:util'

/** Lines kept, and characters kept of each: what a ledger and a halt screen can bear. */
const LINES = 200
const WIDTH = 2000

/** The last lines of what was printed. */
export interface Tail {
  /** Text of complete lines, newline-terminated. */
  add(text: string): void
  lines(): string[]
}

/** What a terminal would show of a line: after its last carriage return, without escapes. */
const seen = (line: string): string => {
  const bare = line.endsWith('\r') ? line.slice(0, -1) : line
  return stripVTControlCharacters(bare.slice(bare.lastIndexOf('\r') + 1).slice(0, WIDTH))
}

/** Walks back from the end, so that a chunk of thousands of lines costs at most 200 slices. */
const lastLines = (text: string): string[] => {
  const found: string[] = []
  let end = text.endsWith('\n') ? text.length - 1 : text.length
  while (found.length < LINES && end >= 0) {
    const start = end === 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1
    found.push(text.slice(start, Math.min(end, start + 2 * WIDTH)))
    end = start - 1
  }
  return found.reverse()
}

/** Keeps the last 200 lines of a stream of any length. */
export const makeTail = (): Tail => {
  let ring: string[] = []
  return {
    add: (text) => {
      ring = ring.concat(lastLines(text)).slice(-LINES)
    },
    lines: () => ring.map(seen),
  }
}
