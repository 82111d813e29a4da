import { stripVTControlCharacters } from 'node:util'

/** Lines kept, and characters kept of each: what a ledger and a halt screen can bear. */
const LINES = 200
const WIDTH = 2000
/** Text kept while it streams, in characters; lines are only cut when they are asked for, which costs a fast child nothing. */
const KEPT = 512 * 1024
const BLOCK = 64 * 1024

/** The last lines of what was printed. */
export interface Tail {
  /** Text of complete lines, newline-terminated. */
  add(text: string): void
  /** At most 200 lines, out of the last 512 KiB. */
  lines(): string[]
}

/** What a terminal would show of a line: after its last carriage return, without escapes. */
const seen = (line: string): string => {
  const bare = line.endsWith('\r') ? line.slice(0, -1) : line
  return stripVTControlCharacters(bare.slice(bare.lastIndexOf('\r') + 1).slice(0, 2 * WIDTH)).slice(0, WIDTH)
}

/** Keeps the end of a stream of any length. */
export const makeTail = (): Tail => {
  const blocks: string[] = []
  let length = 0
  return {
    add: (text) => {
      const last = blocks.at(-1)
      if (last !== undefined && last.length < BLOCK) blocks[blocks.length - 1] = last + text
      else blocks.push(text)
      length += text.length
      while (blocks.length > 1 && length - blocks[0]!.length >= KEPT) length -= blocks.shift()!.length
    },
    lines: () => {
      const text = blocks.join('')
      if (text === '') return []
      return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n').slice(-LINES).map(seen)
    },
  }
}
