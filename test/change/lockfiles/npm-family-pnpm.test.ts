import { expect, test } from 'vitest'
import { readAmong, told, whyNot } from './npm-family.ts'

const V9 = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

catalogs:
  default:
    pool:
      specifier: ^2.0.0
      version: 2.5.5

importers:

  .:
    dependencies:
      '@acme/ui':
        specifier: ^1.0.0
        version: 1.4.0(host@5.1.0(typed@9.0.0))
      pool:
        specifier: 'catalog:'
        version: 2.5.5
      short:
        specifier: npm:long-name@^1.2.0
        version: long-name@1.3.0
    devDependencies:
      web:
        specifier: workspace:*
        version: link:packages/web

  packages/web:
    dependencies:
      '@acme/ui':
        specifier: ^1.1.0
        version: 1.4.0(host@4.0.0)
      forked:
        specifier: acme/forked
        version: https://codeload.example.com/acme/forked/tar.gz/abc
    optionalDependencies:
      speed:
        specifier: ^1.0.0
        version: 1.0.0

packages:

  '@acme/ui@1.4.0':
    resolution: {integrity: sha512-aa==}
    engines: {node: '>=10'}
    peerDependencies:
      host: '>=4'
      typed: '*'
    peerDependenciesMeta:
      typed:
        optional: true

  forked@https://codeload.example.com/acme/forked/tar.gz/abc:
    resolution: {tarball: https://codeload.example.com/acme/forked/tar.gz/abc}
    version: 1.0.0

  host@4.0.0:
    resolution: {integrity: sha512-bb==}

  host@5.1.0:
    resolution: {integrity: sha512-bb==}
    deprecated: |-
      use: another
      one

  long-name@1.3.0:
    resolution: {integrity: sha512-cc==}

  pool@2.5.5:
    resolution: {integrity: sha512-dd==}

  speed@1.0.0:
    resolution: {integrity: sha512-ee==}
    os: [linux]

  typed@9.0.0:
    resolution: {integrity: sha512-ff==}

snapshots:

  '@acme/ui@1.4.0(host@4.0.0)':
    dependencies:
      host: 4.0.0
      pool: 2.5.5

  '@acme/ui@1.4.0(host@5.1.0(typed@9.0.0))':
    dependencies:
      host: 5.1.0(typed@9.0.0)
      pool: 2.5.5
    optionalDependencies:
      typed: 9.0.0
    transitivePeerDependencies:
      - supports

  forked@https://codeload.example.com/acme/forked/tar.gz/abc:
    dependencies:
      os: long-name@1.3.0

  host@4.0.0: {}

  host@5.1.0(typed@9.0.0): {}

  long-name@1.3.0: {}

  pool@2.5.5: {}

  speed@1.0.0:
    optional: true

  typed@9.0.0: {}
`

const TOLD_9 = {
  packages: {
    '@acme/ui@1.4.0: @acme/ui 1.4.0': ['host >=4 → host@4.0.0', 'pool ? → pool@2.5.5', 'host >=4 → host@5.1.0', 'typed * → nothing'],
    'forked@https://codeload.example.com/acme/forked/tar.gz/abc: forked of no version': ['long-name ? → long-name@1.3.0'],
    'host@4.0.0: host 4.0.0': [],
    'host@5.1.0: host 5.1.0': [],
    'long-name@1.3.0: long-name 1.3.0': [],
    'pool@2.5.5: pool 2.5.5': [],
    'speed@1.0.0: speed 1.0.0': [],
    'typed@9.0.0: typed 9.0.0': [],
    'link:packages/web: web of no version': [],
  },
  roots: [
    'app/package.json: @acme/ui ^1.0.0 → @acme/ui@1.4.0',
    'app/package.json: pool ^2.0.0 → pool@2.5.5',
    'app/package.json: long-name ^1.2.0 → long-name@1.3.0',
    'app/package.json: dev web workspace:* → link:packages/web',
    'app/packages/web/package.json: @acme/ui ^1.1.0 → @acme/ui@1.4.0',
    'app/packages/web/package.json: forked acme/forked → forked@https://codeload.example.com/acme/forked/tar.gz/abc',
    'app/packages/web/package.json: speed ^1.0.0 → speed@1.0.0',
  ],
}

const PATH = 'app/pnpm-lock.yaml'

test('pnpm 9 tells importers and snapshots, copies by name and version', async () => {
  const lock = await readAmong(PATH, { [PATH]: V9 })
  expect(lock.format).toBe('pnpm 9.0')
  expect(told(lock)).toEqual(TOLD_9)
})

test('the last of two documents is the lock', async () => {
  const own = `---\nlockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    packageManagerDependencies:\n      pnpm:\n        specifier: 11.0.0\n        version: 11.0.0\n\npackages:\n\n  pnpm@11.0.0:\n    resolution: {integrity: sha512-gg==}\n\nsnapshots:\n\n  pnpm@11.0.0: {}\n\n---\n`
  expect(told(await readAmong(PATH, { [PATH]: own + V9 }))).toEqual(TOLD_9)
})

test('a formatter and another system change nothing', async () => {
  const formatted = V9.replaceAll("'", '"').replace(/resolution: \{(.*)\}/g, 'resolution:\n      {\n        $1,\n      }')
  expect(told(await readAmong(PATH, { [PATH]: formatted }))).toEqual(TOLD_9)
  expect(told(await readAmong(PATH, { [PATH]: V9.replaceAll('\n', '\r\n') }))).toEqual(TOLD_9)
  expect(told(await readAmong(PATH, { [PATH]: `\ufeff# kept by hand\n${V9}` }))).toEqual(TOLD_9)
})

