import { isUtf8 } from 'node:buffer'
import { readSync, writeSync } from 'node:fs'

const CHUNK = 65_536
const WAIT_MS = 5
/** Who hands over a pipe that is never ready is not waited for longer. */
const MOST_WAITS = 1000

const pause = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS)
}

/** Does it again while the other side is not ready. @throws other system errors, and EAGAIN after five seconds */
const patiently = (act: () => number): number => {
  for (let waits = 0; ; waits++) {
    try {
      return act()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN' || waits >= MOST_WAITS) throw error
      pause()
    }
  }
}

/**
 * All that stands on stdin, without the streams of the runtime, which cost more than everything else of a fast run.
 * @returns null where it is more than `most` bytes
 * @throws system errors
 */
export const readStdin = (most: number): Buffer | null => {
  const chunks: Buffer[] = []
  for (let total = 0; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK)
    const count = patiently(() => readSync(0, chunk, 0, CHUNK, null))
    if (count === 0) return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
    total += count
    if (total > most) return null
    chunks.push(chunk.subarray(0, count))
  }
}

/** What the bytes say; null where they are no UTF-8, which others would read in another way. */
export const textIn = (bytes: Buffer): string | null => (isUtf8(bytes) ? bytes.toString('utf8') : null)

/** Writes all of it. @throws system errors, such as EPIPE */
export const writeWhole = (fd: 1 | 2, text: string): void => {
  const bytes = Buffer.from(text)
  for (let done = 0; done < bytes.length; ) {
    const from = done
    done += patiently(() => writeSync(fd, bytes, from))
  }
}
