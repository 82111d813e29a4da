import type * as promises from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What a journal does to a disk, and nothing else: a test can make any of it fail, or be the last thing that was done. */
export type Disk = Pick<
  typeof promises,
  'mkdir' | 'open' | 'readdir' | 'readlink' | 'rename' | 'stat' | 'symlink' | 'unlink' | 'lutimes' | 'lstat'
>

const SEGMENT = /^(\d{10})\.jsonl$/
const UNFINISHED = /^\d{10}\.new$/

export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'EIO'

/** An error as the system would say it. */
export const systemError = (code: string, message: string): Error => Object.assign(new Error(`${code}: ${message}`), { code })

export const segmentPath = (folder: string, n: number): string => join(folder, `${String(n).padStart(10, '0')}.jsonl`)
export const unfinishedPath = (folder: string, n: number): string => join(folder, `${String(n).padStart(10, '0')}.new`)

/** Numbers of the segments in a folder, oldest first, and what a crash left of one that was being begun. */
export const listSegments = async (disk: Disk, folder: string): Promise<{ numbers: number[]; unfinished: string[] }> => {
  const names = await disk.readdir(folder)
  const numbers = names.flatMap((name) => Number(SEGMENT.exec(name)?.[1] ?? Number.NaN)).filter(Number.isSafeInteger)
  return {
    numbers: numbers.sort((a, b) => a - b),
    unfinished: names.filter((name) => UNFINISHED.test(name)).map((name) => join(folder, name)),
  }
}

/** A new name survives a power cut only when its folder was flushed; some file systems refuse that and need none. */
export const syncFolder = async (disk: Disk, folder: string): Promise<void> => {
  try {
    const handle = await disk.open(folder, 'r')
    await handle.sync().finally(() => handle.close())
  } catch (error) {
    if (!['EISDIR', 'EINVAL', 'EPERM', 'EACCES', 'ENOTSUP'].includes(codeOf(error))) throw error
  }
}

/** Makes a folder that may not be there, for its owner only, and what it lies in. */
export const makeFolder = async (disk: Disk, folder: string): Promise<void> => {
  const first = await disk.mkdir(folder, { recursive: true, mode: 0o700 })
  if (first !== undefined) await syncFolder(disk, dirname(first))
}

/** No error when it is not there. */
export const remove = async (disk: Disk, path: string): Promise<void> => {
  await disk.unlink(path).catch((error) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
}
