import { expect, test } from 'vitest'
import { areaOf, isQuiet } from '../../src/change/area.ts'
import { copied, keysOf, parseDockerfile } from '../../src/change/detectors/dockerfile.ts'
import { memoryOf } from '../../src/change/detectors/fly-read.ts'
import { outsideAck } from '../../src/change/detectors/outside-ack.ts'
import { holds } from '../../src/change/detectors/protected.ts'
import { parseFly } from '../../src/change/fly-file.ts'
import { makeContextFilter } from '../../src/change/ignore-file.ts'
import { lineChange } from '../../src/change/opaque.ts'
import { decodePath, joinPath } from '../../src/change/paths.ts'
import { isSecretFile } from '../../src/change/secrets/secret-name.ts'
import { readTrailers } from '../../src/change/trailers.ts'
import { byWeight } from '../../src/change/weight.ts'
import type { FileChange } from '../../src/model.ts'

test.each([
  ['src/app.ts', 'code'],
  ['tests/Dockerfile', 'test'],
  ['app/models/user_test.py', 'test'],
  ['docs/deploy/fly.toml', 'docs'],
  ['fly.staging.toml', 'infra'],
  ['db/migrate/20260101_add.rb', 'migration'],
  ['package.json', 'deps'],
  ['config/app.yml', 'config'],
  ['.github/workflows/x.yml', 'ci'],
  ['logo.png', 'other'],
])('%s is %s', (path, area) => expect(areaOf(path)).toBe(area))

test('quiet files cannot change what runs', () => {
  expect(['a.md', '.env.example', 'yarn.lock', 'spec/a.rb', 'dist/a.js'].map(isQuiet)).toEqual([true, true, true, true, true])
  expect(['a.py', 'requirements.in', 'fly.toml', 'Dockerfile'].map(isQuiet)).toEqual([false, false, false, false])
})

test('a Dockerfile is read with continuations, comments and here-documents', () => {
  const all = parseDockerfile(
    '# syntax=docker/dockerfile:1\nfrom node:20 as a\nRUN <<EOF\nCOPY not this\nEOF\nCOPY --chown=x a.txt \\\n  # why\n  b.txt /app/\nCOPY ["c d.txt", "/app"]\nENV A=1 B="x y" \\\n  C=3\nENV OLD style\n',
  )
  expect(all.map(({ word }) => word)).toEqual(['FROM', 'RUN', 'COPY', 'COPY', 'ENV', 'ENV'])
  expect(copied(all).map(({ source }) => source)).toEqual(['a.txt', 'b.txt', 'c d.txt'])
  expect(keysOf(all, 'ENV')).toEqual(['A', 'B', 'C', 'OLD'])
})

test('sizes of machines are read as fly writes them', () => {
  expect(
    [
      { memory: '512mb' },
      { memory: '1gb' },
      { memory: 256 },
      { memory_mb: 512 },
      { size: 'shared-cpu-2x' },
      { size: 'performance-4x' },
      {},
      { memory: 'x' },
    ].map(memoryOf),
  ).toEqual([512, 1024, 256, 512, 512, 8192, null, 'unreadable'])
})

test('an acknowledgement allows files, folders and globs, and nothing else', () => {
  const changed = ['src/a.ts', 'src/deep/b.ts', 'fly.toml', '.env.example']
  expect(outsideAck(changed, { paths: ['src'] })).toEqual(['fly.toml', '.env.example'])
  expect(outsideAck(changed, { paths: ['./src/', '*.toml', '.env*'] })).toEqual([])
  expect(outsideAck(changed, { paths: ['src/*.ts'] })).toEqual(['src/deep/b.ts', 'fly.toml', '.env.example'])
  expect(outsideAck(changed, { paths: ['.'] })).toEqual(changed)
  expect(outsideAck([], { paths: [] })).toEqual([])
})

test('a protected text is found however it is spaced and quoted, but not commented out', () => {
  expect(holds('x = Config(\n  env_file = ".env",\n)', 'env_file=".env"')).toBe(true)
  expect(holds("env_file='.env'", 'env_file=".env"')).toBe(true)
  expect(holds('a:\n  b: 1\n  c: 2\n', 'b: 1\nc: 2')).toBe(true)
  expect(holds('# env_file=".env"', 'env_file=".env"')).toBe(false)
  expect(holds('// keep me', '// keep me')).toBe(true)
})

