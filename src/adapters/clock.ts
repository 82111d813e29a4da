import type { Clock } from '../ports.ts'

/** The clock of this machine. */
export const makeClock = (): Clock => ({
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((done) => {
      if (signal?.aborted) return done()
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        done()
      }
      const timer = setTimeout(wake, ms)
      signal?.addEventListener('abort', wake, { once: true })
    }),
})
