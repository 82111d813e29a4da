import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { readYaml } from '../../../src/change/lockfiles/js/yaml.ts'
import { UnreadableLock } from '../../../src/change/lockfiles/lock.ts'

/** What the library makes of the last document, every scalar a text. */
const byLibrary = (text: string): unknown => {
  const documents = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: true })
  const last = documents.at(-1)
  if (!last || !('toJS' in last)) throw new Error('no document')
  expect(last.errors).toEqual([])
  return JSON.parse(JSON.stringify(last.toJS()), (_, value) => (value === '' ? null : value))
}
const plainly = (value: unknown): unknown => JSON.parse(JSON.stringify(value), (_, one) => (one === '' ? null : one))

const LONG = `/${'x'.repeat(1100)}@1.0.0`

test.each([
  ['maps in maps', "lockfileVersion: '9.0'\n\na:\n  b: 1.10\n  '@c/d':\n    e: true\n  \"f g\": h\nempty:\n"],
  ['lists, at the key and deeper', 'a:\n- b\n- c\nd:\n  - e\n  - - f\n    - g\n  - h: i\n    j: k\n  -\n    l: m\n'],
  [
    'flow collections, in a line and over several',
    'a: {b: c, \'d\': [e, "f"], g: {}, h: []}\ni:\n  {\n    j: k,\n    l: https://example.com/x:y,\n  }\nm: [n,\n  o]\n',
  ],
  ['quotes', "a: 'it''s'\nb: \"tab\\t \\u00e9 \\x41 \\\\ \\\"\"\n'c: d': \"e # f\"\n\"g\": ''\n"],
  ['texts that go on', 'a: one\n  two\n\n  three\nb: "one\n  two\n\n  three"\nc:\n  one two\n  three\nd: \'one\n  two\'\n'],
  [
    'block texts',
    'a: |\n  one\n   two\n\n  three\n\nb: |-\n  one\nc: >-\n  one\n  two\n\n  three\nd: >\n  one\n  two\ne: |+\n  one\n\nf: g\n',
  ],
  ['comments and empty lines', '# head\na: b # behind\n\n\n  # deeper\nc: # behind a key\n  d: e#f\n# end\n'],
  ['long keys', `packages:\n  ? ${LONG}\n  : resolution: {integrity: x}\n    dev: true\n  ? '${LONG}2'\n  :\n    dev: false\n`],
  ['two documents', '---\na: b\n---\nc: d\n'],
  ['keys with colons and brackets', 'file:a/b(c@1):\n  d: e\nhttps://example.com/x: y\n/a@1(b@2)(c@3): {}\n'],
  ['lines of another system', 'a:\r\n  b: c\r\n  d: [e]\r\n\r\nf: g\r\n'],
  ['names that every object has', 'constructor: a\ntoString:\n  hasOwnProperty: b\n'],
  ['no end to the last line', 'a:\n  b: c'],
])('%s are what the library makes of them', (_, text) => {
  expect(plainly(readYaml(text))).toEqual(byLibrary(text))
})

test('__proto__ is a key', () => {
  const map = readYaml('__proto__:\n  a: b\nc: {__proto__: d}\n')
  expect(Object.keys(map)).toEqual(['__proto__', 'c'])
  expect(Object.getPrototypeOf(map)).toBe(Object.prototype)
  expect('a' in map).toBe(false)
})

test('what nobody asks for is passed over, at its level and in its sections only', () => {
  const ignore = { depth: 2, keys: new Set(['skip']), sections: new Set(['packages']) }
  const text =
    'packages:\n  a:\n    skip: &what ever\n      deeper: *x\n\n    keep: b\n    skip2:\n      skip: c\n  d:\n    skip:\n    - e\nother:\n  f:\n    skip: g\n'
  expect(readYaml(text, ignore)).toEqual({ packages: { a: { keep: 'b', skip2: { skip: 'c' } }, d: {} }, other: { f: { skip: 'g' } } })
})

test.each([
  ['anchors', 'a: &b c\n'],
  ['aliases', 'a: *b\n'],
  ['tags', 'a: !!str b\n'],
  ['merge keys', 'a:\n  <<: b\n'],
  ['the same key twice', 'a: b\nc: d\na: e\n'],
  ['tabs', 'a:\n\tb: c\n'],
  ['pairs in a line', 'a: b: c\n'],
  ['a line that is no pair', 'a: b\nc\nd: e\n'],
  ['what is indented at nothing', 'a: "b"\n   c: d\n'],
  ['quotes with something behind', "a: 'b' c\nd: e\n"],
  ['flow without commas', 'a: {b: c d: e}\nf: g\n'],
  ['unknown escapes', 'a: "\\q"\nb: c\n'],
])('%s are refused, with a line', (_, text) => {
  expect(() => readYaml(text)).toThrow(UnreadableLock)
  expect(() => readYaml(text)).toThrow(
    expect.objectContaining({ why: 'it is not written as its tool writes it', line: expect.any(Number) }),
  )
})

test.each([
  ['lists', '- '.repeat(100_000)],
  ['flow lists', `a: ${'['.repeat(100_000)}`],
  ['maps', Array.from({ length: 200 }, (_, n) => `${' '.repeat(n)}a:\n`).join('')],
])('%s in %s without end are refused', (_, text) => {
  expect(() => readYaml(text)).toThrow('it is nested too deep')
})

test('what is long takes no longer than its length', () => {
  const started = performance.now()
  for (const text of [
    "'".repeat(2e6),
    '"\\'.repeat(1e6),
    `a: b\n${'  c\n'.repeat(2e5)}`,
    `a: "b\n${'  c\n'.repeat(2e5)}"\n`,
    '- a\n'.repeat(2e5),
    ' '.repeat(2e6),
    `a: [${','.repeat(2e6)}`,
  ])
    try {
      readYaml(text)
    } catch (error) {
      expect(error).toBeInstanceOf(UnreadableLock)
    }
  expect(performance.now() - started).toBeLessThan(20_000)
})
