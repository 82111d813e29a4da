import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Signals } from '../ports.ts'

interface HandOver {
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  /** Then what is sent to this process alone is passed on; Ctrl-C in a terminal reaches both by itself. */
  signals?: Signals
  /** Program to take where the first is not there. */
  instead?: string
}

/**
 * Gives the terminal to a program until it ends. While it has it, Ctrl-C and the like are its own.
 * @returns its exit code, 128 and its number for a signal; null when it could not be started
 */
export const handOver = (argv: readonly string[], options: HandOver): Promise<number | null> =>
  new Promise((resolve) => {
    const [program = 'sh', ...args] = argv
    const { cwd, env, signals, instead } = options
    const child = spawn(program, args, { cwd, env: { ...env }, stdio: 'inherit' })
    const release = signals?.onStop((signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
    const end = (exit: number | null | Promise<number | null>): void => {
      release?.()
      resolve(exit)
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      const again = error.code === 'ENOENT' && instead !== undefined
      end(again ? handOver([instead, ...args], { cwd, env, ...(signals ? { signals } : {}) }) : null)
    })
    child.on('exit', (code, signal) => end(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
  })
