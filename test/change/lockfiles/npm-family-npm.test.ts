import { expect, test } from 'vitest'
import { readAmong, told, whyNot } from './npm-family.ts'

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const V3 = {
  name: 'shop',
  lockfileVersion: 3,
  packages: {
    '': {
      name: 'shop',
      workspaces: ['packages/*'],
      dependencies: { '@acme/pool': '^2.0.0', short: 'npm:long-name@^1.2.0', tools: 'file:tools' },
      devDependencies: { runner: '~4.1.0' },
      optionalDependencies: { speed: '^1.0.0' },
      peerDependencies: { host: '>=5' },
    },
    'node_modules/@acme/pool': { version: '2.5.5', dependencies: { queue: '^1.0.0' }, peerDependencies: { host: '>=4' } },
    'node_modules/@acme/pool/node_modules/queue': { version: '1.9.0' },
    'node_modules/queue': { version: '3.0.0', dev: true },
    'node_modules/host': { version: '5.1.0' },
    'node_modules/short': { name: 'long-name', version: '1.3.0' },
    'node_modules/runner': {
      version: '4.1.7',
      dev: true,
      dependencies: { queue: '>=2' },
      peerDependencies: { typed: '*' },
      peerDependenciesMeta: { typed: { optional: true } },
    },
    'node_modules/typed': { version: '9.0.0', devOptional: true },
    'node_modules/forked': { version: '1.0.0', resolved: 'git+ssh://git@example.com/acme/forked.git#abc' },
    'node_modules/packed': { version: '1.0.0', resolved: 'https://example.com/packed.tgz' },
    'node_modules/web': { resolved: 'packages/web', link: true },
    'node_modules/tools': { resolved: 'tools', link: true },
    'packages/web': {
      version: '1.0.0',
      dependencies: { '@acme/pool': '^2.1.0', queue: '3', packed: 'https://user:hidden@example.com/packed.tgz?key=1' },
    },
    'packages/web/node_modules/queue': { version: '3.2.0' },
    tools: { version: '0.1.0', dependencies: { queue: '^3.0.0', forked: 'acme/forked' }, devDependencies: { runner: '1' } },
  },
}

test('package-lock 3 tells every copy, what answers each wish, and who asks', async () => {
  const lock = await readAmong('app/package-lock.json', { 'app/package-lock.json': json(V3) })
  expect(lock.format).toBe('package-lock 3')
  expect(told(lock)).toEqual({
    packages: {
      'node_modules/@acme/pool: @acme/pool 2.5.5, prod': [
        'host >=4 → node_modules/host',
        'queue ^1.0.0 → node_modules/@acme/pool/node_modules/queue',
      ],
      'node_modules/@acme/pool/node_modules/queue: queue 1.9.0, prod': [],
      'node_modules/queue: queue 3.0.0, dev': [],
      'node_modules/host: host 5.1.0, prod': [],
      'node_modules/short: long-name 1.3.0, prod': [],
      // An optional peer pulls nothing in, though it is there.
      'node_modules/runner: runner 4.1.7, dev': ['typed * → nothing', 'queue >=2 → node_modules/queue'],
      // In reach of development and of something optional: the flag does not say which.
      'node_modules/typed: typed 9.0.0': [],
      'node_modules/forked: forked of no version, prod': [],
      'node_modules/packed: packed of no version, prod': [],
      // A workspace asks as a root; a linked folder asks as a package, without its own development.
      'packages/web: web of no version, prod': [],
      'packages/web/node_modules/queue: queue 3.2.0, prod': [],
      'tools: tools of no version, prod': ['queue ^3.0.0 → node_modules/queue', 'forked acme/forked → node_modules/forked'],
    },
    roots: [
      'app/package.json: host >=5 → node_modules/host',
      'app/package.json: @acme/pool ^2.0.0 → node_modules/@acme/pool',
      'app/package.json: long-name ^1.2.0 → node_modules/short',
      'app/package.json: tools file:tools → tools',
      'app/package.json: speed ^1.0.0 → nothing',
      'app/package.json: dev runner ~4.1.0 → node_modules/runner',
      'app/packages/web/package.json: @acme/pool ^2.1.0 → node_modules/@acme/pool',
      'app/packages/web/package.json: queue 3 → packages/web/node_modules/queue',
      'app/packages/web/package.json: packed https://example.com/packed.tgz → node_modules/packed',
    ],
  })
})