const V6 = `lockfileVersion: '6.0'

dependencies:
  '@acme/ui':
    specifier: ^1.0.0
    version: 1.4.0(host@5.1.0)
  os:
    specifier: npm:long-name@^1.2.0
    version: /long-name@1.3.0

devDependencies:
  forked:
    specifier: github:acme/forked
    version: github.com/acme/forked/abc
  local:
    specifier: file:local
    version: file:local

packages:

  /@acme/ui@1.4.0(host@5.1.0):
    resolution: {integrity: sha512-aa==}
    peerDependencies:
      host: '>=4'
    dependencies:
      host: 5.1.0
    dev: false

  /host@5.1.0:
    resolution: {integrity: sha512-bb==}

  /long-name@1.3.0:
    resolution: {integrity: sha512-cc==}
    dev: false

  file:local:
    resolution: {directory: local, type: directory}
    name: local
    dev: true

  github.com/acme/forked/abc:
    resolution: {tarball: https://codeload.example.com/acme/forked/tar.gz/abc}
    name: forked
    version: 1.0.0
    dependencies:
      host: 5.1.0
    dev: true
`

const TOLD_6 = {
  packages: {
    '@acme/ui@1.4.0: @acme/ui 1.4.0, prod': ['host >=4 → host@5.1.0'],
    'host@5.1.0: host 5.1.0, prod': [],
    'long-name@1.3.0: long-name 1.3.0, prod': [],
    'file:local: local of no version, dev': [],
    'github.com/acme/forked/abc: forked of no version, dev': ['host ? → host@5.1.0'],
  },
  roots: [
    'package.json: @acme/ui ^1.0.0 → @acme/ui@1.4.0',
    'package.json: long-name ^1.2.0 → long-name@1.3.0',
    'package.json: dev forked github:acme/forked → github.com/acme/forked/abc',
    'package.json: dev local file:local → file:local',
  ],
}

test('pnpm 6 of one project has its wishes at the top', async () => {
  const lock = await readAmong('pnpm-lock.yaml', { 'pnpm-lock.yaml': V6 })
  expect(lock.format).toBe('pnpm 6.0')
  expect(told(lock)).toEqual(TOLD_6)
})

const V5 = `lockfileVersion: 5.4

importers:

  .:
    specifiers:
      '@acme/ui': ^1.0.0
      os: npm:long-name@^1.2.0
      forked: github:acme/forked
      local: file:local
    dependencies:
      '@acme/ui': 1.4.0_host@5.1.0
      os: /long-name/1.3.0
    devDependencies:
      forked: github.com/acme/forked/abc
      local: file:local

packages:

  /@acme/ui/1.4.0_host@5.1.0:
    resolution: {integrity: sha512-aa==}
    peerDependencies:
      host: '>=4'
    dependencies:
      host: 5.1.0
    dev: false

  /host/5.1.0:
    resolution: {integrity: sha512-bb==}

  /long-name/1.3.0:
    resolution: {integrity: sha512-cc==}
    dev: false

  file:local:
    resolution: {directory: local, type: directory}
    name: local
    dev: true

  github.com/acme/forked/abc:
    resolution: {tarball: https://codeload.example.com/acme/forked/tar.gz/abc}
    name: forked
    version: 1.0.0
    dependencies:
      host: 5.1.0
    dev: true
`

test('pnpm 5 spells the same otherwise', async () => {
  const lock = await readAmong('pnpm-lock.yaml', { 'pnpm-lock.yaml': V5 })
  expect(lock.format).toBe('pnpm 5.4')
  expect(told(lock)).toEqual(TOLD_6)
  expect(
    told(
      await readAmong('pnpm-lock.yaml', {
        'pnpm-lock.yaml': V5.replace('1.4.0_host@5.1.0:', '1.4.0_2f1c8d:').replace("ui': 1.4.0_host@5.1.0", "ui': 1.4.0_2f1c8d"),
      }),
    ),
  ).toEqual(TOLD_6)
})

test('a project that asks for nothing has a lock', async () => {
  const lock = await readAmong('pnpm-lock.yaml', { 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n" })
  expect([lock.packages, lock.roots]).toEqual([[], []])
})

test('what cannot be read is said, with its line and without a word of it', async () => {
  const why = (text: string): Promise<string> => whyNot('pnpm-lock.yaml', text)
  expect(await why(V9.replace('  pool@2.5.5: {}', '<<<<<<< HEAD\n  pool@2.5.5: {}'))).toMatch(/^\d+: a merge conflict is left in it$/)
  expect(await why("lockfileVersion: '10.0'\n")).toBe('its lockfileVersion is 10.0, which is not known here')
  expect(await why('lockfileVersion: a secret\n')).toBe('it has no lockfileVersion that is known here')
  expect(await why(V9.slice(0, V9.indexOf('snapshots:')))).toBe('it ends too early')
  expect(await why(V9.slice(0, V9.indexOf('  host@5.1.0(typed')))).toBe(
    'it names packages that it does not describe: it was cut short or merged wrongly',
  )
  expect(await why(V6.slice(0, V6.indexOf('  /host@5.1.0')))).toBe(
    'it names packages that it does not describe: it was cut short or merged wrongly',
  )
  expect(await why(V9.slice(0, V9.indexOf('aa==')))).toMatch(/^\d+: it ends too early$/)
  expect(await why(V9.replace('  host@4.0.0:\n    resolution', '  host@5.1.0:\n    resolution'))).toMatch(
    /^\d+: it is not written as its tool writes it$/,
  )
  expect(await why('')).toBe('it is empty')
})
