import type { Smoke } from '../../config/settings.ts'
import { refuse } from '../../errors.ts'
import type { StopSignal, Streamed } from '../../ports.ts'
import type { Desk } from '../desk.ts'
import { newSmokeLog } from '../logs.ts'

/** Between TERM and KILL of a smoke's tree. */
const GRACE_MS = 3_000

/** What running smokes needs of a desk. */
export type SmokeDesk = Pick<Desk, 'processes' | 'signals' | 'emit' | 'files' | 'folder' | 'clock'> & {
  /** Absolute folder that smokes run in. */
  cwd: string
}

const EXIT: Record<StopSignal, number> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/**
 * Runs a smoke's line once, as its own process tree, to its end; what it leaves running is ended.
 * @param label the name under which its output is shown, or null to keep the output to its tail
 * @throws GuardError INTERRUPTED when a signal came; the tree has been ended before
 */
export const runSmoke = async (
  desk: SmokeDesk,
  smoke: Pick<Smoke, 'run' | 'timeoutMs'>,
  env: Readonly<Record<string, string>>,
  label: string | null,
): Promise<Streamed> => {
  const log = label === null ? null : await newSmokeLog(desk)
  const running = desk.processes.stream({
    command: { shell: smoke.run },
    cwd: desk.cwd,
    env,
    timeoutMs: smoke.timeoutMs,
    graceMs: GRACE_MS,
    reap: true,
    ...(label === null || log === null
      ? {}
      : { logFile: log, onText: (text: string) => desk.emit({ type: 'output', source: 'smoke', name: label, text, log }) }),
  })
  let stopped: StopSignal | null = null
  const release = desk.signals.onStop((signal) => {
    stopped ??= signal
    running.stop(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM')
  })
  try {
    const done = await running.done
    if (stopped !== null) throw interrupted(stopped, done.left)
    return done
  } finally {
    release()
  }
}

const interrupted = (signal: StopSignal, left: readonly number[]) =>
  refuse('INTERRUPTED', {
    what: 'Interrupted while a smoke ran; nothing was deployed.',
    why:
      left.length > 0
        ? [`still running, although it was killed: process ${left.join(', ')}`]
        : ['the smoke and what it started were ended'],
    exit: EXIT[signal],
  })

/** Exit 0, by itself. */
export const passed = (done: Streamed): boolean => done.exit === 0 && !done.timedOut

/** The shell says 127 for a command it cannot find. Only the program is known to be missing, not which. */
export const notFound = (done: Streamed): boolean => done.missing || done.error !== undefined || done.exit === 127

/** How it ended, in a few words. */
export const ending = (done: Streamed, timeoutMs: number): string => {
  if (done.timedOut) return `did not end within ${timeoutMs / 1000} s`
  if (done.error !== undefined) return `could not be started (${done.error})`
  if (done.missing) return 'could not be started: /bin/sh is not there'
  return done.signal ? `was killed by ${done.signal}` : `ended with exit code ${done.exit}`
}
