import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeGit } from '../../src/adapters/git.ts'
import { isFix, readFixSizes } from '../../src/change/fix-sizes.ts'
import { readMentions } from '../../src/change/mentions.ts'
import { factsOf } from '../../src/change/read.ts'
import { judge } from '../../src/checklist/judge.ts'
import { allRules } from '../../src/checklist/rules.ts'
import type { Finding } from '../../src/model.ts'
import { rangeOf } from './range.ts'
import { readingOf } from './reading.ts'
import { makeRepo, type Repo, tempFolder } from './repo.ts'
import { makeSettings } from './settings.ts'

const CONCERNS = ['mixed-commit', 'uninvited-lockfile', 'fix-larger-than-usual']

const findings = async (seen: Parameters<typeof factsOf>[0]): Promise<Finding[]> => {
  const facts = await factsOf(seen, { truth: null, state: null, now: 0 })
  const all = judge(facts, { rules: allRules(), severities: {}, accept: [], config: null, today: '2026-05-01' })
  return all.filter(({ rule }) => CONCERNS.includes(rule))
}

const read = async (repo: Repo, base = repo.first, pushed: boolean | null = null): Promise<Finding[]> => {
  const reading = await readingOf(repo, { bases: [base], pushed: async () => pushed })
  return findings(reading.seen)
}

const between = async (repo: Repo, base: string, head: string): Promise<Finding[]> => {
  const settings = makeSettings({ root: repo.root })
  return findings((await rangeOf({ git: repo.git, settings, root: repo.root }, { base, head })).seen)
}

const rules = (all: readonly Finding[]): string[] => all.map(({ rule }) => rule)

const lines = (n: number, word = 'line'): string => Array.from({ length: n }, (_, i) => `${word} ${i}\n`).join('')

const MIXED = {
  'package.json': '{ "a": 1 }\n',
  'package-lock.json': '{}\n',
  'config/app.yml': 'a: 1\n',
  'web/routes/[id] of "it\'s".js': 'x\n',
  'src/a.js': 'x\n',
  'test/a.test.js': 'x\n',
}

/** Runs a line as a person would type it, in a shell, in a folder of the clone. */
const type = (repo: Repo, line: string, folder = '.'): void => {
  mkdirSync(join(repo.root, folder), { recursive: true })
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
  execFileSync('sh', ['-c', line.replaceAll('git commit', `git ${who.join(' ')} commit`)], { cwd: join(repo.root, folder), stdio: 'pipe' })
}

test('a commit that mixes three areas comes with the split to type, which makes one commit of each and loses nothing', async () => {
  const repo = makeRepo({ 'README.md': 'hello\n', 'old/settings.yml': 'a: 1\n' })
  const { tree } = repo.commit("Everything, it's late", { ...MIXED, 'old/settings.yml': null })
  const [found] = await read(repo)
  expect(found).toMatchObject({ rule: 'mixed-commit', severity: 'note', stage: 'isolate' })
  expect(found!.fact).toMatch(/^Commit [0-9a-f]{10} \(Everything, it's late\) touches deps, config and code at once\.$/)
  type(repo, found!.fix[0]!.replace(/^Split it: /, ''), 'docs/deep')
  const made = repo.sh('log', '--format=%s', `${repo.first.commit}..HEAD`).split('\n')
  expect(made.map((subject) => subject.replace(/[0-9a-f]{10}/, 'OID'))).toEqual([
    "Everything, it's late",
    'config (of OID)',
    'deps (of OID)',
  ])
  expect(repo.sh('rev-parse', 'HEAD^{tree}')).toBe(tree)
  expect(repo.sh('show', '--name-only', '--no-renames', '--format=', 'HEAD~1').split('\n')).toEqual(['config/app.yml', 'old/settings.yml'])
  expect(await read(repo)).toEqual([])
})

test('many files of an area are typed as their folders, and paths that no folder keeps apart are not typed at all', async () => {
  const repo = makeRepo()
  const migrations = Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`db/migrations/${n}.sql`, 'x\n']))
  const { tree } = repo.commit('Everything', { ...migrations, 'config/app.yml': 'a: 1\n', 'db/run.js': 'x\n' })
  const [found] = await read(repo)
  expect(found!.fix[0]).toContain("git add -A -- :/db/migrations && git commit -m 'migration (of ")
  type(repo, found!.fix[0]!.replace(/^Split it: /, ''))
  expect(repo.sh('rev-parse', 'HEAD^{tree}')).toBe(tree)

  const base = repo.commit('so far')
  const everywhere = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`part/${n}.yml`, 'a: 1\n']))
  const { commit } = repo.commit('Mix', { ...everywhere, 'part/x.js': 'x\n', 'package.json': '{}\n' })
  expect((await read(repo, base))[0]!.fix[0]).toBe(`Split it, with "edit" on its line: git rebase -i ${commit.slice(0, 10)}~1`)
})

