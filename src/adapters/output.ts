import { isatty } from 'node:tty'
import type { Output } from '../ports.ts'

/**
 * A stream of the process that may go away: after the first failed write (EPIPE, EIO of a lost terminal) writes are swallowed, so that a
 * closed stdout ends no deploy.
 */
export const makeOutput = (stream: NodeJS.WriteStream): Output => {
  const gone = { yet: false }
  stream.on('error', () => {
    gone.yet = true
  })
  return {
    write: (text) => {
      if (!gone.yet) stream.write(text)
    },
    get isTTY() {
      return stream.isTTY === true && !gone.yet
    },
    get columns() {
      return stream.columns ?? 0
    },
  }
}

/** Is this descriptor a terminal? Asking the stream itself would open it first. */
export const isTerminal = (descriptor: 0 | 1 | 2): boolean => isatty(descriptor)
