import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { makeTreeFiles } from '../../src/adapters/tree-files.ts'
import { encodeApp } from '../../src/config/encode-app.ts'
import { judgeSettings } from '../../src/config/judge.ts'
import { loadSettings } from '../../src/config/load.ts'
import { nearest } from '../../src/config/nearest.ts'
import { commitReader, diskReader } from '../../src/config/readers.ts'
import { makeRepo } from '../change/repo.ts'
import { makeSettings } from '../change/settings.ts'
import { input } from './files.ts'

test.each([
  ['everflow-worker', 'everflow-worker'],
  ['Shop', 'shop'],
  ['my app', 'my%20app'],
  ['a/b', 'a%2Fb'],
  ['.hidden', '%2Ehidden'],
  ['a..b', 'a%2E.b'],
  ['x.lock', 'x%2Elock'],
  ['end.', 'end%2E'],
  ['ünï', '%C3%BCn%C3%AF'],
  ['a@{b', 'a%40%7Bb'],
  ['50%', '50%25'],
])('%s is %s in a ref', (name, encoded) => {
  expect(encodeApp(name)).toBe(encoded)
  execFileSync('git', ['check-ref-format', `refs/safe-deploy/${encodeApp(name)}`])
})

test('the nearest key is named only when it is near', () => {
  expect(nearest('deploybranch', ['deploy_branch', 'clean'])).toBe('deploy_branch')
  expect(nearest('smkoe', ['env', 'smoke'])).toBe('smoke')
  expect(nearest('zebra', ['env', 'smoke'])).toBeNull()
})

test('the known good’s rules judge a candidate that keeps its own target and tests', () => {
  const strict = makeSettings({ rules: { a: 'block' }, protect: [{ file: 'f', keeps: 'k', because: 'b' }], app: 'old' })
  const loose = makeSettings({
    rules: { a: 'off' },
    overrides: { a: ['agent'] },
    smoke: [{ name: 's', run: 's', timeoutMs: 1, proves: [] }],
    app: 'new',
  })
  expect(judgeSettings(loose, strict)).toEqual({ ...loose, rules: strict.rules, overrides: {}, protect: strict.protect })
  expect(judgeSettings(loose, null)).toBe(loose)
})

test('the same code reads the work tree and a commit', async () => {
  const repo = makeRepo({ 'fly.toml': 'app = "a"\n', 'safe-deploy.yml': 'version: 1\nrules: { x: block }\n' })
  const commit = (await repo.git.run(['rev-parse', 'HEAD'])).stdout.toString().trim()
  repo.write({ 'safe-deploy.yml': 'version: 1\nrules: { x: off }\n' })
  const rules = async (read: Parameters<typeof loadSettings>[0]['read']) => (await loadSettings(input({}, { read }))).settings.rules
  expect(await rules(diskReader(makeTreeFiles(), repo.root))).toEqual({ x: 'off' })
  expect(await rules(commitReader(repo.git, commit))).toEqual({ x: 'block' })
})
