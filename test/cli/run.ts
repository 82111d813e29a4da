import { spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { built } from '../support/built.ts'

/** The installed command. */
export const binary = async (): Promise<string> => join(built(), 'bin', 'safe-deploy.js')

export interface Ran {
  exit: number | null
  signal: string | null
  stdout: string
  stderr: string
}

export interface Options {
  cwd?: string
  env?: Record<string, string>
  /** Arguments for the runtime itself. */
  node?: readonly string[]
}

/** A process of the built command, and its end. */
export const start = async (args: readonly string[], options: Options = {}) => {
  const child = spawn(process.execPath, [...(options.node ?? []), await binary(), ...args], {
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

export const run = async (args: readonly string[], options: Options = {}): Promise<Ran> => (await start(args, options)).done

/** A folder that `remove` takes away. */
export const folder = () => {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-cli-')))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
