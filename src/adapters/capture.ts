import type { Captured, CaptureSpec } from '../ports.ts'
import { atExit } from './at-exit.ts'
import { isMissing } from './missing.ts'
import { signalGroup } from './tree.ts'

const MAX_BYTES = 16 * 1024 * 1024
/** What a child that was asked to end has before it is killed, and what a pipe may stay open after its end. */
const GRACE_MS = 2_000

/** Ends a group: TERM, after the grace KILL. `stop` leaves no timer behind. */
const makeEnd = (pid: number | undefined) => {
  const timers: NodeJS.Timeout[] = []
  const later = (ms: number, act: () => void) => timers.push(setTimeout(act, ms))
  let asked = false
  return {
    later,
    ask: () => {
      asked = true
      if (pid === undefined) return
      signalGroup(pid, 'SIGTERM')
      later(GRACE_MS, () => signalGroup(pid, 'SIGKILL'))
    },
    /** The child itself is gone; what it started in its group goes too if it had to be ended. */
    stop: (truncated: boolean) => {
      for (const timer of timers) clearTimeout(timer)
      if (pid !== undefined && (asked || truncated)) signalGroup(pid, 'SIGKILL')
    },
  }
}

const options = (spec: CaptureSpec) => ({
  cwd: spec.cwd,
  env: { ...spec.env },
  extendEnv: false,
  ...(spec.input === undefined ? { stdin: 'ignore' as const } : { input: spec.input }),
  maxBuffer: spec.maxBytes ?? MAX_BYTES,
  stripFinalNewline: false,
  detached: true,
  cleanup: false,
  reject: false,
})

/**
 * Runs a short child and keeps what it printed. Never throws: a missing program is `missing`; one that prints more than
 * `maxBytes` is ended and `truncated`. Ended as a whole group; a grandchild that holds the pipe does not hold us.
 */
export const capture = async (spec: CaptureSpec): Promise<Captured> => {
  const { execa } = await import('execa')
  const [program = '', ...args] = spec.argv
  const start = performance.now()
  let timedOut = false
  const child = execa(program, args, options(spec))
  const end = makeEnd(child.pid)
  const onTime = () => {
    timedOut = true
    end.ask()
  }
  if (spec.timeoutMs !== undefined) end.later(spec.timeoutMs, onTime)
  child.once('exit', () =>
    end.later(GRACE_MS, () => {
      child.stdout?.destroy()
      child.stderr?.destroy()
    }),
  )
  spec.signal?.addEventListener('abort', end.ask, { once: true })
  if (spec.signal?.aborted) end.ask()
  const { pid } = child
  const release = atExit(() => pid !== undefined && signalGroup(pid, 'SIGKILL'))
  const result = await child
  release()
  spec.signal?.removeEventListener('abort', end.ask)
  end.stop(result.isMaxBuffer)
  const error = (result.cause ?? {}) as NodeJS.ErrnoException
  const started = child.pid !== undefined
  const missing = !started && isMissing(error, spec.cwd)
  return {
    exit: result.exitCode ?? null,
    signal: result.signal ?? null,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
    timedOut,
    missing,
    truncated: result.isMaxBuffer,
    ms: Math.round(performance.now() - start),
    ...(started || missing ? {} : { error: error.code ?? 'not started' }),
  }
}
