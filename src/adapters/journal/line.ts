import { crc32 } from 'node:zlib'

/** Bytes of the longest line: a body of 256 KiB and what JSON makes of it. */
export const LONGEST_LINE = 1024 * 1024
/** The first line of a segment may hold all that is known. */
export const LONGEST_SNAPSHOT = 256 * 1024 * 1024

const NEWLINE = 10
const BRACE = 0x7b
const COMMA = 0x2c
/** `"crc":"` + eight digits + `"}`: always the end of a line, so that a line that was cut is never taken for a whole one. */
const TAIL = 17
const TAILED = /^"crc":"([0-9a-f]{8})"\}$/

const sumOf = (bytes: Buffer): string => crc32(bytes).toString(16).padStart(8, '0')

/** An entry as one line of JSON, whose last member is the CRC-32 of all that stands before it. */
export const encodeLine = (entry: object): Buffer => {
  const json = JSON.stringify(entry)
  const head = Buffer.from(json === '{}' ? '{' : `${json.slice(0, -1)},`)
  return Buffer.concat([head, Buffer.from(`"crc":"${sumOf(head)}"}\n`)])
}

/** The entry of a line without its newline; null for anything that was not written like this. */
export const decodeLine = (line: Buffer): object | null => {
  const head = line.subarray(0, Math.max(0, line.length - TAIL))
  const sum = TAILED.exec(line.toString('latin1', head.length))?.[1]
  if (head[0] !== BRACE || sum === undefined || sum !== sumOf(head)) return null
  return parsed(head.toString('utf8', 0, head.at(-1) === COMMA ? head.length - 1 : head.length))
}

const parsed = (open: string): object | null => {
  try {
    return JSON.parse(`${open}}`)
  } catch {
    return null
  }
}

/** A line as it was found. */
export interface Found {
  /** Null: damaged, or too long to be one of ours. */
  entry: object | null
  /** Bytes of the file up to its end, newline included. */
  end: number
  /** The file ended before the line did. */
  torn: boolean
}

/** Cuts a stream of bytes into lines; holds no more than one line in memory. */
export const makeSplitter = (): { take(chunk: Buffer): Found[]; rest(): Found[] } => {
  const held: Buffer[] = []
  const at = { end: 0, length: 0, first: true }
  const hold = (bytes: Buffer): void => {
    at.length += bytes.length
    if (at.length <= (at.first ? LONGEST_SNAPSHOT : LONGEST_LINE)) held.push(bytes)
    else held.length = 0
  }
  const finish = (torn: boolean): Found => {
    const whole = held.length === 1 ? held[0]! : Buffer.concat(held)
    const entry = !torn && whole.length === at.length ? decodeLine(whole) : null
    at.end += at.length + (torn ? 0 : 1)
    Object.assign(at, { length: 0, first: false })
    held.length = 0
    return { entry, end: at.end, torn }
  }
  return {
    take: (chunk) => {
      const found: Found[] = []
      const cut = { from: 0 }
      for (let next = chunk.indexOf(NEWLINE); next >= 0; next = chunk.indexOf(NEWLINE, cut.from)) {
        hold(chunk.subarray(cut.from, next))
        found.push(finish(false))
        cut.from = next + 1
      }
      if (cut.from < chunk.length) hold(chunk.subarray(cut.from))
      return found
    },
    rest: () => (at.length > 0 ? [finish(true)] : []),
  }
}
