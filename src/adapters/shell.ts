import { spawn } from 'node:child_process'

/**
 * Gives the terminal to a program until it ends. While it has it, Ctrl-C and the like are its own.
 * @returns its exit code; 127 when it could not be started, 128 and its number for a signal is left to the caller as 1
 */
export const handOver = (
  argv: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string | undefined>> },
): Promise<number> =>
  new Promise((resolve) => {
    const [program = 'sh', ...args] = argv
    const child = spawn(program, args, { cwd: options.cwd, env: { ...options.env }, stdio: 'inherit' })
    child.on('error', () => resolve(127))
    child.on('exit', (code) => resolve(code ?? 1))
  })
