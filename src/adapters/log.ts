import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** A file that text is appended to at once; a full disk ends the log, never the child. */
export interface Log {
  write(text: string): void
  close(): void
  /** Code of the system error that ended it, e.g. ENOSPC. */
  error(): string | undefined
}

const NONE: Log = { write: () => {}, close: () => {}, error: () => undefined }

/** As a string first, which makes no buffer of its own; a short write is rare and ends as bytes. */
const writeAll = (fd: number, text: string): void => {
  const length = Buffer.byteLength(text)
  let done = writeSync(fd, text)
  if (done === length) return
  const bytes = Buffer.from(text)
  while (done < length) done += writeSync(fd, bytes, done)
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'EIO'

/** Opens a log, readable by its owner only, and its folder as needed; without a path it swallows. Written in step, so that a fast child is held back and memory stays flat. */
export const openLog = (path: string | undefined): Log => {
  if (path === undefined) return NONE
  let fd: number | null = null
  let failed: string | undefined
  const attempt = (act: () => void) => {
    try {
      act()
    } catch (error) {
      failed ??= codeOf(error)
    }
  }
  attempt(() => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    fd = openSync(path, 'a', 0o600)
  })
  return {
    write: (text) => {
      if (fd !== null && failed === undefined) attempt(() => writeAll(fd as number, text))
    },
    close: () => {
      if (fd !== null) attempt(() => closeSync(fd as number))
      fd = null
    },
    error: () => failed,
  }
}
