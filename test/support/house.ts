import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Next, type Refusal, withFlags } from '../../src/errors.ts'
import type { State } from '../../src/ledger/state.ts'
import { readState } from '../../src/sandbox/state.ts'
import { built } from './built.ts'
import { flyHere } from './fly-here.ts'
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
  /** Git at that moment. */
  gitAt(when: number, args: readonly string[]): string
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
  /** How many releases the platform holds. */
  releases(): number
  calls(): string[][]
  ledgerState(): State | null
  status(): Promise<number | null>
  scenario(...words: string[]): void
  write(files: Record<string, string | null>): void
  change(file: string, text: string, message: string): string
  close(): Promise<void>
}

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
  return { at, git: (...args: string[]): string => at(Date.now(), args) }
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

/** A house in a folder, whatever stands in it: a repository with an app that runs on a pocket fly, and the built safe-deploy beside it. */
export const houseIn = (dir: string): House => {
  const [root, home] = [join(dir, 'everflow'), join(dir, 'home')]
  const env = cleanEnv(dir)
  const { git, at: gitAt } = gitIn(root, env)
  const bin = [process.execPath, join(built(), 'bin', 'safe-deploy.js')]
  const program = join(built(), 'dist', 'fly.js')
  const place = (ways: Ways) => ({ cwd: ways.cwd ?? root, env: { ...env, ...ways.env }, input: ways.input })
  const house: House = {
    dir,
    root,
    home,
    env,
    bin,
    git,
    gitAt,
    fly: (args, ways = {}) => flyHere({ ...place(ways), program }, args),
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
    releases: () => readState(home).apps.everflow?.releases.length ?? 0,
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
  return house
}
