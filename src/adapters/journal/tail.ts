import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { type Disk, remove, segmentPath, syncFolder, unfinishedPath } from './files.ts'

/** A new file, written at its end wherever that is: after a cut, too. */
const FRESH = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND

/** How many of some lines are on disk, in order from the first, and why not all. */
export interface Kept {
  kept: number
  error: unknown
}

/** The end of a segment that is being written. */
export interface Tail {
  readonly n: number
  /** Bytes that are certain to be on disk. */
  size(): number
  /** No line may follow in this file: what the disk holds of it is not known, or a later segment may be there. */
  isSpoilt(): boolean
  spoil(): void
  /** Makes the name of the file certain, and takes away what is in it beyond whole lines. Nothing to do is fine. @throws system errors */
  settle(): Promise<void>
  /** One write and one flush. What is not kept is not in the file either, or is cut off before anything follows. Never throws. */
  write(lines: readonly Buffer[]): Promise<Kept>
  close(): Promise<void>
}

const writeAll = async (handle: FileHandle, bytes: Buffer, done: { bytes: number }): Promise<void> => {
  while (done.bytes < bytes.length) done.bytes += (await handle.write(bytes, done.bytes)).bytesWritten
}

/** Lines that lie wholly within so many bytes, and their bytes. */
const wholeWithin = (lines: readonly Buffer[], bytes: number): { count: number; bytes: number } => {
  const whole = { count: 0, bytes: 0 }
  for (const line of lines) {
    if (whole.bytes + line.length > bytes) break
    whole.bytes += line.length
    whole.count++
  }
  return whole
}

/** The file behind a tail, and how far it can be trusted. */
interface Ground {
  disk: Disk
  folder: string
  handle: FileHandle
  /** Bytes of whole lines; the file may hold more until it is cut. */
  size: number
  cut: boolean
  named: boolean
  spoilt: boolean
}

const cutTo = async (at: Ground, length: number): Promise<void> => {
  at.cut = false
  await at.handle.truncate(length)
  at.cut = true
}

const settle = async (at: Ground): Promise<void> => {
  if (!at.named) await syncFolder(at.disk, at.folder)
  at.named = true
  if (!at.cut) await cutTo(at, at.size)
}

/** Why the file is not on disk up to that length; null: it is. */
const flush = async (at: Ground, length: number): Promise<unknown> => {
  try {
    await at.handle.datasync()
    at.size = length
    return null
  } catch (error) {
    // Linux takes pages that it could not write for written: a later flush of the same file proves nothing.
    at.spoilt = true
    await cutTo(at, at.size).catch(() => {})
    return error
  }
}

const write = async (at: Ground, lines: readonly Buffer[]): Promise<Kept> => {
  const done = { bytes: 0 }
  const failed = await writeAll(at.handle, Buffer.concat(lines), done).then(
    () => null,
    (error: unknown) => ({ error }),
  )
  const whole = wholeWithin(lines, done.bytes)
  if (failed) await cutTo(at, at.size + whole.bytes).catch(() => {})
  const unflushed = whole.count > 0 ? await flush(at, at.size + whole.bytes) : null
  return unflushed ? { kept: 0, error: unflushed } : { kept: whole.count, error: failed?.error ?? null }
}

const tailOn = (n: number, at: Ground): Tail => ({
  n,
  size: () => at.size,
  isSpoilt: () => at.spoilt,
  spoil: () => {
    at.spoilt = true
  },
  settle: () => settle(at),
  write: (lines) =>
    settle(at).then(
      () => write(at, lines),
      (error: unknown) => ({ kept: 0, error }),
    ),
  close: () => at.handle.close(),
})

/** Goes on with a segment. @param size bytes of whole lines in it; what follows them is taken away when it is settled */
export const reopenTail = async (disk: Disk, folder: string, n: number, size: number): Promise<Tail> => {
  const handle = await disk.open(segmentPath(folder, n), constants.O_WRONLY | constants.O_APPEND)
  return tailOn(n, { disk, folder, handle, size, cut: false, named: false, spoilt: false })
}

/**
 * Begins a segment with its first line. It has its name only once that is on disk: no crash leaves a segment that begins with half of it.
 * @param onNaming from now on it may be found there after a crash, so nothing may follow in the segment before it
 * @throws system errors
 */
export const beginTail = async (disk: Disk, folder: string, n: number, first: Buffer, onNaming: () => void): Promise<Tail> => {
  const path = unfinishedPath(folder, n)
  const handle = await disk.open(path, FRESH, 0o600)
  try {
    await writeAll(handle, first, { bytes: 0 })
    await handle.sync()
    onNaming()
    await disk.rename(path, segmentPath(folder, n))
    return tailOn(n, { disk, folder, handle, size: first.length, cut: true, named: false, spoilt: false })
  } catch (error) {
    await handle.close().catch(() => {})
    await remove(disk, path).catch(() => {})
    throw error
  }
}
