import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import { configRefusal, problemLine } from '../../src/config/problem.ts'
import { EXAMPLE } from './files.ts'

const parse = (text: string) => parseConfig(text, 'safe-deploy.yml')
const lines = (text: string) => parse(text).problems.map(problemLine)

describe('what is written well', () => {
  test('the whole example has no problems', () => {
    const { written, problems } = parse(EXAMPLE)
    expect(problems).toEqual([])
    expect(written?.hears).toEqual(['#everflow-reports (customer Slack)'])
  })

  test('a byte order mark and Windows line ends are fine', () => {
    expect(parse('\ufeffversion: 1\r\nhears: [ops]\r\n').problems).toEqual([])
  })

  test.each(['30s', '2m', '1h', '500ms', '1h30m', '90', 90, 0])('%s is a duration', (value) => {
    expect(parse(`version: 1\nverify: { bake: ${value} }\n`).problems).toEqual([])
  })
})

describe('what is written badly', () => {
  test.each([
    [
      'an unknown key names the nearest',
      'version: 1\nbuget: {}\n',
      /^safe-deploy\.yml:2: found an unknown key "buget" .*did you mean budget\?/,
    ],
    [
      'an unknown key deep inside',
      'version: 1\nverify:\n  probes:\n    - { htpp: x }\n',
      /:4: found an unknown key "htpp" at verify\.probes\.0\.htpp.*did you mean http\?/,
    ],
    ['a key in the wrong place', 'version: 1\nsmoke: []\n', /did you mean test\.smoke\?/],
    ['a wrong type', 'version: 1\nhears: ops\n', /:2: found "ops" at hears, expected a list/],
    [
      'a wrong choice',
      'version: 1\nrules: { a: blok }\n',
      /found "blok" at rules\.a, expected off, note, warn, ask or block \(did you mean block\?\)/,
    ],
    ['a duration that is none', 'version: 1\nverify:\n  bake: soon\n', /:3: found "soon" at verify\.bake, expected a duration/],
    ['a duration beyond a week', 'version: 1\nverify: { bake: 8d }\n', /found "8d" .*at most 7 days/],
    [
      'a day that is none',
      'version: 1\nvendors: [{ name: a, expires: 2026-02-30, on_expiry: gone }]\n',
      /found "2026-02-30" at vendors\.0\.expires, expected a day that exists/,
    ],
    ['a path that climbs out', 'version: 1\ntest: { env: { files: [../.env] } }\n', /found "\.\.\/\.env" .*inside the repository/],
    ['two targets', 'version: 1\ntarget: { fly: {}, command: { name: a, deploy: b, current: c } }\n', /one of fly and command/],
    ['a missing key', 'version: 1\ntest:\n  smoke:\n    - { name: a }\n', /:4: found no run at test\.smoke\.0, expected run: text/],
    ['version 2', 'version: 2\n', /:1: found 2 at version, expected 1/],
    ['no version', 'hears: []\n', /found no version/],
    ['an empty file', '', /:1: found an empty file, expected version: 1/],
    ['only comments', '# nothing\n', /expected a map of keys/],
    ['a list', '- a\n', /found a list, expected a map of keys/],
    ['tabs', 'version: 1\nread:\n\tclean: off\n', /:3: found a tab, expected spaces/],
    ['a key twice', 'version: 1\nhears: []\nhears: []\n', /:3: found a key that is there twice/],
    ['a second document', 'version: 1\n---\nversion: 1\n', /found a second document/],
    ['an alias', 'version: 1\nhears: &a [x]\napps: { b: { hears: *a } }\n', /:3: found an alias/],
    ['a tag', 'version: !!js/function 1\n', /found a tag/],
    ['an open quote', 'version: 1\nhears: ["a]\n', /a quote or bracket that is not closed/],
    ['a binary file', 'version: 1\n\u0000\u0001', /:2: found bytes that are no text/],
    ['bytes that are no UTF-8', 'version: 1\napp: \ufffd\n', /:2: found bytes that are no text/],
    ['a megabyte of noise', 'k: v\n'.repeat(220_000), /:1: found more than 256 kB/],
    ['brackets without end', '['.repeat(100_000), /nested too deeply/],
    [
      'a secret written out',
      'version: 1\nnotify: [{ slack: { webhook: https://example.com/s3cr3t } }]\n',
      /found some text .*the env key that holds it/,
    ],
  ])('%s', (_, text, expected) => {
    expect(lines(text).join('\n')).toMatch(expected)
    expect(lines(text).join('\n')).not.toContain('s3cr3t')
    expect(parse(text).written).toBeNull()
  })

  test('all problems come at once, in the order of their lines', () => {
    const { problems } = parse('version: 1\nbudget: { unproven: 0 }\nhears: 3\nbuget: {}\ntest: { env: { inherit: some } }\n')
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 4, 5])
  })

  test('a file with thousands of problems is listed shortly', () => {
    const { refusal } = configRefusal(parse(`version: 1\n${Array.from({ length: 3000 }, (_, i) => `k${i}: 1`).join('\n')}`).problems)
    expect(refusal.why).toHaveLength(51)
    expect(refusal.exit).toBe(64)
  })

  test('what has no problems is left for a rollback', () => {
    expect(parse('version: 2\nhears: [ops]\nbuget: {}\n').salvaged).toEqual({ version: 1, hears: ['ops'] })
  })
})
