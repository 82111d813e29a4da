import { spawn } from 'node:child_process'
import type { Running, Streamed, StreamSpec } from '../ports.ts'
import { isMissing } from './missing.ts'

const GRACE_MS = 10_000
/** Node fires longer timers at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * Runs a program that has the terminal: it may ask, and what it prints is seen by nobody else. It stays in our process group, so Ctrl-C reaches it by
 * itself; other signals are sent to it alone.
 */
export const foreground = (spec: StreamSpec): Running => {
  const [program = '', ...args] = 'shell' in spec.command ? ['/bin/sh', '-c', spec.command.shell] : spec.command
  const start = performance.now()
  const why = { timedOut: false, interrupted: false }
  const child = spawn(program, args, { cwd: spec.cwd, env: spec.env, stdio: 'inherit' })
  const timers: NodeJS.Timeout[] = []
  const later = (ms: number, act: () => void): void => void timers.push(setTimeout(act, Math.min(ms, LONGEST_TIMER)))
  const end = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (signal === 'SIGTERM') child.kill('SIGTERM')
    const grace = spec.graceMs ?? GRACE_MS
    later(grace, () => (signal === 'SIGINT' ? end('SIGTERM') : child.kill('SIGKILL')))
  }
  later(spec.timeoutMs, () => {
    why.timedOut = !why.interrupted
    end('SIGTERM')
  })
  const done = new Promise<Streamed>((resolve) => {
    const report = (rest: Pick<Streamed, 'exit' | 'signal' | 'missing'> & { error?: string }): void => {
      for (const timer of timers) clearTimeout(timer)
      resolve({ ...rest, ...why, ms: Math.round(performance.now() - start), bytes: 0, tail: [], left: [] })
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      const missing = isMissing(error, spec.cwd)
      report({ exit: null, signal: null, missing, ...(missing ? {} : { error: error.code ?? error.message }) })
    })
    child.on('exit', (exit, signal) => report({ exit, signal, missing: false }))
  })
  return {
    pid: child.pid ?? null,
    stop: (signal) => {
      why.interrupted = !why.timedOut
      end(signal)
    },
    done,
  }
}