test('secret files are told by name', () => {
  expect(
    ['.env', '.env.production', 'prod.env', 'config/master.key', 'a/id_rsa', 'gcp-service-account.json', 'credentials.json'].filter(
      (p) => !isSecretFile(p),
    ),
  ).toEqual([])
  expect(
    [
      '.env.example',
      '.env.sample',
      'id_rsa.pub',
      'ca.pem',
      'certs/public.pem',
      'test/x.key',
      'node_modules/a/b.pem',
      'src/key.ts',
      '.npmrc',
      'environment.ts',
      '.env.template',
    ].filter(isSecretFile),
  ).toEqual([])
})

test('fly’s config is read as toml, json or yaml, and a mistake has its line', async () => {
  expect(await parseFly('fly.toml', 'app = "a"\n')).toEqual({ ok: true, table: { app: 'a' } })
  expect(await parseFly('fly.json', '{"app":"a"}')).toEqual({ ok: true, table: { app: 'a' } })
  expect(await parseFly('fly.yaml', 'app: a\n')).toEqual({ ok: true, table: { app: 'a' } })
  expect(await parseFly('fly.toml', 'app = "a"\nb = \n')).toMatchObject({ ok: false, line: 2 })
  expect(await parseFly('fly.json', '[1]')).toMatchObject({ ok: false })
  expect(await parseFly('fly.toml', 'x'.repeat(2_000_000))).toMatchObject({ ok: false, why: 'it is larger than 1 MB' })
})

test('without an ignore file only fly.toml stays away from the builder', () => {
  const filter = makeContextFilter(null)
  expect([filter.ships('fly.toml'), filter.ships('.env'), filter.prunes('node_modules')]).toEqual([false, true, false])
})

test('an ignore file means what the builder takes it for: case counts, and signs of regular expressions mean themselves', () => {
  const filter = makeContextFilter('Secrets\napp/(draft)\nroutes/+page.js\na|b\nlib/{x}\n\\(old\n')
  const names = [
    'Secrets',
    'secrets',
    'app/(draft)/a.js',
    'app/draft/a.js',
    'routes/+page.js',
    'routes//page.js',
    'a',
    'a|b',
    'lib/{x}',
    '(old',
  ]
  expect(names.filter((name) => !filter.ships(name))).toEqual(['Secrets', 'app/(draft)/a.js', 'routes/+page.js', 'a|b', 'lib/{x}', '(old'])
  expect(filter.malformed).toEqual([])
})

test('a pattern that no builder reads takes nothing else along, and one of many stars costs no time', () => {
  const filter = makeContextFilter(`[\n!a[z-a]\n${'*a'.repeat(30)}b\nnotes\n`)
  expect(filter.malformed).toEqual(['[', '!a[z-a]'])
  expect(['notes', '[', 'a'.repeat(200)].map(filter.ships)).toEqual([false, true, true])
})

test('paths that are not UTF-8 stay apart, and joined ones are plain', () => {
  expect(decodePath(Buffer.from('ü.txt'))).toBe('ü.txt')
  expect(decodePath(Buffer.from('\xfc.txt', 'latin1'))).toBe('\\xfc.txt')
  expect([joinPath('', './a//b'), joinPath('x', '../y'), joinPath('', '.')]).toEqual(['a/b', 'y', ''])
})

test('trailers are the last paragraph, if it is nothing else', () => {
  expect(readTrailers('Fix: it\n\nDeploy-Because: because\n  of this\nDeploy-Accept: a:b — c\nDeploy-Accept: d')).toEqual({
    'deploy-because': ['because of this'],
    'deploy-accept': ['a:b — c', 'd'],
  })
  expect(readTrailers('Deploy-Because: only a subject')).toEqual({})
  expect(readTrailers('x\n\nSome text.\nDeploy-Because: in prose')).toEqual({})
})

test('lines are counted, not ordered, where git shows none', () => {
  expect(lineChange('a\nb\nb\n', 'b\na\nc\n')).toEqual({ removed: [{ n: 3, text: 'b' }], added: [{ n: 3, text: 'c' }] })
})

const file = (path: string, lines: number, generated = false): FileChange => ({
  path,
  status: 'M',
  modes: ['100644', '100644'],
  oids: ['1', '2'],
  opaque: false,
  generated,
  removed: [],
  added: Array.from({ length: lines }, (_, i) => ({ n: i + 1, text: 'x' })),
})

test('the most telling files come first, generated ones last', () => {
  const files = [file('yarn.lock', 900, true), file('src/b.ts', 5), file('test/a.test.ts', 50), file('src/a.ts', 9), file('fly.toml', 1)]
  expect(byWeight(files).map((one) => one.path)).toEqual(['fly.toml', 'src/a.ts', 'src/b.ts', 'test/a.test.ts', 'yarn.lock'])
})
