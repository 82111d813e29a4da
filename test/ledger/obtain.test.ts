import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeGit } from '../../src/adapters/git.ts'
import { makeTreeFiles } from '../../src/adapters/tree-files.ts'
import { resolveBase } from '../../src/change/base.ts'
import { readCommit } from '../../src/change/commits.ts'
import { readingBoth } from '../../src/change/objects.ts'
import { deployTrailers } from '../../src/change/read.ts'
import { makeObtain } from '../../src/ledger/obtain.ts'
import { type Route, routeTo } from '../../src/ledger/route.ts'
import { rangeOf } from '../change/range.ts'
import { makeRepo, type Repo, tempFolder } from '../change/repo.ts'
import { makeSettings } from '../change/settings.ts'

/** A clone, what it can obtain from remotes in this order, and how often it asked which there are. */
const cloneOf = (repo: Repo, args: readonly string[], places: readonly string[] = ['origin']) => {
  const root = join(tempFolder(), 'clone')
  repo.sh('clone', '-q', ...args, `file://${repo.root}`, root)
  const git = makeGit({ cwd: root, env: process.env })
  const [commonDir, within] = [join(root, '.git'), join(root, '.git', 'safe-deploy')]
  const objectsDir = join(within, 'objects')
  const asked = { times: 0 }
  const routes = async (): Promise<Route[]> => {
    asked.times += 1
    const found = await Promise.all(places.map((place) => routeTo({ git, env: process.env, ci: false }, place)))
    return found.filter((route) => route !== null)
  }
  const obtain = makeObtain({ git, files: makeTreeFiles(), within, commonDir, objectsDir, routes })
  const has = async (name: string) => (await git.run(['cat-file', '-e', name], { env: readingBoth(objectsDir) })).code === 0
  const own = () =>
    readdirSync(commonDir, { recursive: true })
      .map(String)
      .filter((name) => !name.startsWith('safe-deploy'))
      .sort()
  return { git, root, objectsDir, obtain, has, own, asked, within }
}

test('a commit comes with its files and without its parents, and the clone gets nothing', async () => {
  const repo = makeRepo({ 'a.txt': 'one\n' })
  const second = repo.commit('second', { 'a.txt': 'two\n' })
  repo.commit('third', { 'a.txt': 'three\n' })
  const { obtain, has, own, within } = cloneOf(repo, ['--depth=1'])
  const was = own()
  expect(await has(second.tree)).toBe(false)
  expect(await obtain.commit(second.commit)).toBe(null)
  expect([await has(`${second.commit}:a.txt`), await has(repo.first.commit)]).toEqual([true, false])
  expect([own(), readdirSync(within)]).toEqual([was, ['objects']])
})

test('what a commit says comes without its files, and the files later all the same', async () => {
  const repo = makeRepo({ 'a.txt': 'one\n' })
  repo.sh('config', 'uploadpack.allowFilter', 'true')
  repo.commit('second', { 'a.txt': 'two\n' })
  const { obtain, git, objectsDir, has } = cloneOf(repo, ['--depth=1'])
  expect(await obtain.message(repo.first.commit)).toBe(null)
  expect(await readCommit(git, repo.first.commit, objectsDir)).toMatchObject({ subject: 'first' })
  expect(await has(repo.first.tree)).toBe(false)
  expect(await obtain.commit(repo.first.commit)).toBe(null)
  expect(await has(`${repo.first.commit}:a.txt`)).toBe(true)
})

test('a shallow clone of a merge finds the answers on what was merged', async () => {
  const repo = makeRepo()
  repo.sh('checkout', '-q', '-b', 'topic')
  repo.commit('Topic\n\nDeploy-Because: faster', { 'b.txt': 'x\n' })
  repo.sh('checkout', '-q', 'main')
  repo.sh('merge', '-q', '--no-ff', '-m', 'Merge topic', 'topic')
  const { obtain, git, objectsDir } = cloneOf(repo, ['--depth=1'])
  const head = (await readCommit(git, 'HEAD'))!
  expect(await deployTrailers({ git, objectsDir }, head)).toEqual({})
  expect(await deployTrailers({ git, objectsDir, obtain }, head)).toEqual({ 'deploy-because': ['faster'] })
})

