import { systemError } from './files.ts'
import type { Kept } from './tail.ts'

/** Bytes written with one flush; one line more is always taken. */
const BATCH = 4 * 1024 * 1024

/** A line on its way to the disk, and who waits for it. */
export interface Waiting {
  line: Buffer
  done(): void
  fail(error: unknown): void
}

export interface Queue {
  /** Settles when the line is on disk, or is not. */
  add(line: Buffer): Promise<void>
  isEmpty(): boolean
  /** What has come since, up to a batch; with `all`, everything. */
  take(all?: boolean): Waiting[]
}

/** Lines that wait, first in first out. */
export const makeQueue = (): Queue => {
  const lines: Waiting[] = []
  const taken = (): Waiting[] => {
    const sum = { bytes: 0 }
    const end = lines.findIndex(({ line }) => {
      sum.bytes += line.length
      return sum.bytes >= BATCH
    })
    return lines.splice(0, end < 0 ? lines.length : end + 1)
  }
  return {
    add: (line) => new Promise((done, fail) => lines.push({ line, done, fail })),
    isEmpty: () => lines.length === 0,
    take: (all = false) => (all ? lines.splice(0) : taken()),
  }
}

/** Tells those who wait how it went. Returns how many are not on disk. */
export const settleAll = (batch: readonly Waiting[], { kept, error }: Kept): number => {
  for (const one of batch.slice(0, kept)) one.done()
  for (const one of batch.slice(kept)) one.fail(error ?? systemError('EIO', 'written, but not kept'))
  return batch.length - kept
}