test('an older commit is split by a rebase; what is pushed, not checked out or beside uncommitted work is not rewritten', async () => {
  const repo = makeRepo()
  const { commit } = repo.commit('Everything', MIXED)
  const head = repo.commit('one more', { 'src/b.js': 'x\n' })
  const NEXT = 'Next time: one commit for each'
  expect((await read(repo))[0]!.fix).toEqual([`Split it, with "edit" on its line: git rebase -i ${commit.slice(0, 10)}~1`])
  expect((await read(repo, repo.first, true))[0]!.fix).toEqual([NEXT])
  expect((await between(repo, repo.first.commit, head.commit))[0]!.fix).toEqual([NEXT])
  repo.write({ 'src/b.js': 'y\n' })
  expect((await read(repo))[0]!.fix).toEqual([NEXT])
})

test('tests, documents, CI and samples make no mixture, and three commits of one area each are none', async () => {
  const repo = makeRepo()
  repo.commit('Cover it', { 'src/a.js': 'x\n', 'test/config/a.yml': 'x\n', 'docs/fly.toml': 'x\n', '.github/workflows/a.yml': 'x\n' })
  repo.commit('Add a library', { 'package.json': '{}\n' })
  repo.commit('Set it up', { 'config/a.yml': 'x\n' })
  expect(await read(repo)).toEqual([])
})

test('a lockfile that moves along is named, one that was asked for or is none is not', async () => {
  const repo = makeRepo()
  repo.commit('Add small tooltip', { 'src/tooltip.js': 'x\n', 'uv.lock': 'a\n' })
  expect((await read(repo)).map(({ rule, place }) => [rule, place?.file])).toEqual([['uninvited-lockfile', 'uv.lock']])
  const base = repo.commit('so far')
  repo.commit('Upgrade x', { 'src/b.js': 'x\n', 'uv.lock': 'b\n' })
  repo.commit('Draw it', { 'src/c.js': 'x\n', 'uv.lock': 'c\n', 'pyproject.toml': 'x\n' })
  repo.commit('Add a block', { 'src/d.js': 'x\n', 'src/d/block.json': '{}\n' })
  repo.commit('Lock alone', { 'uv.lock': 'd\n' })
  expect(await read(repo, base)).toEqual([])
})

/** A history of small fixes, of 1 to `n` lines. */
const withFixes = (n: number): Repo => {
  const repo = makeRepo()
  for (let i = 1; i <= n; i++) repo.commit(`fix: part ${i}`, { [`src/${i}.js`]: lines(i) })
  return repo
}

test('a fix larger than nine of ten fixes here is noted, with what is usual', async () => {
  const repo = withFixes(40)
  const base = repo.commit('so far')
  repo.commit('fix(queue): as large as usual', { 'src/a.js': lines(36) })
  expect(await read(repo, base)).toEqual([])
  repo.commit('fix(queue): retry', { 'src/b.js': lines(51), 'test/b.test.js': lines(500), 'docs/b.md': lines(500), 'yarn.lock': lines(5) })
  const found = (await read(repo, base)).find(({ rule }) => rule === 'fix-larger-than-usual')
  expect(found!.fact).toMatch(
    /^Commit [0-9a-f]{10} \(fix\(queue\): retry\) fixes something with 51 lines in 1 file; nine of ten of the last 40 fixes here change at most 36 lines\.$/,
  )
  expect(found!.fix[0]).toMatch(/smallest fix is the one line that pins it.*\(yarn\.lock\)$/)
  expect(rules(await between(repo, base.commit, 'HEAD'))).toContain('fix-larger-than-usual')
})

