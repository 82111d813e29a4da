import type { Signals, StopSignal } from '../ports.ts'

const NAMES: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Hears SIGINT, SIGTERM and SIGHUP, and nobody else does. Installed before anything is begun.
 * @param unheard called once for the first signal that no listener takes: nothing was begun that must be looked after
 */
export const hearSignals = (process: Pick<NodeJS.Process, 'on'>, unheard: (signal: StopSignal) => void): Signals => {
  const listeners: ((signal: StopSignal) => void)[] = []
  const state = { hangup: true, ended: false }
  const hear = (signal: StopSignal) => {
    if (signal === 'SIGHUP' && !state.hangup) return
    const newest = listeners[listeners.length - 1]
    if (newest) return newest(signal)
    if (state.ended) return
    state.ended = true
    unheard(signal)
  }
  for (const name of NAMES) process.on(name, () => hear(name))
  return {
    onStop: (listener) => {
      listeners.push(listener)
      return () => {
        const at = listeners.lastIndexOf(listener)
        if (at >= 0) listeners.splice(at, 1)
      }
    },
    ignoreHangup: () => {
      state.hangup = false
    },
  }
}
