import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeClone } from '../../src/adapters/clone.ts'
import { makeRepo, tempFolder } from '../change/repo.ts'

test('a clone tells what its remote had, and nothing where there is no remote', async () => {
  const repo = makeRepo()
  const alone = makeClone({ cwd: repo.root, env: process.env })
  expect([await alone.pushed('HEAD'), await alone.remotes(), await alone.defaultBranch('origin')]).toEqual([null, [], null])
  const remote = join(tempFolder(), 'remote.git')
  repo.sh('clone', '-q', '--bare', '.', remote)
  repo.sh('remote', 'add', 'origin', remote)
  repo.sh('fetch', '-q', 'origin')
  repo.sh('remote', 'set-head', 'origin', 'main')
  expect([await alone.pushed('HEAD'), await alone.remotes(), await alone.defaultBranch('origin')]).toEqual([
    true,
    [{ name: 'origin', url: remote }],
    'main',
  ])
  repo.commit('not pushed')
  expect(await alone.pushed('HEAD')).toBe(false)
})

test('what the caller’s environment says about git does not reach it', async () => {
  const repo = makeRepo()
  const other = makeRepo()
  const env = { ...process.env, GIT_DIR: join(other.root, '.git'), GIT_EDITOR: 'x', GIT_PAGER: 'x' }
  repo.sh('remote', 'add', 'mine', '/nowhere')
  expect((await makeClone({ cwd: repo.root, env }).remotes()).map((remote) => remote.name)).toEqual(['mine'])
})
