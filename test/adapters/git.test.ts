import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gitEnvironment, makeGit } from '../../src/adapters/git.ts'
import { describeRepository } from '../../src/adapters/repository.ts'
import { isGuardError, type Refusal } from '../../src/errors.ts'
import { readable } from '../../src/stages/readable.ts'
import { makeRepo, tempFolder } from '../change/repo.ts'

const gitAt = (cwd: string, env: Record<string, string | undefined> = process.env) => makeGit({ cwd, env })

const refusalOf = async (act: () => unknown): Promise<Refusal> => {
  try {
    await act()
  } catch (error) {
    if (isGuardError(error)) return error.refusal
    throw error
  }
  throw new Error('nothing was refused')
}

test('the environment loses every GIT_ variable of the caller and never asks', () => {
  const env = gitEnvironment({ PATH: '/bin', GIT_DIR: '/elsewhere', GIT_INDEX_FILE: 'x', LC_ALL: 'de_DE', NOTHING: undefined })
  expect(env).toEqual({
    PATH: '/bin',
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
  })
})

test('a run gives code, bytes and text of both streams', async () => {
  const { git, first } = makeRepo()
  const ran = await git.run(['rev-parse', 'HEAD'])
  expect([ran.code, ran.stdout.toString(), ran.truncated]).toEqual([0, `${first.commit}\n`, false])
  const bad = await git.run(['rev-parse', '--verify', 'nothing'])
  expect(bad.code).toBe(128)
  expect(bad.stderr).toMatch(/^fatal:/)
})

test('input reaches git, and a git that does not read it is no error', async () => {
  const { git } = makeRepo()
  expect((await git.run(['hash-object', '--stdin'], { input: 'hello\n' })).stdout.toString()).toBe(
    'ce013625030ba8dba906f756967f9e9ca394464a\n',
  )
  expect((await git.run(['rev-parse', 'HEAD'], { input: 'x'.repeat(1_000_000) })).code).toBe(0)
})

test('more output than allowed ends git and says so', async () => {
  const { git } = makeRepo({ 'big.txt': 'x'.repeat(500_000) })
  const ran = await git.run(['cat-file', 'blob', 'HEAD:big.txt'], { maxBytes: 1000 })
  expect(ran.truncated).toBe(true)
})

test('a missing git is one clear refusal', async () => {
  const refusal = await refusalOf(() => gitAt('/', { PATH: '/nonexistent' }).run(['--version']))
  expect(refusal.code).toBe('GIT_MISSING')
})

test('a repository is described from any folder in it', async () => {
  const repo = makeRepo({ 'a/b.txt': 'x' })
  const described = await describeRepository(gitAt(join(repo.root, 'a')))
  expect(described).toEqual({
    root: repo.root,
    gitDir: join(repo.root, '.git'),
    commonDir: join(repo.root, '.git'),
    head: repo.first.commit,
    branch: 'main',
    shallow: false,
    state: null,
  })
})

test('worktrees, detached heads and odd folder names are told apart', async () => {
  const repo = makeRepo(
    undefined,
    (() => {
      const path = join(tempFolder(), 'a "b\nc')
      mkdirSync(path)
      return path
    })(),
  )
  expect((await describeRepository(repo.git)).root).toBe(repo.root)
  repo.sh('worktree', 'add', '-q', '--detach', '../tree')
  const tree = await describeRepository(gitAt(join(repo.root, '../tree')))
  expect(tree).toMatchObject({ commonDir: join(repo.root, '.git'), gitDir: join(repo.root, '.git/worktrees/tree'), branch: null })
})

test('a shallow clone says so', async () => {
  const repo = makeRepo()
  repo.commit('second', { 'b.txt': 'b' })
  const clone = join(tempFolder(), 'clone')
  repo.sh('clone', '-q', '--depth=1', `file://${repo.root}`, clone)
  expect((await describeRepository(gitAt(clone))).shallow).toBe(true)
})

test('no repository, a bare one and one without commits are refused with a command', async () => {
  const empty = tempFolder()
  expect((await refusalOf(() => describeRepository(gitAt(empty)))).code).toBe('NOT_A_REPOSITORY')
  const repo = makeRepo()
  const bare = join(tempFolder(), 'bare')
  repo.sh('clone', '-q', '--bare', repo.root, bare)
  expect((await refusalOf(() => describeRepository(gitAt(bare)))).code).toBe('BARE_REPOSITORY')
  expect((await refusalOf(() => describeRepository(gitAt(join(repo.root, '.git'))))).code).toBe('BARE_REPOSITORY')
  await gitAt(empty).run(['init', '-q', '-b', 'main'])
  const born = await describeRepository(gitAt(empty))
  expect(born).toMatchObject({ root: empty, head: null })
  const refusal = await refusalOf(() => readable(born))
  expect([refusal.code, refusal.next.length]).toEqual(['NO_COMMITS', 2])
})

test('dubious ownership names the command that trusts the folder', async () => {
  const repo = makeRepo()
  const env = { ...process.env, HOME: '/nonexistent' }
  const strange = {
    ...gitAt(repo.root, env),
    run: (args: readonly string[]) =>
      gitAt(repo.root, env).run(args, { env: { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1', GIT_CONFIG_NOSYSTEM: '1' } }),
  }
  const refusal = await refusalOf(() => describeRepository(strange))
  expect(refusal.next[0]?.argv).toEqual(['git', 'config', '--global', '--add', 'safe.directory', repo.root])
})

test.each([
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
])('%s is a %s that is not finished', async (file, state) => {
  const repo = makeRepo()
  writeFileSync(join(repo.root, '.git', file), `${repo.first.commit}\n`)
  const refusal = await refusalOf(async () => readable(await describeRepository(repo.git)))
  expect([refusal.code, refusal.next[0]?.argv]).toEqual(['MERGE_IN_PROGRESS', ['git', state, '--continue']])
})
