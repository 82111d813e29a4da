import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Next, type Refusal, withFlags } from '../../src/errors.ts'
import type { State } from '../../src/ledger/state.ts'
import { installPocketFly } from '../../src/sandbox/install.ts'
import { APPS } from './apps.ts'
import { built } from './built.ts'
import { inTerminal, type Key, type Shown } from './terminal.ts'

export interface Ran {
  code: number | null
  out: string
  err: string
}

/** One line of `--json`. */
export type Line = { type: string } & Record<string, unknown>

/** A run with `--json`: its lines, and the refusal it ended with. */
export interface Told extends Ran {
  lines: Line[]
  refusal: Refusal | null
}

export interface Ways {
  env?: Record<string, string>
  cwd?: string
  input?: string
}

export interface House {
  dir: string
  /** The repository. */
  root: string
  /** The pocket's state folder. */
  home: string
  env: Record<string, string>
  /** How safe-deploy is started. */
  bin: readonly string[]
  fly(args: readonly string[], ways?: Ways): Promise<Ran>
  git(...args: string[]): string
  sd(args: readonly string[], ways?: Ways): Promise<Ran>
  json(args: readonly string[], ways?: Ways): Promise<Told>
  /** In a terminal, as a person; needs util-linux `script`. */
  terminal(args: readonly string[], keys?: readonly Key[], ways?: Ways): Promise<Shown>
  /** Reads the change and returns the digest of its plan. */
  plan(args?: readonly string[]): Promise<string>
  /** `plan`, then `deploy --plan`. */
  deploy(because: string, args?: readonly string[], ways?: Ways): Promise<Told>
  /** Types a printed command; what it needs is filled with a text. */
  type(next: Next, ways?: Ways): Promise<Told>
  /** How often `fly deploy` was called. */
  deploys(): number
  calls(): string[][]
  ledgerState(): State | null
  status(): Promise<number | null>
  scenario(...words: string[]): void
  write(files: Record<string, string | null>): void
  change(file: string, text: string, message: string): string
  close(): Promise<void>
}

const HOURS = 3_600_000

const run = (argv: readonly string[], options: { cwd: string; env: Record<string, string>; input?: string | undefined }): Promise<Ran> =>
  new Promise((resolve) => {
    const [program = '', ...args] = argv
    const child = execFile(program, args, { cwd: options.cwd, env: options.env, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) =>
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : null) : 0, out, err }),
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.input ?? '')
  })

const parseLines = (out: string): Line[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)

/** Nothing of the caller's environment decides a test: not CI, not an agent's mark, not a token. */
const cleanEnv = (dir: string): Record<string, string> => ({
  PATH: `${join(dir, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}`,
  HOME: dir,
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  POCKET_FLY_HOME: join(dir, 'home'),
  POCKET_FLY_SPEED: '100',
})

