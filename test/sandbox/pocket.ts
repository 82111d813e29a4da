import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { installPocketFly } from '../../src/sandbox/install.ts'
import { built } from '../support/built.ts'
import { flyHere } from '../support/fly-here.ts'

interface Ran {
  code: number | null
  out: string
  err: string
}

export interface MachineJson {
  id: string
  state: string
  instance_id: string
  image_ref: { registry: string; repository: string; tag: string; digest: string; labels: Record<string, string> }
  config: { image: string; env: Record<string, string>; metadata: Record<string, string>; guest: Record<string, unknown> }
  events: { type: string; request?: { exit_event: { exit_code: number; restarting: boolean }; restart_count: number } }[]
  checks: { name: string; status: string; output: string; updated_at: string }[]
}

export interface ReleaseJson {
  ID: string
  Version: number
  Status: string
  ImageRef: string
  User: { Email: string }
}

/** A fly that may still run. */
export interface Started {
  pid: number
  done: Promise<Ran & { signal: string | null }>
  seen(): string
  ended(): boolean
  signal(name: NodeJS.Signals): void
}

/** A state folder with `fly` first on PATH, and an app folder beside it. */
export interface Pocket {
  dir: string
  home: string
  bin: string
  app: string
  env: Record<string, string>
  fly(args: readonly string[], options?: { env?: Record<string, string>; cwd?: string }): Promise<Ran>
  /** The program itself, as a shell starts it. */
  program(args: readonly string[], input?: string): Promise<Ran>
  /** Starts fly without waiting for its end. */
  start(args: readonly string[], env?: Record<string, string>): Started
  machines(): Promise<MachineJson[]>
  releases(): Promise<ReleaseJson[]>
  write(files: Record<string, string>): Promise<void>
  scenario(...words: string[]): Promise<void>
  deploys(): Promise<number>
  close(): Promise<void>
}

const run = (file: string, args: readonly string[], env: Record<string, string>, cwd: string, input = ''): Promise<Ran> =>
  new Promise((resolve) => {
    const child = execFile(file, args, { env, cwd, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : null) : 0, out, err })
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })

const startFly = (file: string, args: readonly string[], env: Record<string, string>, cwd: string): Started => {
  const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const ran = { out: '', err: '' }
  let ended = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    ran.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    ran.err += text
  })
  const done = new Promise<Ran & { signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => {
      ended = true
      resolve({ code, signal, ...ran })
    }),
  )
  return { pid: child.pid!, done, seen: () => ran.out + ran.err, ended: () => ended, signal: (name) => child.kill(name) }
}

export const SERVER = `require('http').createServer((q, r) => r.end(JSON.stringify({ version: process.env.FLY_RELEASE_VERSION, color: 'one', env: process.env }))).listen(process.env.PORT)\nconsole.log('listening')\n`

export const FLY_TOML = `app = "demo"
primary_region = "ams"

[env]
GREETING = "hello"

[http_service]
internal_port = 8080
`

/** Opens a pocket with a deployable app `demo` created in it. */
export const openPocket = async (): Promise<Pocket> => {
  const dir = await mkdtemp(join(tmpdir(), 'pocket fly-'))
  const [home, bin, app] = [join(dir, 'home'), join(dir, 'bin'), join(dir, 'app')]
  const program = join(built(), 'dist', 'fly.js')
  const fly = await installPocketFly(bin, { program })
  const env = { PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH}`, HOME: dir, POCKET_FLY_HOME: home, POCKET_FLY_SPEED: '40' }
  await mkdir(app)
  const pocket: Pocket = {
    dir,
    home,
    bin,
    app,
    env,
    fly: (args, options = {}) => flyHere({ env: { ...env, ...options.env }, cwd: options.cwd ?? app, program }, args),
    program: (args, input) => run(fly, args, env, app, input),
    start: (args, more = {}) => startFly(fly, args, { ...env, ...more }, app),
    machines: async () => JSON.parse((await pocket.fly(['machine', 'list', '--json'])).out),
    releases: async () => JSON.parse((await pocket.fly(['releases', '--json'])).out),
    write: async (files) => {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(app, name)), { recursive: true })
        await writeFile(join(app, name), text)
      }
    },
    scenario: (...words) =>
      writeFile(
        join(home, 'scenario'),
        `${words.join(' ')}
`,
      ),
    deploys: async () => {
      const lines = (await readFile(join(home, 'calls.ndjson'), 'utf8')).trim().split('\n')
      return lines.filter((line) => (JSON.parse(line) as { argv: string[] }).argv[0] === 'deploy').length
    },
    close: async () => {
      await pocket.fly(['__stop-all'])
      await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  await pocket.write({ 'fly.toml': FLY_TOML, Dockerfile: 'FROM node:20\nCMD ["node", "server.js"]\n', 'server.js': SERVER })
  await pocket.fly(['apps', 'create', 'demo'])
  return pocket
}

/** The answer of the demo app on its loopback port, or null when nobody listens. */
export const ask = async (pocket: Pocket): Promise<{ version: string; color: string; env: Record<string, string> } | null> => {
  const status = JSON.parse((await pocket.fly(['status', '--json'])).out) as { AppURL: string }
  try {
    return (await (await fetch(status.AppURL, { headers: { connection: 'close' } })).json()) as never
  } catch {
    return null
  }
}

export const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

/** Waits until `probe` says yes; fails after 15 s. */
export const eventually = async (probe: () => Promise<boolean> | boolean): Promise<void> => {
  for (let i = 0; i < 150; i += 1) {
    if (await probe()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('did not happen within 15 s')
}
