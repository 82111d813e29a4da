import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Yaml } from '../../src/agents/push/yaml-flow.ts'
import { readYaml } from '../../src/agents/push/yaml-lines.ts'

const plain = (from: Yaml | null): unknown =>
  from instanceof Map
    ? Object.fromEntries([...from].map(([key, value]) => [key, plain(value)]))
    : Array.isArray(from)
      ? from.map(plain)
      : from

const trimmed = (from: unknown): unknown =>
  JSON.parse(JSON.stringify(from, (_key, value) => (typeof value === 'string' ? value.trimEnd() : (value ?? ''))))

describe('what pipelines are written in reads as a YAML library reads it', () => {
  test.each([
    "a: 1\nb: two words # said\nc: \"q # not\"\nd: 'it''s'\n",
    'on:\n  push:\n    branches: [ main, "rel/**", \'!x\' ]\n    tags:\n    - v*\n',
    'steps:\n- run: |\n    one\n      two\n\n    three\n- run: >-\n    four\n    five\n\n    six\n',
    'steps:\n  - name: a\n    run: b\n  -\n    name: c\n  - - d\n    - e\n',
    'if: a == b ||\n  c == d\nnext: x\n',
    'a: {b: c, d: [e, {f: g}], h: "i, j"}\nk: [\n  l,\n  m, # said\n]\n',
    'a: &one\n  x: 1\n  y: 2\nb:\n  <<: *one\n  y: 3\nc: *one\nd: [*one]\n',
    '---\n# said\na: "two\n  lines"\n',
    'a: |2\n    kept\n  less\nb: x\n',
    '"quoted key": y\n\'other\': z\nurl: http://x:8080/y#z\n',
    '"a\\tb\\u00e9": 1\nb: "x\\ny"\n',
    'empty:\nlist: []\nmap: {}\nlast: ~x\n',
    'run: echo "a:b" && c\ncron: "0 7 * * *"\n',
    '\ufeffa:\r\n  - b\r\n  - c\r\n',
  ])('%j', (text) => {
    const library = parse(text.replace(/^\ufeff/, ''), { schema: 'failsafe', merge: true })
    expect(trimmed(plain(readYaml(text)))).toEqual(trimmed(library))
  })
})

test.each(['a:\n\tb: c\n', 'a: [b, c\n', 'a: "b\n', 'a: *none\n', 'a: b\n  c: d\n', 'a:\n    b: 1\n  c: 2\n', '? a\n: b\n', 'a: [b] c\n'])(
  '%j is not guessed at',
  (text) => {
    expect(readYaml(text)).toBeNull()
  },
)

test('what is deep, long or names itself ends', () => {
  expect(readYaml('- '.repeat(100_000))).toBeNull()
  expect(readYaml(`a: ${'['.repeat(100_000)}`)).toBeNull()
  expect(readYaml(`a: ${'{a: '.repeat(50_000)}`)).toBeNull()
  expect(readYaml('a: 1\n'.repeat(30_000))).toBeNull()
  const names = Array.from({ length: 30 }, (_, at) => `a${at}: &n${at} [${at ? `*n${at - 1}, *n${at - 1}` : 'x'}]`).join('\n')
  expect(readYaml(names)).toBeInstanceOf(Map)
  expect(readYaml(`a: "${'b\n  '.repeat(5_000)}`)).toBeNull()
})