const V1 = {
  lockfileVersion: 1,
  requires: true,
  dependencies: {
    pool: { version: '2.5.5', requires: { queue: '^1.0.0' }, dependencies: { queue: { version: '1.9.0' } } },
    queue: { version: '3.0.0', dev: true },
    short: { version: 'npm:long-name@1.3.0' },
    forked: { version: 'git+https://example.com/forked.git#abc' },
  },
}

test('package-lock 1 is a tree, and package.json beside it says who asks', async () => {
  const manifest = json({ dependencies: { pool: '^2.0.0', short: 'npm:long-name@^1.0.0' }, devDependencies: { queue: '*' } })
  const lock = await readAmong('package-lock.json', { 'package-lock.json': json(V1), 'package.json': manifest, 'sub/package.json': '{}' })
  expect(told(lock)).toEqual({
    packages: {
      'node_modules/pool: pool 2.5.5, prod': ['queue ^1.0.0 → node_modules/pool/node_modules/queue'],
      'node_modules/queue: queue 3.0.0, dev': [],
      'node_modules/short: long-name 1.3.0, prod': [],
      'node_modules/forked: forked of no version, prod': [],
      'node_modules/pool/node_modules/queue: queue 1.9.0, prod': [],
    },
    roots: [
      'package.json: pool ^2.0.0 → node_modules/pool',
      'package.json: long-name ^1.0.0 → node_modules/short',
      'package.json: dev queue * → node_modules/queue',
    ],
  })
})

test('package-lock 1 without a manifest does not know who asks', async () => {
  expect((await readAmong('npm-shrinkwrap.json', { 'npm-shrinkwrap.json': json(V1) })).roots).toBeNull()
  expect((await readAmong('package-lock.json', { 'package-lock.json': json(V1), 'package.json': '{ broken' })).roots).toBeNull()
})

test('package-lock 2 is read by its list, not by its tree', async () => {
  const lock = await readAmong('package-lock.json', {
    'package-lock.json': json({ ...V3, lockfileVersion: 2, dependencies: V1.dependencies }),
  })
  expect([lock.format, lock.packages.length]).toEqual(['package-lock 2', 12])
})

test('names that every object has are names like others', async () => {
  const text = `{"lockfileVersion":3,"packages":{"":{"dependencies":{"__proto__":"^1","constructor":"^2","toString":"^3"}},
    "node_modules/__proto__":{"version":"1.0.0","dependencies":{"hasOwnProperty":"1"}},"node_modules/constructor":{"version":"2.0.0"}}}`
  expect(told(await readAmong('package-lock.json', { 'package-lock.json': text })).roots).toEqual([
    'package.json: __proto__ ^1 → node_modules/__proto__',
    'package.json: constructor ^2 → node_modules/constructor',
    'package.json: toString ^3 → nothing',
  ])
})

test('what cannot be read is said, with its line and without a word of it', async () => {
  const text = json(V3)
  expect(await whyNot('package-lock.json', text.slice(0, 900))).toBe(`${text.slice(0, 900).split('\n').length}: it ends too early`)
  expect(await whyNot('package-lock.json', text.replace('"lockfileVersion": 3', '"lockfileVersion": 3 secret'))).toBe('3: it is not JSON')
  expect(await whyNot('package-lock.json', `{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> b\n}`)).toBe(
    '2: a merge conflict is left in it',
  )
  expect(await whyNot('package-lock.json', '{"lockfileVersion":4}')).toBe('its lockfileVersion is 4, which is not known here')
  expect(await whyNot('package-lock.json', '{"lockfileVersion":"a secret"}')).toBe('it has no lockfileVersion that is known here')
  expect(await whyNot('package-lock.json', '{"lockfileVersion":3}')).toBe('it lists no packages')
  expect(await whyNot('package-lock.json', '')).toBe('it is empty')
  expect(await whyNot('package-lock.json', '[]')).toBe('it is not a JSON object')
  const deep = `{"lockfileVersion":1,"dependencies":${'{"a":{"dependencies":'.repeat(50_000)}{}${'}}'.repeat(50_000)}}`
  expect(await whyNot('package-lock.json', deep)).toBe('its packages are nested too deep')
})
