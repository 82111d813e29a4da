import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { end, intend, makeRoom, put } from '../support/ledger.ts'
import { folder, run } from './run.ts'

const room = folder()
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-C', cwd, '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { encoding: 'utf8' })

/** A repository whose ledger of the app `demo` is halted. */
const halted = async (name: string) => {
  const repo = join(room.path, name)
  execFileSync('git', ['init', '-q', repo])
  writeFileSync(join(repo, 'fly.toml'), 'app = "demo"\n')
  mkdirSync(join(repo, 'deep', 'er'), { recursive: true })
  git(repo, 'add', '--all')
  git(repo, 'commit', '-qm', 'One')
  const ledger = makeRoom({ commonDir: join(repo, '.git'), app: 'demo' })
  await put(ledger, intend(1), end(1, 'deployed'))
  await put(ledger, intend(2), end(2, 'unhealthy'))
  return repo
}

const exitOf = async (cwd: string, ...args: string[]) => (await run(['status', '--exit-code', ...args], { cwd })).exit

describe('status finds the ledger that is meant', () => {
  const repos = { plain: '' }
  beforeAll(async () => {
    repos.plain = await halted('plain')
  })
  afterAll(() => room.remove())

  it('from the top and from below, the first time and by memory', async () => {
    for (let i = 0; i < 2; i++) for (const below of ['', 'deep', 'deep/er']) expect(await exitOf(join(repos.plain, below))).toBe(12)
  })

  it('anew when the config says another app', async () => {
    expect(await exitOf(repos.plain)).toBe(12)
    writeFileSync(join(repos.plain, 'fly.toml'), 'app = "omed"\n')
    expect(await exitOf(repos.plain)).toBe(69)
    writeFileSync(join(repos.plain, 'fly.toml'), 'app = "demo"\n')
    expect(await exitOf(repos.plain)).toBe(12)
  })

  it('from another worktree of the clone', async () => {
    const tree = join(room.path, 'tree')
    git(repos.plain, 'worktree', 'add', '-q', tree)
    for (let i = 0; i < 2; i++) expect(await exitOf(tree)).toBe(12)
  })

  it('of the repository that git means, not of the nearest folder called .git', async () => {
    const inner = join(repos.plain, 'inner')
    mkdirSync(join(inner, '.git'), { recursive: true })
    writeFileSync(join(inner, 'fly.toml'), 'app = "demo"\n')
    for (let i = 0; i < 2; i++) expect(await exitOf(inner)).toBe(12)
    expect(readdirSync(join(inner, '.git'))).toEqual([])
  })

  it('anew when git calls another folder the top, or none', async () => {
    const repo = await halted('told')
    const other = join(room.path, 'other')
    mkdirSync(other)
    expect(await exitOf(repo)).toBe(12)
    git(repo, 'config', 'core.worktree', other)
    expect(await exitOf(repo)).toBe(64)
    git(repo, 'config', '--unset', 'core.worktree')
    expect(await exitOf(repo)).toBe(12)
    git(repo, 'config', 'core.bare', 'true')
    expect(await exitOf(repo)).toBe(64)
  })

  it('of the clone around, once the one inside is a clone no more', async () => {
    const repo = await halted('around')
    const inner = join(repo, 'deep')
    git(inner, 'init', '-q')
    writeFileSync(join(inner, 'fly.toml'), 'app = "demo"\n')
    for (let i = 0; i < 2; i++) expect(await exitOf(inner)).toBe(69)
    rmSync(join(inner, '.git', 'HEAD'))
    for (let i = 0; i < 2; i++) expect(await exitOf(inner)).toBe(12)
  })

  it('after the clone was moved', async () => {
    const moved = await halted('before')
    expect(await exitOf(moved)).toBe(12)
    renameSync(moved, join(room.path, 'after'))
    expect(await exitOf(join(room.path, 'after'))).toBe(12)
  })

  it('and refuses the second guess wherever it is typed, noting it once each', async () => {
    for (const below of ['', 'deep']) {
      const { exit, stdout } = await run(['--no-input'], { cwd: join(repos.plain, below), env: { CI: '' } })
      expect([exit, stdout.includes('Halted: it was unhealthy')]).toEqual([12, true])
    }
    const { stdout } = await run(['history', '--json'], { cwd: repos.plain })
    expect(stdout).toContain('report')
  })
})
