/** A clock that never goes back while something counts on it. */
export interface SteadyClock {
  /** Epoch milliseconds. */
  now(): number
  /** Nothing counts on it any more: it may go back to what the machine says. */
  settle(): void
}

/**
 * The machine's clock, held up by the time that the process has run: set back, it goes on from where it was; set ahead, it follows. So what is to end
 * ends after its time at the latest.
 * @param wall epoch milliseconds, which anybody may set
 * @param running milliseconds that only count up
 */
export const steadyClock = (wall: () => number, running: () => number): SteadyClock => {
  const state = { ahead: wall() - running() }
  return {
    now: () => {
      const ran = running()
      state.ahead = Math.max(state.ahead, wall() - ran)
      return Math.floor(ran + state.ahead)
    },
    settle: () => {
      state.ahead = wall() - running()
    },
  }
}
