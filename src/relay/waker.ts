import type { Clock } from '../ports.ts'

/** Looked at least this often: a machine that slept, or whose clock was set, is noticed then. */
const LONGEST_MS = 5_000
/** What happens in bursts is looked at once. */
const BURST_MS = 50

interface Parts {
  now(): number
  sleep: Clock['sleep']
  /** When there is something to do, in epoch milliseconds; null: not before something happens. */
  next(): number | null
  act(): void
}

/** The one timer: acts when it is time. */
export interface Waker {
  /** Something happened: the time may be another now. */
  poke(): void
  stop(): Promise<void>
}

export const startWaker = ({ now, sleep, next, act }: Parts): Waker => {
  const over = new AbortController()
  const state = { poked: new AbortController() }
  const turn = async (): Promise<void> => {
    const at = next()
    const ms = at === null ? LONGEST_MS : Math.min(Math.max(at - now(), BURST_MS), LONGEST_MS)
    await sleep(ms, state.poked.signal)
    if (state.poked.signal.aborted) await sleep(BURST_MS, over.signal)
    state.poked = new AbortController()
    if (!over.signal.aborted) act()
  }
  const run = async (): Promise<void> => {
    while (!over.signal.aborted) await turn()
  }
  const running = run()
  return {
    // Aborting again would make an error object each time.
    poke: () => {
      if (!state.poked.signal.aborted) state.poked.abort()
    },
    stop: async () => {
      over.abort()
      state.poked.abort()
      await running
    },
  }
}
