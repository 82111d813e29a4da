import { spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const BIN = new URL('../../bin/safe-deploy.js', import.meta.url).pathname

export interface Ran {
  exit: number | null
  signal: string | null
  stdout: string
  stderr: string
}

/** A process of the built command, and its end. */
export const start = (args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}) => {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const seen = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => {
    seen.stdout += data
  })
  child.stderr.on('data', (data) => {
    seen.stderr += data
  })
  const done = new Promise<Ran>((resolve) => {
    child.on('close', (exit, signal) => resolve({ exit, signal, ...seen }))
  })
  return { child, done }
}

export const run = (args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): Promise<Ran> =>
  start(args, options).done

/** A folder that `remove` takes away. */
export const folder = () => {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-cli-')))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