test('where there are few fixes to compare with, 200 lines or 10 files are large; where all are tiny, 50 lines are not', async () => {
  const few = withFixes(3)
  const base = few.commit('so far')
  few.commit('fix: not yet', { 'src/a.js': lines(200) })
  expect(await read(few, base)).toEqual([])
  few.commit('hotfix everything', { 'src/b.js': lines(201) })
  few.commit('fix: all over', Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`lib/${i}.js`, 'x\n'])))
  expect((await read(few, base)).map(({ fact }) => fact.replace(/^.*something with /, ''))).toEqual([
    '11 lines in 11 files; few fixes need more than 200 lines or 10 files.',
    '201 lines in 1 file; few fixes need more than 200 lines or 10 files.',
  ])
  const tiny = withFixes(20)
  const start = tiny.commit('so far')
  tiny.commit('fix: still small', { 'src/a.js': lines(50) })
  expect(await read(tiny, start)).toEqual([])
})

test('what is no fix, a plain revert and a long range are not compared', async () => {
  const repo = makeRepo()
  repo.commit('Rework the queue', { 'src/a.js': lines(900) })
  repo.commit('Fixture of the queue', { 'src/b.js': lines(900) })
  repo.sh('revert', '--no-edit', 'HEAD')
  expect(await read(repo)).toEqual([])
  repo.commit('fix: large', { 'src/c.js': lines(900) })
  expect(rules(await read(repo))).toEqual(['fix-larger-than-usual'])
  for (let i = 0; i < 20; i++) repo.commit(`step ${i}`)
  expect(await read(repo)).toEqual([])
})

test.each(['fix: a', 'Fix(b)!: a', 'fixes #1', 'Fixed it', 'hotfix a', 'hot-fix', 'bugfix: a', 'revert: a', 'Reverts the cache'])(
  '%s is a fix',
  (subject) => expect(isFix(subject)).toBe(true),
)

test.each(['Fixture', 'prefix', 'feat: fix', 'Revert "feat: a"', ''])('%s is no fix', (subject) => expect(isFix(subject)).toBe(false))

test('sizes are the same whatever settings, drivers and attributes a user has', async () => {
  const repo = makeRepo({ 'README.md': 'hello\n', '.gitattributes': '*.bin binary\n*.odd diff=odd\n' })
  const { commit } = repo.commit('fix: all kinds', {
    'src/a.js': 'a\n',
    'src/naïve "name".py': 'b\n',
    'src/x.odd': 'c\nd\n',
    'src/y.bin': 'e\n',
  })
  for (const [key, value] of [
    ['diff.odd.textconv', 'false'],
    ['diff.odd.command', 'false'],
    ['diff.external', 'false'],
    ['log.showSignature', 'true'],
    ['diff.renames', 'copies'],
    ['format.pretty', 'fuller'],
  ])
    repo.sh('config', key!, value!)
  expect([...(await readFixSizes(repo.git, 'HEAD', null))]).toEqual([[commit, { lines: 4, files: 4 }]])
})

test('in a shallow clone less is known, and nothing fails', async () => {
  const repo = withFixes(3)
  const shallow = join(tempFolder(), 'shallow')
  repo.sh('clone', '-q', '--depth', '1', `file://${repo.root}`, shallow)
  const sizes = await readFixSizes({ ...repo.git, run: (args, options) => repo.git.run(args, { ...options, cwd: shallow }) }, 'HEAD', null)
  expect(sizes.size).toBe(0)
})

test('from a folder of the clone the whole of it is read: sizes of fixes, and what mentions a key', async () => {
  const repo = makeRepo({ 'src/deep/a.js': 'x\n', 'src/b.js': 'process.env.LEVEL\n' })
  const { commit } = repo.commit('fix: outside of that folder', { 'lib/c.js': 'y\n', 'lib/yarn.lock': lines(9) })
  const git = makeGit({ cwd: join(repo.root, 'src/deep'), env: process.env })
  expect([...(await readFixSizes(git, 'HEAD', null))]).toEqual([[commit, { lines: 1, files: 1 }]])
  expect((await readMentions(git, 'HEAD', ['LEVEL'], null))?.get('LEVEL')).toEqual([
    { path: 'src/b.js', line: 1, text: 'process.env.LEVEL' },
  ])
})
