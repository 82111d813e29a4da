import { FlyError } from './fail.ts'
import type { Shell } from './shell.ts'

/** INT and TERM during a deploy: the first cancels, later ones are swallowed, as flyctl does. */
export interface Cancel {
  requested: boolean
  /** Throws flyctl's silent cancellation (exit 127) once a signal came. */
  check: () => void
}

export const watchSignals = (shell: Shell): Cancel => {
  const cancel: Cancel = {
    requested: false,
    check: () => {
      if (cancel.requested) throw new FlyError(null, 127)
    },
  }
  shell.onSignal(() => {
    cancel.requested = true
  })
  return cancel
}

/** Never comes back by itself. `soft` swallows the first INT and gives in to the second or to TERM, with `what: terminated signal received`; `hard` swallows everything but KILL. */
export const hang = (shell: Shell, kind: 'soft' | 'hard', what: string): Promise<never> =>
  new Promise((_resolve, reject) => {
    const keep = setInterval(() => {}, 60_000)
    let interrupts = 0
    shell.onSignal((signal) => {
      if (signal === 'SIGINT') interrupts += 1
      if (kind === 'hard' || (signal === 'SIGINT' && interrupts < 2)) return
      clearInterval(keep)
      reject(new FlyError(`${what}: terminated signal received`))
    })
  })
