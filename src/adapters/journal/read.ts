import { type Disk, segmentPath } from './files.ts'
import { type Found, makeSplitter } from './line.ts'

const CHUNK = 256 * 1024

/** The lines of a segment as they lie on disk, some at a time; up to `length` bytes, or all. A chunk is read when it is asked for. */
async function* readSegment(disk: Disk, folder: string, n: number, length = Number.POSITIVE_INFINITY): AsyncGenerator<Found[]> {
  const handle = await disk.open(segmentPath(folder, n), 'r')
  try {
    const splitter = makeSplitter()
    for (let at = 0; at < length; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, Math.min(CHUNK, length - at), at)
      if (bytesRead === 0) break
      at += bytesRead
      yield splitter.take(buffer.subarray(0, bytesRead))
    }
    yield splitter.rest()
  } finally {
    await handle.close()
  }
}

const isSnapshot = (entry: object | null): boolean => entry !== null && 't' in entry && entry.t === 'snapshot'

/** Does a segment begin with all that was known then? */
const isSound = async (disk: Disk, folder: string, n: number): Promise<boolean> => {
  for await (const lines of readSegment(disk, folder, n)) if (lines[0]) return isSnapshot(lines[0].entry)
  return false
}

/** Where reading begins: the newest segment that begins with a snapshot, else the oldest. */
const firstNeeded = async (disk: Disk, folder: string, numbers: readonly number[]): Promise<number> => {
  for (const n of numbers.toReversed()) if (await isSound(disk, folder, n)) return n
  return numbers[0] ?? 0
}

export interface Replayed {
  /** The segment from which on it was read. */
  from: number
  /** Bytes of the newest segment without what a crash left of a line. */
  length: number
  /** Bytes of its snapshot. */
  start: number
  /** Epoch milliseconds of its first entry. */
  born: number | null
  /** Lines that end in the middle, and whole ones that are not what was written. */
  torn: number
  damaged: number
}

/** Hands over every entry from the newest snapshot on. What cannot be read is counted and left out. @throws system errors */
export const replay = async (
  disk: Disk,
  folder: string,
  numbers: readonly number[],
  onEntry: (entry: object) => void,
): Promise<Replayed> => {
  const done: Replayed = { from: await firstNeeded(disk, folder, numbers), length: 0, start: 0, born: null, torn: 0, damaged: 0 }
  for (const n of numbers.filter((one) => one >= done.from)) {
    Object.assign(done, { length: 0, start: 0, born: null })
    for await (const lines of readSegment(disk, folder, n)) for (const line of lines) take(done, line, onEntry)
  }
  return done
}

const take = (done: Replayed, { entry, end, torn }: Found, onEntry: (entry: object) => void): void => {
  if (torn) {
    done.torn++
    return
  }
  if (done.length === 0 && isSnapshot(entry)) done.start = end
  done.length = end
  done.born ??= entry && atOf(entry)
  if (entry) onEntry(entry)
  else done.damaged++
}

const atOf = (entry: object): number | null => ('at' in entry && typeof entry.at === 'number' ? entry.at : null)

/** Every entry that is kept in these segments, oldest first, without snapshots. One that is removed meanwhile is left out. */
export async function* scanSegments(
  disk: Disk,
  folder: string,
  segments: readonly { n: number; bytes: number }[],
  since: number,
): AsyncGenerator<object> {
  for (const { n, bytes } of segments) {
    try {
      for await (const lines of readSegment(disk, folder, n, bytes))
        for (const { entry } of lines) if (entry && !isSnapshot(entry) && (atOf(entry) ?? since) >= since) yield entry
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}