const put = (root: string, files: Record<string, string | null>): void => {
  for (const [name, text] of Object.entries(files)) {
    if (text === null) {
      rmSync(join(root, name))
      continue
    }
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
}

const gitIn = (root: string, env: Record<string, string>) => {
  const at = (when: number, args: readonly string[]): string => {
    const date = new Date(when).toISOString()
    return execFileSync('git', args, {
      cwd: root,
      env: { ...env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trimEnd()
  }
  const git = (...args: string[]): string => at(Date.now(), args)
  git('init', '-q', '-b', 'main')
  git('config', 'user.name', 'Ada')
  git('config', 'user.email', 'ada@example.com')
  return { git, at }
}

const callsOf = (home: string): string[][] => {
  const file = join(home, 'calls.ndjson')
  if (!existsSync(file)) return []
  return parseLines(readFileSync(file, 'utf8')).map((call) => call.argv as string[])
}

/** A text for each flag that wants one. A path covers everything, a release is the first. */
const TEXTS: Readonly<Record<string, string>> = {
  '--path': '**',
  '--to': 'v1',
  '--evidence-run': 'true',
  '--for': '1h',
  '--base': 'HEAD~1',
}
const fill = (flag: string): string => `${flag}=${TEXTS[flag] ?? 'written by a test'}`

/** A printed command as one types it: what it needs is filled with a text. */
export const typedWords = (next: Next): string[] => withFlags(next.argv.slice(1), (next.needs ?? []).map(fill))

/**
 * A repository with an app that runs on a pocket fly, and the built safe-deploy beside it.
 * @param options `config` is the text of safe-deploy.yml; `deployed: false` leaves the app undeployed
 */
export const openHouse = async (
  options: { app?: 'web' | 'worker'; files?: Record<string, string>; config?: string; deployed?: boolean } = {},
): Promise<House> => {
  const program = await built()
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-house-')))
  const [root, home] = [join(dir, 'everflow'), join(dir, 'home')]
  const env = cleanEnv(dir)
  const flyProgram = await installPocketFly(join(dir, 'bin'), { program: join(program, 'dist', 'fly.js') })
  mkdirSync(root)
  put(root, { ...APPS[options.app ?? 'web'], ...(options.config ? { 'safe-deploy.yml': options.config } : {}), ...options.files })
  const { git, at } = gitIn(root, env)
  git('add', '-A')
  at(Date.now() - 2 * HOURS, ['commit', '-q', '-m', 'Serve one'])
  const bin = [process.execPath, join(program, 'bin', 'safe-deploy.js')]
  const place = (ways: Ways) => ({ cwd: ways.cwd ?? root, env: { ...env, ...ways.env }, input: ways.input })
  const house: House = {
    dir,
    root,
    home,
    env,
    bin,
    git,
    fly: (args, ways = {}) => run([flyProgram, ...args], place(ways)),
    sd: (args, ways = {}) => run([...bin, ...args], place(ways)),
    json: async (args, ways = {}) => {
      const at = args.indexOf('--')
      const words = at < 0 ? [...args, '--json'] : [...args.slice(0, at), '--json', ...args.slice(at)]
      const ran = await house.sd(words, ways)
      const lines = parseLines(ran.out)
      return { ...ran, lines, refusal: (lines.findLast((line) => line.type === 'refused') as Refusal | undefined) ?? null }
    },
    terminal: (args, keys = [], ways = {}) => inTerminal([...bin, ...args], { ...place(ways), keys }),
    plan: async (args = []) => {
      const told = await house.json(['plan', ...args])
      const made = told.lines.find((line) => line.type === 'plan.made')
      if (!made) throw new Error(`no plan: ${told.out}${told.err}`)
      return String(made.digest)
    },
    deploy: async (because, args = [], ways = {}) => {
      const digest = await house.plan()
      return house.json(['deploy', `--plan=${digest}`, `--because=${because}`, ...args], ways)
    },
    type: (next, ways = {}) => house.json(typedWords(next), ways),
    deploys: () => callsOf(home).filter((argv) => argv[0] === 'deploy').length,
    calls: () => callsOf(home),
    ledgerState: () => {
      const ledger = join(root, '.git', 'safe-deploy', 'ledger.git')
      if (!existsSync(ledger)) return null
      return JSON.parse(git('--git-dir', ledger, 'show', 'refs/safe-deploy/everflow:state.json')) as State
    },
    status: async () => (await house.sd(['status', '--exit-code'])).code,
    scenario: (...words) => writeFileSync(join(home, 'scenario'), `${words.join(' ')}\n`),
    write: (files) => put(root, files),
    change: (file, text, message) => {
      put(root, { [file]: text })
      git('add', '-A')
      git('commit', '-q', '-m', message)
      return git('rev-parse', 'HEAD')
    },
    close: async () => {
      await house.fly(['__stop-all'])
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  await house.fly(['apps', 'create', 'everflow'])
  if (options.deployed !== false) {
    const first = await house.fly(['deploy'])
    if (first.code !== 0) {
      await house.close()
      throw new Error(`the first deploy failed: ${first.out}${first.err}`)
    }
  }
  return house
}
