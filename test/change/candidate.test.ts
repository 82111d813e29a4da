import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeRepository } from '../../src/adapters/repository.ts'
import { makeTreeFiles } from '../../src/adapters/tree-files.ts'
import { readCandidate, sameCandidate } from '../../src/change/candidate.ts'
import { readDiff } from '../../src/change/diff.ts'
import { isGuardError } from '../../src/errors.ts'
import { readable } from '../../src/stages/readable.ts'
import { makeRepo, type Repo, tempFolder } from './repo.ts'
import { makeSettings } from './settings.ts'

const candidateOf = async (repo: Repo, objectsDir = tempFolder(), key = 'key') => {
  const described = readable(await describeRepository(repo.git))
  const settings = makeSettings({ root: repo.root })
  return readCandidate({ git: repo.git, files: makeTreeFiles(), repo: described, settings, argv: [], key, objectsDir })
}

/** Every file of a folder with its bytes and time. */
const snapshot = (folder: string): Record<string, string> => {
  const seen: Record<string, string> = {}
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    // Git touches a shared index at every read, also for `git status`; its bytes must stay.
    if (entry.name.startsWith('sharedindex.')) seen[path] = readFileSync(path).toString('base64')
    else seen[path] = entry.isFile() ? `${readFileSync(path).toString('base64')}@${statSync(path).mtimeMs}` : 'folder'
  }
  return seen
}

/** The tree that git itself would commit with everything added. */
const committedTree = (repo: Repo): string => {
  repo.sh('add', '-A')
  return repo.sh('write-tree')
}

test('a clean work tree is its commit', async () => {
  const repo = makeRepo({ 'a.txt': 'a\n' })
  const { candidate, head } = await candidateOf(repo)
  expect(candidate).toMatchObject({
    tree: repo.first.tree,
    commit: repo.first.commit,
    subject: 'first',
    branch: 'main',
    dirty: [],
    argv: [],
  })
  expect(head.author).toBe('Ada')
})

test('edits, deletions, new and staged files, also with odd names, are in the tree', async () => {
  const repo = makeRepo({ 'a.txt': 'a\n', 'gone.txt': 'x\n', '.gitignore': 'ignored.txt\n', 'sub/b.txt': 'b\n' })
  repo.write({ 'a.txt': 'b\n', 'gone.txt': null, 'new\nline "q".txt': 'n\n', 'ignored.txt': 'i\n', 'staged.txt': 's\n' })
  repo.sh('add', 'staged.txt')
  const { candidate } = await candidateOf(repo)
  expect(candidate.dirty).toEqual(['a.txt', 'gone.txt', 'new\nline "q".txt', 'staged.txt'])
  expect(candidate.tree).toBe(committedTree(repo))
})

test('a file that is tracked though ignored stays', async () => {
  const repo = makeRepo({ 'keep.env': 'a\n' })
  repo.commit('ignore it', { '.gitignore': '*.env\n' })
  repo.write({ 'keep.env': 'b\n' })
  const { candidate } = await candidateOf(repo)
  expect(candidate.dirty).toEqual(['keep.env'])
})

test('an edit within the same tick and of the same size as the index is seen', async () => {
  const repo = makeRepo({ 'a.txt': 'aaaa\n' })
  const index = join(repo.root, '.git/index')
  const file = join(repo.root, 'a.txt')
  const tick = Math.floor(Date.now() / 1000) - 10
  utimesSync(file, tick, tick)
  repo.sh('add', '-A')
  writeFileSync(file, 'bbbb\n')
  utimesSync(file, tick, tick)
  utimesSync(index, tick, tick)
  const { candidate } = await candidateOf(repo)
  expect(candidate.dirty).toEqual(['a.txt'])
})

test('the clone is byte for byte as it was, also with a split index and a sparse checkout', async () => {
  for (const setting of ['core.splitIndex', 'core.untrackedCache', 'core.sparseCheckout']) {
    const repo = makeRepo({ 'a.txt': 'a\n' })
    repo.sh('config', setting, 'true')
    repo.sh('update-index', setting === 'core.splitIndex' ? '--split-index' : '--refresh')
    repo.write({ 'a.txt': 'b\n', 'new.txt': 'n\n' })
    const before = snapshot(join(repo.root, '.git'))
    const { candidate } = await candidateOf(repo)
    expect(candidate.dirty).toEqual(['a.txt', 'new.txt'])
    expect(snapshot(join(repo.root, '.git'))).toEqual(before)
  }
})

test('the candidate can be compared with a commit by the objects that were set aside', async () => {
  const repo = makeRepo({ 'a.txt': 'a\n' })
  repo.write({ 'a.txt': 'b\n' })
  const objects = join(tempFolder(), 'deep:er "dir"/objects')
  const { candidate } = await candidateOf(repo, objects)
  const { files } = await readDiff(repo.git, repo.first.tree, candidate.tree, objects)
  expect(files.map((file) => [file.path, file.added[0]?.text])).toEqual([['a.txt', 'b']])
  expect((await repo.git.run(['cat-file', '-e', candidate.tree])).code).not.toBe(0)
})

