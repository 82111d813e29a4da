import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { makeRepo } from '../change/repo.ts'
import { run } from '../cli/run.ts'

/** Where node, sh and git are, and nothing else of ours. */
export const PATH = [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter)

/** A repository in which hooks are installed for every host, and a program of our choice behind them. */
export const installed = async (hosts = 'all') => {
  const repo = makeRepo()
  const sd = (args: string[], env: Record<string, string> = {}) =>
    run(args, { cwd: repo.root, env: { PATH, HOME: repo.root, GIT_CONFIG_NOSYSTEM: '1', ...env } })
  await sd(['init', `--agents=${hosts}`])
  /** What stands in the place of safe-deploy. */
  const program = (text: string): void => {
    const path = join(repo.root, 'node_modules/safe-deploy/bin/safe-deploy.js')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return { repo, root: repo.root, sd, program }
}

/** A program to its end, with something on its input. */
export const pipe = (argv: readonly string[], input: string, options: { cwd: string; env?: Record<string, string> }) =>
  new Promise<{ exit: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn(argv[0] ?? '', argv.slice(1), { cwd: options.cwd, env: { PATH, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] })
    const seen = { stdout: '', stderr: '' }
    child.stdout.on('data', (data) => {
      seen.stdout += data
    })
    child.stderr.on('data', (data) => {
      seen.stderr += data
    })
    child.on('close', (exit) => resolve({ exit, ...seen }))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
