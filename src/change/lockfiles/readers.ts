import { gemfile } from './gemfile.ts'
import type { LockReader } from './lock.ts'

/** Every format that is read; the first that knows a path reads it. */
const READERS: readonly LockReader[] = [gemfile]

/** Who reads this path; null for what is no lockfile. */
export const readerOf = (path: string): LockReader | null => READERS.find((reader) => reader.reads(path)) ?? null
