import { SIGNAL_EXITS } from '../ending.ts'
import { type GuardError, refuse } from '../errors.ts'
import type { Signals, StopSignal } from '../ports.ts'

/**
 * Plays until it is over or somebody stops it. What was started must have ended when `act` is done.
 * @param again the command that begins anew
 * @param act plays; what it returns concludes, where nobody stopped it
 * @throws INTERRUPTED (129, 130, 143); what `act` throws where nobody stopped it
 */
export const untilStopped = async (
  signals: Signals,
  again: readonly string[],
  act: (signal: AbortSignal) => Promise<() => number>,
): Promise<number> => {
  const stopping = new AbortController()
  const stopped: { by: StopSignal | null } = { by: null }
  const release = signals.onStop((signal) => {
    stopped.by ??= signal
    stopping.abort()
  })
  try {
    const conclude = await act(stopping.signal)
    if (stopped.by === null) return conclude()
  } catch (error) {
    if (stopped.by === null) throw error
  } finally {
    release()
  }
  throw interrupted(stopped.by, again)
}

const interrupted = (signal: StopSignal | null, again: readonly string[]): GuardError =>
  refuse('INTERRUPTED', {
    what: 'The demo was stopped. Everything it had started has ended, and its folder is gone.',
    exit: SIGNAL_EXITS[signal ?? 'SIGINT'],
    next: [{ argv: [...again], says: 'from the beginning' }],
  })
