import { nameOf, type Sight } from '../sight.ts'
import { type ChangedLock, manifestsOf } from './changed-locks.ts'
import { type Lock, UnreadableLock } from './lock.ts'

/** What a lockfile says at one side, or why it cannot be read. */
export type ReadLock = { lock: Lock; text: string } | { why: string; line: number | null }

/** The largest lockfiles of large monorepos have ten thousand; to judge half a million takes minutes and gigabytes. */
const MOST = 50_000

/** Never throws: a reader that fails on what it did not expect is a lockfile that cannot be read. */
export const readLock = async (sight: Sight, changed: ChangedLock, side: 'base' | 'candidate'): Promise<ReadLock> => {
  const path = changed[side]
  const text = sight.text(side, path)
  if (text === null) return { why: sight.unread(side, path) ?? 'git does not give its content', line: null }
  try {
    const named = manifestsOf(sight, changed, side)
    const lock = await changed.reader.read(path, text, (beside) => sight.text(side, beside), named)
    if (lock.packages.length > MOST) throw new UnreadableLock('it lists more than 50,000 packages')
    return { lock, text }
  } catch (error) {
    if (error instanceof UnreadableLock) return { why: error.why, line: error.line }
    return { why: `it is not what its name says (${nameOf(error)})`, line: null }
  }
}
