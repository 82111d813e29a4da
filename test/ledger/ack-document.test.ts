import { expect, test } from 'vitest'
import { type AckDocument, documentText, parseDocument } from '../../src/ledger/ack-document.ts'
import { maskDocument, maskEvent } from '../../src/ledger/mask.ts'
import { makeMask } from '../../src/redact.ts'
import { stampAll } from '../support/ledger.ts'

const DOCUMENT: AckDocument = {
  ...{
    v: 1,
    ledger: 'a'.repeat(32),
    app: 'everflow',
    halt: 'b'.repeat(32),
    failed: null,
    commit: 'c'.repeat(40),
    good: 'v2 (6d766add4118)',
  },
  ...{
    cause: 'the retry',
    evidence: 'seen',
    evidenceRun: { command: 'make smoke', exit: 0 },
    next: 'mend it',
    paths: ['app/**'],
    outside: null,
  },
  ...{ nonce: 'd'.repeat(32), by: 'Ada (terminal, here)', issued: '2026-11-01T00:00:00.000Z', expires: '2026-11-01T00:15:00.000Z' },
}

test('a document comes back as it was written', () => {
  expect(parseDocument(documentText(DOCUMENT))).toEqual(DOCUMENT)
  const noScope = { ...DOCUMENT, paths: [], outside: 'the database was down' }
  expect(parseDocument(documentText(noScope))).toEqual(noScope)
})

test('who signs sees every character: nothing that a terminal obeys, turns round or hides', () => {
  const cause = 'a\u001b[2Jb\u009b2Jc\u202ed\u2066e\u200bf\u2028g\u{e0041}h é 日本'
  const text = documentText({ ...DOCUMENT, cause })
  expect(text).toMatch(/^[\n -~é日本]+$/)
  expect(parseDocument(text)?.cause).toBe(cause)
  expect(parseDocument(text.replace('\\u202e', '\u202e'))).toBeNull()
})

test.each<[string, (text: string) => string]>([
  ['another key', (text) => text.replace('"app"', '"also": 1,\n  "app"')],
  ['a key twice', (text) => text.replace('"app": "everflow"', '"app": "other",\n  "app": "everflow"')],
  ['another form', (text) => JSON.stringify(JSON.parse(text))],
  ['a nonce that is no id', (text) => text.replace('d'.repeat(32), 'drawn by hand')],
  ['no cause', (text) => text.replace('the retry', '')],
  ['no scope', (text) => text.replace(/\[\n {4}"app\/\*\*"\n {2}\]/, '[]')],
  ['an exit that is no number', (text) => text.replace('"exit": 0', '"exit": 1e-7')],
  ['a text too long to be read', (text) => text.replace('the retry', 'x'.repeat(4001))],
  ['nothing', () => ''],
  ['a list', () => '[]\n'],
  ['null', () => 'null\n'],
])('%s is no document', (_, change) => {
  const text = documentText(DOCUMENT)
  expect(change(text)).not.toBe(text)
  expect(parseDocument(change(text))).toBeNull()
})

test('what was signed is what the record holds, also where a text holds a secret and where an env value looks like the app', () => {
  const secret = ['s3cr3t', 'va/lue"with', 'quotes'].join('-')
  const mask = makeMask([secret, DOCUMENT.ledger, 'everflow', '2026-11-01T00:15:00.000Z'])
  const signed = documentText(maskDocument({ ...DOCUMENT, cause: `it was ${secret}` }, mask))
  expect(signed).not.toContain('s3cr3t')
  const [event] = stampAll([
    {
      ...{ type: 'halt.acknowledged', ack: DOCUMENT.nonce, halt: DOCUMENT.halt, failed: null, cause: 'x', evidence: '', evidenceRun: null },
      ...{ next: '', paths: ['**'], outside: null, level: 'signed', override: null },
      signature: { document: signed, armored: 'x', principal: 'ada', key: 'ssh-ed25519', touched: false },
    } as never,
  ])
  expect(maskEvent(event!, mask)).toMatchObject({ signature: { document: signed } })
})