test('a partial clone gets the files in which two trees differ, and no others; any other clone is asked nothing', async () => {
  const repo = makeRepo({ 'a.txt': 'one\n', 'same.txt': 'same\n' })
  repo.sh('config', 'uploadpack.allowFilter', 'true')
  repo.commit('second', { 'same.txt': 'changed\n', 'gone.txt': 'in between\n' })
  const third = repo.commit('third', { 'a.txt': 'three\n', 'same.txt': 'same\n', 'gone.txt': null })
  const partial = cloneOf(repo, ['--filter=blob:none'])
  expect(await partial.has(`${repo.first.commit}:a.txt`)).toBe(false)
  expect(await partial.obtain.files(repo.first.tree, third.tree)).toBe(null)
  expect([await partial.has(`${repo.first.commit}:a.txt`), await partial.has(`${third.commit}~1:gone.txt`)]).toEqual([true, false])
  expect(await partial.obtain.files(`${third.commit}~1`)).toBe(null)
  expect(await partial.has(`${third.commit}~1:gone.txt`)).toBe(true)
  const full = cloneOf(repo, [])
  expect([await full.obtain.files(repo.first.tree, third.tree), full.asked.times]).toEqual([null, 0])
})

test('two commits of a partial clone are compared line by line', async () => {
  const repo = makeRepo({ 'a.txt': 'one\n' })
  repo.sh('config', 'uploadpack.allowFilter', 'true')
  repo.commit('second', { 'a.txt': 'two\n' })
  repo.commit('third', { 'a.txt': 'three\n' })
  const { git, root, obtain, objectsDir } = cloneOf(repo, ['--filter=blob:none'])
  const [deps, revisions] = [
    { git, settings: makeSettings({ root }), root },
    { base: 'HEAD~2', head: 'HEAD~1' },
  ]
  expect((await rangeOf(deps, revisions)).seen.change).toMatchObject({ added: 0, unseen: expect.stringContaining('partial') })
  expect((await rangeOf({ ...deps, objectsDir, obtain }, revisions)).seen.change).toMatchObject({ added: 1, removed: 1, unseen: null })
})

test('the base is the best that can be had: a dirty known good by its commit, one that is nowhere by an older one', async () => {
  const repo = makeRepo()
  repo.sh('config', 'uploadpack.allowFilter', 'true')
  const second = repo.commit('second', { 'a.txt': 'two\n' })
  repo.commit('third', { 'a.txt': 'three\n' })
  const [dirty, nowhere] = [
    { commit: second.commit, tree: '2'.repeat(40) },
    { commit: '1'.repeat(40), tree: '3'.repeat(40) },
  ]
  for (const shape of ['--depth=1', '--filter=blob:none', '--single-branch']) {
    const clone = cloneOf(repo, [shape])
    expect(await resolveBase(clone, [dirty, repo.first]), shape).toEqual({
      base: second,
      unseen: `the last known good held uncommitted files that are not in this clone; compared with its commit ${second.commit.slice(0, 10)}`,
    })
    expect(await resolveBase(clone, [nowhere, repo.first]), shape).toEqual({
      base: repo.first,
      unseen: `the last known good (1111111111) is not in this clone and cannot be had (origin: upload-pack: not our ref ${nowhere.commit}); compared with an older one`,
    })
    expect((await resolveBase(clone, [nowhere])).unseen, shape).toMatch(/, nor is an older one$/)
  }
})

test('where the clone’s own folder cannot be written, that is the reason, and nothing is thrown', async () => {
  const repo = makeRepo()
  repo.commit('second')
  const { obtain, within } = cloneOf(repo, ['--depth=1'])
  writeFileSync(within, 'in the way')
  expect(await obtain.commit(repo.first.commit)).toMatch(/ENOTDIR|EEXIST/)
})

test('one remote after the other is asked; one out of reach only once, and a commit that is nowhere only once', async () => {
  const repo = makeRepo()
  const second = repo.commit('second')
  const away = `file://${repo.root}-away`
  const { obtain, has, asked } = cloneOf(repo, ['--depth=1'], [away, 'origin'])
  expect(await obtain.commit(repo.first.commit)).toBe(null)
  expect(await has(repo.first.tree)).toBe(true)
  const nowhere = '1'.repeat(40)
  const why = await obtain.commit(nowhere)
  expect(why).toMatch(/^origin: .*not our ref 1{40}$/)
  expect([await obtain.commit(nowhere), asked.times]).toEqual([why, 2])
  const alone = cloneOf(repo, ['--depth=1'], ['upstream'])
  expect(await alone.obtain.commit(second.commit)).toBe('no remote of this clone can be asked for it')
})
