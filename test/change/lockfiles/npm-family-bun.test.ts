import { expect, test } from 'vitest'
import { withoutTrailingCommas } from '../../../src/change/lockfiles/js/jsonc.ts'
import { readAmong, told, whyNot } from './npm-family.ts'

const LOCK = `{
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "name": "shop",
      "dependencies": {
        "@acme/pool": "^2.0.0",
        "short": "npm:long-name@^1.2.0",
        "web": "workspace:*",
      },
      "devDependencies": {
        "runner": "catalog:test",
      },
      "peerDependencies": {
        "typed": "*",
      },
      "optionalPeers": [
        "typed",
      ],
    },
    "packages/web": {
      "name": "web",
      "version": "1.0.0",
      "dependencies": {
        "forked": "github:acme/forked",
        "queue": "catalog:",
      },
    },
  },
  "catalog": {
    "queue": "^3.0.0",
  },
  "catalogs": {
    "test": {
      "runner": "~4.1.0",
    },
  },
  "packages": {
    "@acme/pool": ["@acme/pool@2.5.5", "", { "dependencies": { "@acme/queue": "^1.0.0", "queue": "^1.0.0" }, "peerDependencies": { "typed": "*" }, "optionalPeers": ["typed"] }, "sha512-aa=="],

    "@acme/queue": ["@acme/queue@1.1.0", "", {}, "sha512-bb=="],

    "forked": ["forked@github:acme/forked#abc", { "dependencies": { "queue": "*" } }, "acme-forked-abc"],

    "queue": ["queue@2.0.0", "", {}, "sha512-cc=="],

    "runner": ["runner@4.1.7", "", { "os": ["linux", "darwin"], "bin": { "run": "a, ]" } }, "sha512-dd=="],

    "short": ["long-name@1.3.0", "", { "dependencies": { "queue": "2" } }, "sha512-ee=="],

    "typed": ["typed@9.0.0", "", {}, "sha512-ff=="],

    "web": ["web@workspace:packages/web"],

    "@acme/pool/@acme/queue": ["@acme/queue@1.0.9", "", { "dependencies": { "queue": "^1.0.0" } }, "sha512-gg=="],

    "@acme/pool/queue": ["queue@1.9.0", "", {}, "sha512-hh=="],

    "web/queue": ["queue@3.2.0", "", {}, "sha512-ii=="],
  }
}
`

test('bun.lock tells copies by the way down to them, and its workspaces who asks', async () => {
  const lock = await readAmong('app/bun.lock', { 'app/bun.lock': LOCK })
  expect(lock.format).toBe('bun 1')
  expect(told(lock)).toEqual({
    packages: {
      '@acme/pool: @acme/pool 2.5.5': [
        'typed * → nothing',
        '@acme/queue ^1.0.0 → @acme/pool/@acme/queue',
        'queue ^1.0.0 → @acme/pool/queue',
      ],
      '@acme/queue: @acme/queue 1.1.0': [],
      'forked: forked of no version': ['queue * → queue'],
      'queue: queue 2.0.0': [],
      'runner: runner 4.1.7': [],
      'short: long-name 1.3.0': ['queue 2 → queue'],
      'typed: typed 9.0.0': [],
      'web: web of no version': [],
      '@acme/pool/@acme/queue: @acme/queue 1.0.9': ['queue ^1.0.0 → @acme/pool/queue'],
      '@acme/pool/queue: queue 1.9.0': [],
      'web/queue: queue 3.2.0': [],
    },
    roots: [
      'app/package.json: typed * → nothing',
      'app/package.json: @acme/pool ^2.0.0 → @acme/pool',
      'app/package.json: long-name ^1.2.0 → short',
      'app/package.json: web workspace:* → web',
      'app/package.json: dev runner ~4.1.0 → runner',
      'app/packages/web/package.json: forked github:acme/forked → forked',
      'app/packages/web/package.json: queue ^3.0.0 → web/queue',
    ],
  })
})

test('only commas behind the last item go, and places stay', () => {
  const text = '{"a,]": ["x", "\\",}", "\\\\",], "b": {"c": 1,\n},\n}'
  const clean = withoutTrailingCommas(text)
  expect(JSON.parse(clean)).toEqual({ 'a,]': ['x', '",}', '\\'], b: { c: 1 } })
  expect(clean.length).toBe(text.length)
  expect(withoutTrailingCommas('[1, "open,]')).toBe('[1, "open,]')
})

test('what cannot be read is said, with its line and without a word of it', async () => {
  const why = (text: string): Promise<string> => whyNot('bun.lock', text)
  expect(await whyNot('bun.lockb', '\u0000\ufffd')).toBe(
    'it is binary and only bun reads it; `bun install --save-text-lockfile` makes a bun.lock of it',
  )
  expect(await why(LOCK.slice(0, 700))).toMatch(/^\d+: it ends too early$/)
  expect(await why(`<<<<<<< HEAD\n${LOCK}`)).toBe('1: a merge conflict is left in it')
  expect(await why(LOCK.replace('Version": 1', 'Version": 2'))).toBe('its lockfileVersion is 2, which is not known here')
  expect(await why(LOCK.replace('"queue@2.0.0"', '7'))).toBe('a package in it is not written as bun writes it')
  expect(await why('')).toBe('it is empty')
})
