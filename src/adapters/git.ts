import { type ChildProcess, spawn } from 'node:child_process'
import { next, refuse } from '../errors.ts'
import type { Git, GitOptions, GitRan } from '../ports.ts'
import { atExit } from './at-exit.ts'

const MAX_BYTES = 64 * 1024 * 1024
const MAX_STDERR = 64 * 1024

/** Settings of a user that would change what git prints, run their programs, or wait for somebody. */
const NARROW = [
  '-c',
  'core.quotePath=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'gc.auto=0',
  '-c',
  'maintenance.auto=false',
]

/**
 * The environment git gets: the caller's without any GIT_* (a hook or an alias sets those for its own repository), in
 * English, never asking, never writing for its own comfort.
 */
export const gitEnvironment = (env: Readonly<Record<string, string | undefined>>): Record<string, string> => {
  const clean: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !name.startsWith('GIT_') && name !== 'LANGUAGE') clean[name] = value
  }
  return { ...clean, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_LITERAL_PATHSPECS: '1' }
}

/**
 * Git in one folder.
 * @param deps `env` is the process's environment, as it is; `cwd` where git runs
 * @returns runs that never throw but GIT_MISSING; read `code`
 */
export const makeGit = (deps: { cwd: string; env: Readonly<Record<string, string | undefined>> }): Git => {
  const base = gitEnvironment(deps.env)
  return {
    cwd: deps.cwd,
    run: (args, options = {}) => runGit([...NARROW, ...args], options.cwd ?? deps.cwd, { ...base, ...options.env }, options),
  }
}

const runGit = (args: readonly string[], cwd: string, env: Record<string, string>, options: GitOptions): Promise<GitRan> =>
  new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd,
      env,
      // A Ctrl-C in the terminal is for the guard, which decides what it means; in one session with it git would be ended too.
      detached: process.platform !== 'win32',
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
    const kill = () => child.kill('SIGKILL')
    const release = options.outlives ? () => {} : atExit(kill)
    const late = { out: false }
    const timer =
      options.timeoutMs === undefined
        ? null
        : setTimeout(() => {
            late.out = true
            killGroup(child)
          }, options.timeoutMs)
    const out = gather(options, kill)
    const err = boundedText()
    child.stdout?.on('data', out.take)
    child.stderr?.on('data', err.take)
    child.on('error', (error) => {
      if (timer) clearTimeout(timer)
      release()
      reject(missing(error, cwd))
    })
    child.on('close', (code) => {
      if (timer) clearTimeout(timer)
      release()
      resolve({ code: code ?? -1, stdout: out.all(), stderr: err.all(), truncated: out.truncated(), timedOut: late.out })
    })
    // Git may end without reading all of its input; its exit code tells, so the broken pipe need not.
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.input)
  })

/** Git and what it started to reach a remote: a helper that stays would hold the pipes, and us. */
const killGroup = (child: ChildProcess): void => {
  try {
    process.kill(process.platform === 'win32' ? child.pid! : -child.pid!, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

/** Keeps or hands on stdout, and calls `stop` once when it is more than allowed. */
const gather = (options: GitOptions, stop: () => void) => {
  const max = options.maxBytes ?? MAX_BYTES
  const chunks: Buffer[] = []
  let bytes = 0
  return {
    take: (chunk: Buffer): void => {
      if (bytes > max) return
      bytes += chunk.length
      if (bytes > max) stop()
      else if (options.onStdout) options.onStdout(chunk)
      else chunks.push(chunk)
    },
    all: (): Buffer => Buffer.concat(chunks),
    truncated: (): boolean => bytes > max,
  }
}

const boundedText = () => {
  const chunks: Buffer[] = []
  let bytes = 0
  return {
    take: (chunk: Buffer): void => {
      if (bytes < MAX_STDERR) chunks.push(chunk)
      bytes += chunk.length
    },
    all: (): string => Buffer.concat(chunks).toString('utf8').slice(0, MAX_STDERR),
  }
}

/** Node says ENOENT for a missing program and for a missing folder alike. */
const missing = (error: NodeJS.ErrnoException, cwd: string): Error =>
  error.code === 'ENOENT' || error.code === 'EACCES'
    ? refuse(
        'GIT_MISSING',
        {
          what: `git could not be started in ${cwd}.`,
          why: [whyNot(cwd)],
          next: [next('shows which git would run', ['command', '-v', 'git'])],
        },
        error,
      )
    : error

const whyNot = (cwd: string): string =>
  cwd.includes('\ufffd') ? 'The path of this folder is no UTF-8; rename it.' : 'It is not on PATH, or the folder does not exist.'
