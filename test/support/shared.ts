import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { makeGit } from '../../src/adapters/git.ts'
import { guardFiles } from '../../src/adapters/guard-files.ts'
import { ledgerRestore } from '../../src/commands/ledger-restore.ts'
import { ledgerVerify } from '../../src/commands/ledger-verify.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { makeLedger } from '../../src/ledger/ledger.ts'
import { privateFolder } from '../../src/ledger/private.ts'
import { routeTo } from '../../src/ledger/route.ts'
import { makeSharedStore } from '../../src/ledger/shared-store.ts'
import type { State } from '../../src/ledger/state.ts'
import type { Actor } from '../../src/model.ts'
import type { Desk } from '../../src/stages/desk.ts'
import { tempFolder } from '../change/repo.ts'
import { ADA, end, handClock, intend, put, type Room } from './ledger.ts'

export const REF = 'refs/safe-deploy/everflow'

/** A bare repository somewhere else, and whatever a person can do to it by hand. */
export interface Origin {
  path: string
  git(...args: string[]): string
  /** The commit at the ledger's ref; null where there is none. */
  tip(): string | null
  state(): State
  /** A commit by hand; null takes a file away. Returns its id, behind no ref. */
  commit(parents: readonly string[], files: Record<string, string | null>): string
  /** Sets the ledger's ref. */
  set(oid: string | null): void
}

const BY_HAND = { GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x@y', GIT_COMMITTER_NAME: 'x', GIT_COMMITTER_EMAIL: 'x@y' }

export const makeOrigin = (path = join(tempFolder(), 'origin.git')): Origin => {
  const run = (args: readonly string[], input?: string): string =>
    execFileSync('git', ['--git-dir', path, ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...BY_HAND },
      stdio: 'pipe',
      ...(input === undefined ? {} : { input }),
    }).trimEnd()
  if (!existsSync(path)) execFileSync('git', ['init', '-q', '--bare', '-b', 'main', path], { stdio: 'pipe' })
  const tip = (): string | null => run(['for-each-ref', '--format=%(objectname)', REF]) || null
  return {
    path,
    git: (...args) => run(args),
    tip,
    state: () => JSON.parse(run(['show', `${REF}:state.json`])) as State,
    commit: (parents, files) => {
      const kept =
        parents[0] === undefined
          ? []
          : run(['ls-tree', parents[0]])
              .split('\n')
              .filter((line) => !(line.split('\t')[1]! in files))
      const made = Object.entries(files).flatMap(([name, text]) =>
        text === null ? [] : [`100644 blob ${run(['hash-object', '-w', '--stdin'], text)}\t${name}`],
      )
      const tree = run(['mktree'], [...kept, ...made, ''].join('\n'))
      return run(['commit-tree', tree, '-m', 'by hand', ...parents.flatMap((parent) => ['-p', parent])])
    },
    set: (oid) => void (oid === null ? run(['update-ref', '-d', REF]) : run(['update-ref', REF, oid])),
  }
}

export interface SharedRoom extends Room {
  emitted: string[]
  restore(overrides?: readonly string[]): Promise<number>
  verify(): Promise<number>
}

/** A clone's own end of a shared ledger. */
export const joinOrigin = async (
  origin: Origin,
  options: {
    logs?: 'share' | 'none'
    ci?: boolean
    id?: string | null
    app?: string
    ref?: string
    by?: Actor
    clock?: ReturnType<typeof handClock>
    root?: string
  } = {},
): Promise<SharedRoom> => {
  const { ci = false, app = 'everflow', by = ADA } = options
  const root = options.root ?? join(tempFolder(), '.git')
  const folder = privateFolder(root)
  const clock = options.clock ?? handClock()
  const git = makeGit({ cwd: '/', env: process.env })
  const route = await routeTo({ git, env: process.env, ci }, `file://${origin.path}`)
  if (!route) throw new Error('no route')
  const store = makeSharedStore({ git, files: guardFiles, clock, gitDir: folder.ledgerGit, app, route, ref: options.ref ?? null, ci })
  const mask = (text: string) => text
  const ledger: Ledger = makeLedger({
    store,
    files: guardFiles,
    folder,
    clock,
    by,
    mask,
    app,
    configuredId: options.id ?? null,
    logs: options.logs ?? 'share',
  })
  const emitted: string[] = []
  const emit: Desk['emit'] = (event) => void ('text' in event && event.text && emitted.push(event.text))
  const settings = { app, ledger: { id: options.id ?? null } } as Desk['settings']
  const desk = { ledger, clock, folder, actor: by, emit, settings }
  return {
    ...{ root, folder, clock, files: guardFiles, git, ledger, emitted },
    restore: (overrides = []) => ledgerRestore(desk, overrides),
    verify: () => ledgerVerify(desk),
  }
}

export interface Halted {
  origin: Origin
  /** Who wrote it. */
  ada: SharedRoom
  /** Who has read it. */
  bea: SharedRoom
  id: string
  /** The commit it stands at. */
  good: string
}

const prepared: { dir: Promise<string> | null } = { dir: null }
afterAll(async () => {
  if (prepared.dir) rmSync(await prepared.dir, { recursive: true, force: true })
})

/** A shared ledger with a known good and then a halt, as two clones know it; made once in a file of tests, and copied. */
export const halted = async (): Promise<Halted> => {
  prepared.dir ??= prepare()
  const dir = tempFolder()
  cpSync(await prepared.dir, dir, { recursive: true })
  const origin = makeOrigin(join(dir, 'origin.git'))
  const [ada, bea] = await Promise.all(['ada', 'bea'].map((name) => joinOrigin(origin, { root: join(dir, name) })))
  return { origin, ada: ada!, bea: bea!, id: origin.state().core.ledger, good: origin.tip()! }
}

const prepare = async (): Promise<string> => {
  const dir = mkdtempSync(join(tmpdir(), 'safe-deploy-halted-'))
  const origin = makeOrigin(join(dir, 'origin.git'))
  const ada = await joinOrigin(origin, { root: join(dir, 'ada') })
  await put(ada, intend(1))
  await put(ada, end(1, 'deployed'))
  await put(ada, intend(2))
  await put(ada, end(2, 'unhealthy'))
  await ada.ledger.read()
  await (await joinOrigin(origin, { root: join(dir, 'bea') })).ledger.read()
  return dir
}
