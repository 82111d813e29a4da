import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binary, type Ran } from '../../cli/run.ts'

const PAYLOADS = join(import.meta.dirname, 'payloads')

/** Every recorded payload: `host.verdict`, and what it holds. */
export const payloads: readonly string[] = readdirSync(PAYLOADS).map((file) => file.replace(/\.json$/, ''))

export const payload = (name: string): string => readFileSync(join(PAYLOADS, `${name}.json`), 'utf8')

/** The installed hook as a host runs it: a payload on stdin, an answer. */
export const hook = async (
  args: readonly string[],
  stdin: string | Buffer,
  options: { cwd?: string; env?: Record<string, string>; node?: readonly string[] } = {},
): Promise<Ran> => {
  const bin = await binary()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...(options.node ?? []), bin, 'hook', ...args], {
      cwd: options.cwd ?? tmpdir(),
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...options.env },
    })
    const seen = { stdout: '', stderr: '' }
    child.stdout.on('data', (data) => {
      seen.stdout += data
    })
    child.stderr.on('data', (data) => {
      seen.stderr += data
    })
    child.on('error', reject)
    child.on('close', (exit, signal) => resolve({ exit, signal, ...seen }))
    child.stdin.on('error', () => {})
    child.stdin.end(stdin)
  })
}
