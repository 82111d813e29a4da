import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { kindOf } from '../../src/relay/kind.ts'
import { messageText } from '../../src/relay/message-text.ts'

const corpus: { kinds: Record<string, unknown[]>; apart: [string, string][] } = parse(
  readFileSync(join(import.meta.dirname, 'alerts.yml'), 'utf8'),
)
const alerts = Object.entries(corpus.kinds).flatMap(([kind, messages]) =>
  messages.map((message) => ({ kind, message, key: kindOf(message).key })),
)

/** Pairs of alerts: those that are one problem, those that were taken for one, and those that are both. */
const pairs = () => {
  const all = alerts.flatMap((one, i) =>
    alerts.slice(i + 1).map((other) => ({ same: one.kind === other.kind, taken: one.key === other.key })),
  )
  const count = (fits: (pair: (typeof all)[number]) => boolean): number => all.filter(fits).length
  return { same: count(({ same }) => same), taken: count(({ taken }) => taken), both: count(({ same, taken }) => same && taken) }
}

describe('kinds of alerts', () => {
  test('the corpus is as large as the bar asks', () => {
    expect(alerts.length).toBeGreaterThanOrEqual(200)
    expect(Object.keys(corpus.kinds).length).toBeGreaterThanOrEqual(40)
    expect(corpus.apart.length).toBeGreaterThanOrEqual(60)
  })

  test('what is taken for one problem is one, and nine of ten repeats are found', () => {
    const { same, taken, both } = pairs()
    expect(both / taken).toBeGreaterThanOrEqual(0.999)
    expect(both / same).toBeGreaterThanOrEqual(0.9)
  })

  test.each(corpus.apart)('%s | %s: two problems', (one, other) => expect(kindOf(one).key).not.toBe(kindOf(other).key))

  test('the mask says what was left out, and numbers that tell stay', () => {
    expect(kindOf('order 8123 of ada@example.com: HTTP 500 from 10.0.0.4:5432 after 231 ms').mask).toBe(
      'order <n> of <email>: HTTP 500 from <ip>:5432 after <n> ms',
    )
  })
})

describe('any text', () => {
  const long = (part: string): string => part.repeat(Math.ceil(262_144 / part.length)).slice(0, 262_144)
  const nasty: string[] = parse(readFileSync(join(import.meta.dirname, 'nasty.yml'), 'utf8'))

  test.each(nasty)('is looked at for its first 4,096 characters only, so that no message is long work: %j', (part) => {
    expect(kindOf(long(part)).key).toBe(kindOf(long(part).slice(0, 4_096)).key)
    expect(kindOf(long(part)).mask.length).toBeLessThanOrEqual(4 * 4_096)
  })

  test.each(nasty)('says no more than some thousand characters, whatever the body: %j', (part) => {
    expect(
      messageText({ text: long(part), blocks: Array.from({ length: 500 }, (_, i) => ({ text: `${i}${long(part)}` })) }).length,
    ).toBeLessThan(17_000)
  })
})

describe('what a message says', () => {
  test('text, blocks and attachments count, and what is said twice counts once', () => {
    const text = { type: 'plain_text', text: 'Pipeline failed' }
    const message = {
      text: 'Pipeline failed',
      blocks: [
        { type: 'header', text },
        { type: 'section', fields: [{ type: 'mrkdwn', text: 'run 8123' }] },
      ],
      attachments: [{ title: 'everflow', text: 'timeout', fields: [{ title: 'Region', value: 'fra' }] }],
    }
    expect(messageText(message)).toBe('Pipeline failed\nrun 8123\neverflow\ntimeout\nRegion\nfra')
  })

  test('anything that is no message says nothing, however deep it is', () => {
    const deep = Array.from({ length: 50_000 }).reduce<unknown>((held) => ({ blocks: [held] }), { text: 'far down' })
    expect([null, 7, [], {}, { text: 5 }, deep].map(messageText)).toEqual(['', '', '', '', '', ''])
  })

  test('of a long trace the end counts as much as the beginning', () => {
    const trace = (last: string): string => `Traceback\n${'  File "a.py", line 1\n'.repeat(60)}${last}`
    expect(kindOf(trace('KeyError: user_id')).key).not.toBe(kindOf(trace('KeyError: order_id')).key)
    expect(kindOf(trace('timeout after 31 ms')).key).toBe(kindOf(trace('timeout after 77 ms')).key)
  })
})

test('what a table block says counts', () => {
  const table = (cell: string) => ({ text: 'Nightly checks', blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: cell }]] }] })
  expect(messageText(table('postgres refused'))).toContain('postgres refused')
  expect(kindOf(table('postgres refused')).key).not.toBe(kindOf(table('redis refused')).key)
})