test('edits that git was told to hide ship, and are named', async () => {
  const repo = makeRepo({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' })
  repo.sh('update-index', '--assume-unchanged', 'a.txt', 'c.txt')
  repo.sh('update-index', '--skip-worktree', 'b.txt')
  repo.write({ 'a.txt': 'A\n', 'b.txt': 'B\n' })
  const { candidate, hidden } = await candidateOf(repo)
  expect([candidate.dirty, hidden]).toEqual([
    ['a.txt', 'b.txt'],
    ['a.txt', 'b.txt'],
  ])
})

test('an embedded repository without commits is said, with git’s words', async () => {
  const repo = makeRepo()
  mkdirSync(join(repo.root, 'inner'))
  execFileSync('git', ['init', '-q'], { cwd: join(repo.root, 'inner') })
  const refused = await candidateOf(repo).catch((error: unknown) => error)
  expect(isGuardError(refused) && [refused.refusal.code, refused.refusal.why[0]]).toEqual([
    'WORK_TREE_UNREADABLE',
    expect.stringContaining("'inner/'"),
  ])
})

test('a worktree and a lost index are read as well', async () => {
  const repo = makeRepo({ 'a.txt': 'a\n' })
  const at = join(tempFolder(), 'tree')
  repo.sh('worktree', 'add', '-q', at)
  writeFileSync(join(at, 'a.txt'), 'b\n')
  const other = { ...repo, root: at, git: { cwd: at, run: (args: readonly string[], o = {}) => repo.git.run(args, { cwd: at, ...o }) } }
  expect((await candidateOf(other)).candidate.dirty).toEqual(['a.txt'])
  execFileSync('rm', [join(repo.root, '.git/index')])
  expect((await candidateOf(repo)).candidate.tree).toBe(repo.first.tree)
})

const contextOf = async (repo: Repo, key = 'key') => (await candidateOf(repo, tempFolder(), key)).context

test('ignored files in the build context have a keyed digest', async () => {
  const repo = makeRepo({ '.gitignore': '.env\nbuild/\n' })
  repo.write({ '.env': 'A=1\n', 'build/out.js': 'x\n' })
  const first = await contextOf(repo)
  expect(first.files).toEqual(['.env', 'build/out.js'])
  expect((await contextOf(repo)).digest).toBe(first.digest)
  expect((await contextOf(repo, 'other key')).digest).not.toBe(first.digest)
  repo.write({ '.env': 'A=2\n' })
  const second = await contextOf(repo)
  expect(second.digest).not.toBe(first.digest)
  chmodSync(join(repo.root, 'build/out.js'), 0o755)
  expect((await contextOf(repo)).digest).not.toBe(second.digest)
})

test('what .dockerignore leaves out does not count, what it takes back does', async () => {
  const repo = makeRepo({ '.gitignore': '*.env\nbuild/\nweb/\n', '.dockerignore': '# no\n.env\nbuild\n!build/keep\n' })
  repo.write({ '.env': '1', 'app.env': '1', 'build/a': '1', 'build/keep/b': '1', 'web/.env': '1' })
  expect((await contextOf(repo)).files).toEqual(['app.env', 'build/keep/b', 'web/.env'])
})

test('what programs leave behind by running does not move the candidate, an install does', async () => {
  const repo = makeRepo({ '.gitignore': '__pycache__/\n*.log\nnode_modules/\n.pytest_cache/\n' })
  repo.write({ 'node_modules/a/index.js': '1', 'node_modules/.package-lock.json': '{}' })
  const first = await candidateOf(repo)
  repo.write({ '__pycache__/a.pyc': '1', 'x.log': '1', 'node_modules/.cache/x': '1', '.pytest_cache/y': '1' })
  const second = await candidateOf(repo)
  expect(sameCandidate(first.candidate, second.candidate)).toBe(true)
  repo.write({ 'node_modules/.package-lock.json': '{"a":1}' })
  expect(sameCandidate(first.candidate, (await candidateOf(repo)).candidate)).toBe(false)
  expect(first.context.bounded).toBe(true)
})

test('the config’s bytes and the settings are part of the candidate', async () => {
  const repo = makeRepo({ 'fly.toml': 'app = "demo"\n' })
  const described = readable(await describeRepository(repo.git))
  const read = (argv: string[], app = 'demo') =>
    readCandidate({
      git: repo.git,
      files: makeTreeFiles(),
      repo: described,
      settings: makeSettings({ root: repo.root, app }),
      argv,
      key: 'k',
      objectsDir: tempFolder(),
    })
  const [a, b, c, d] = [await read([]), await read([]), await read([], 'other'), await read(['--ha=false'])]
  expect(sameCandidate(a.candidate, b.candidate)).toBe(true)
  expect(sameCandidate(a.candidate, c.candidate)).toBe(false)
  expect(sameCandidate(a.candidate, d.candidate)).toBe(false)
})

test('ignore file and Dockerfile are where flyctl looks: [build] beside the config, else a flag, else the usual names', async () => {
  const at = async (config: string, args: string[]) => {
    const repo = makeRepo({ 'web/deploy/fly.toml': config })
    const target = { kind: 'fly' as const, config: 'deploy/fly.toml', args, dir: 'web', timeoutMs: 1 }
    const { build } = await readCandidate({
      git: repo.git,
      files: makeTreeFiles(),
      repo: readable(await describeRepository(repo.git)),
      settings: makeSettings({ root: repo.root, target }),
      argv: [],
      key: 'k',
      objectsDir: tempFolder(),
    })
    return [build.ignoreFile, build.dockerfile]
  }
  expect(await at('app = "a"\n', [])).toEqual(['web/.dockerignore', 'web/Dockerfile'])
  expect(await at('app = "a"\n', ['--dockerfile', 'x/D', '--ignorefile=i'])).toEqual(['web/i', 'web/x/D'])
  expect(await at('[build]\ndockerfile = "../D"\nignorefile = "i"\n', ['--dockerfile=no'])).toEqual(['web/deploy/i', 'web/D'])
})
