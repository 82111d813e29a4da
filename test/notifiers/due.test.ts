import { describe, expect, test } from 'vitest'
import { type Book, type Entry, entryOf, heardAs, joined, NO_BOOK, noted, RECENT, type Story, UNHEARD } from '../../src/notifiers/book.ts'
import { answered, due, noticeOf } from '../../src/notifiers/due.ts'
import type { Happening, Told } from '../../src/notifiers/outlet.ts'
import { parseBook } from '../../src/notifiers/parse-book.ts'

const T0 = Date.parse('2026-11-28T12:00:00.000Z')
const iso = (ms: number): string => new Date(T0 + ms).toISOString()

const STORY: Story = {
  ...{ key: 'a1', since: iso(0), halt: 'a1', outcome: 'unhealthy', why: 'it was unhealthy', by: 'Ada (terminal)', serving: 'v2' },
  ...{ suspect: null, cause: null, ended: null, url: null, commit: null, failures: 1, rollbacks: 0, kind: 'unhealthy:x', ack: null },
}
const ENDED: Story = { ...STORY, halt: null, kind: 'ended', ended: { at: iso(9), how: 'rolled back', by: 'Ada', because: 'it broke' } }
const ALL: readonly Happening[] = ['opened', 'another', 'counted', 'acknowledged', 'renewed', 'ended']
const BOT = { id: 'bot', hears: ALL, idempotent: false }
const CHANNEL = { id: 'channel', hears: ['opened', 'another', 'ended'] as const, idempotent: false }
const ALERT = { id: 'alert', hears: ALL, idempotent: true }
const YES: Told = { ok: true, memory: { ts: '1' }, said: 'posted' }
const no = (retryMs: number | null = null): Told => ({ ok: false, why: 'it answered 500', retryMs, final: false })

const at = (book: Book, key = 'a1'): Entry => {
  const entry = entryOf(book, key)
  if (!entry) throw new Error('no entry')
  return entry
}
const ask = (book: Book, outlet: typeof BOT | typeof CHANNEL, ms = 1000, fresh = false, by = 'me') =>
  due(at(book), outlet, T0 + ms, { by, fresh })
const tell = (book: Book, id: string, told: Told, ms = 1000, { by, saw } = { by: 'me', saw: book }): Book =>
  heardAs(book, 'a1', id, (heard) => answered(heard, at(saw), told, { at: iso(ms), by }))
const opened = (...ids: string[]): Book => ids.reduce((book, id) => tell(book, id, YES), noted(NO_BOOK, STORY, []))

describe('what is due', () => {
  test('who never heard of an open incident hears that it opened, once', () => {
    const book = noted(NO_BOOK, STORY, [])
    expect(ask(book, BOT)).toBe('opened')
    expect(ask(tell(book, 'bot', YES), BOT)).toBeNull()
  })

  test('a counter is told to who hears of counters, and no one else', () => {
    const book = noted(opened('bot', 'channel'), { ...STORY, failures: 2 }, ['m1'])
    expect([ask(book, BOT), ask(book, CHANNEL)]).toEqual(['counted', null])
  })

  test('another kind of failure is a post; one that was told before is a count', () => {
    const other = noted(opened('bot', 'channel'), { ...STORY, failures: 2, kind: 'partial:y' }, [])
    expect([ask(other, BOT), ask(other, CHANNEL)]).toEqual(['another', 'another'])
    const back = noted(tell(other, 'channel', YES), { ...STORY, failures: 3 }, [])
    expect(ask(back, CHANNEL)).toBeNull()
  })

  test('an acknowledgement, and a renewal once a minute', () => {
    expect(ask(noted(opened('bot'), { ...STORY, ack: 'k' }, []), BOT)).toBe('acknowledged')
    expect(ask(opened('alert'), ALERT, 30_000)).toBeNull()
    expect(ask(opened('alert'), ALERT, 61_000)).toBe('renewed')
  })

  test('an end is told to who heard of it, to who was down, and to who is told by the command that ended it', () => {
    expect(ask(noted(opened('bot'), ENDED, []), BOT)).toBe('ended')
    expect(ask(noted(tell(noted(NO_BOOK, STORY, []), 'bot', no()), ENDED, []), BOT)).toBe('ended')
    expect(ask(noted(NO_BOOK, ENDED, []), BOT)).toBeNull()
    expect(ask(noted(NO_BOOK, ENDED, []), BOT, 1000, true)).toBe('ended')
    expect(ask(tell(noted(opened('bot'), ENDED, []), 'bot', YES), BOT)).toBeNull()
  })

  test('what another machine is telling is left to it for 30 s; edits and what makes no second object need no leave', () => {
    const book = noted(NO_BOOK, STORY, [])
    const claim = (id: string) => heardAs(book, 'a1', id, () => ({ ...UNHEARD, claim: { by: 'other', at: iso(0) } }))
    expect(ask(claim('bot'), BOT)).toBeNull()
    expect(ask(claim('bot'), BOT, 31_000)).toBe('opened')
    expect(ask(claim('bot'), BOT, 1000, false, 'other')).toBe('opened')
    expect(ask(claim('alert'), ALERT)).toBe('opened')
  })

  test('an answer that comes after another machine told more takes back nothing of it', () => {
    const acked = noted(opened('bot'), { ...STORY, ack: 'k' }, [])
    const late = { by: 'slow', saw: opened('bot') }
    expect(ask(tell(tell(acked, 'bot', YES), 'bot', YES, 2000, late), BOT), 'acknowledged once').toBeNull()
    const over = tell(noted(acked, ENDED, []), 'bot', { ...YES, memory: { ts: '1', end: '2' } })
    const after = tell(over, 'bot', YES, 2000, late)
    expect(ask(after, BOT), 'ended once').toBeNull()
    expect(at(after).outlets.bot?.memory).toEqual({ ts: '1', end: '2' })
    expect(at(tell(over, 'bot', no(), 2000, late)).outlets.bot?.missed, 'and nothing is missing').toBeNull()
    const claim = { by: 'other', at: iso(900) }
    const claimed = heardAs(noted(acked, ENDED, []), 'a1', 'bot', (heard) => ({ ...heard, claim }))
    for (const told of [YES, no()]) expect(at(tell(claimed, 'bot', told, 1000, late)).outlets.bot?.claim).toEqual(claim)
  })

  test('who was killed while telling may have told: the end is told', () => {
    const claimed = heardAs(noted(NO_BOOK, STORY, []), 'a1', 'bot', () => ({ ...UNHEARD, claim: { by: 'other', at: iso(0) } }))
    expect(ask(noted(claimed, ENDED, []), BOT, 31_000)).toBe('ended')
  })

  test('who asked to wait is not asked before', () => {
    const book = tell(noted(NO_BOOK, STORY, []), 'bot', no(20_000), 1000)
    expect(ask(book, BOT, 20_999)).toBeNull()
    expect(ask(book, BOT, 21_001)).toBe('opened')
  })

  test('failures are counted from the first; one that is taken ends them', () => {
    const twice = tell(tell(noted(NO_BOOK, STORY, []), 'bot', no(), 1000), 'bot', no(), 5000)
    expect(at(twice).outlets.bot?.missed).toMatchObject({ count: 2, first: iso(1000), last: iso(5000) })
    expect(at(tell(twice, 'bot', YES, 6000)).outlets.bot).toMatchObject({ missed: null, claim: null, memory: { ts: '1' } })
  })
})

describe('a book', () => {
  test('counts each refused attempt once, however often it is noted', () => {
    const once = noted(NO_BOOK, STORY, ['m1', 'm2'])
    expect(at(noted(once, STORY, ['m1', 'm2', 'm3'])).refused).toBe(3)
    const many = Array.from({ length: RECENT + 50 }, (_, i) => `x${i}`)
    expect(at(noted(once, STORY, many)).refused).toBe(RECENT + 52)
  })

  test('what stands is kept, however many others call themselves newer', () => {
    const newer = Array.from({ length: 9 }, (_, i): Story => ({ ...STORY, key: `n${i}`, since: iso(1e9 + i) }))
    const full = newer.reduce((book, story) => noted(book, story, []), NO_BOOK)
    const book = tell(noted(full, STORY, []), 'bot', YES)
    expect(book.incidents).toHaveLength(5)
    expect(ask(book, BOT)).toBeNull()
  })

  test('two copies together know what either knows; joining again changes nothing', () => {
    const shared = noted(opened('bot'), { ...STORY, failures: 3 }, ['m1'])
    const own = tell(noted(NO_BOOK, STORY, []), 'channel', YES, 4000)
    const both = joined(shared, own)
    expect(at(both)).toMatchObject({ refused: 1, story: { failures: 3 } })
    expect(Object.keys(at(both).outlets).sort()).toEqual(['bot', 'channel'])
    expect(joined(both, own)).toEqual(both)
    expect(at(joined(own, noted(opened('bot'), ENDED, []))).story.ended).not.toBeNull()
    const failed = tell(noted(NO_BOOK, STORY, []), 'bot', no(), 500)
    expect(at(joined(opened('bot'), failed)).outlets.bot?.missed).toBeNull()
  })

  test('is read back as it was written', () => {
    const book = tell(noted(opened('bot'), { ...STORY, ack: 'k', cause: 'c' }, ['m1']), 'channel', no(1000))
    expect(parseBook(JSON.stringify(book))).toEqual(book)
    const over = noted(book, ENDED, [])
    expect(parseBook(JSON.stringify(over))).toEqual(over)
  })

  test.each([
    ...['', 'null', '[]', '{', '{"incidents":{}}', '{"incidents":[null,1,{"story":{}}]}'],
    '{"incidents":[{"story":{"key":"k","since":"never"}}]}',
  ])('that is none is empty: %s', (text) => {
    expect(parseBook(text)).toEqual(NO_BOOK)
  })

  test('of others is taken as far as it fits, and bounded', () => {
    const outlets = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`o${i}`, { memory: { a: 'x'.repeat(5000), b: 1, c: 'ok' }, told: 7 }]),
    )
    const story = { ...STORY, why: 'w'.repeat(1e5), failures: -4, outcome: 'nonsense', ended: { at: iso(0), how: 'by magic' } }
    const incidents = Array.from({ length: 9 }, () => ({ story, outlets, refused: 1e99, recent: [1, 'm'] }))
    const book = parseBook(JSON.stringify({ incidents }))
    expect(book.incidents).toHaveLength(5)
    const [entry] = book.incidents
    expect(entry?.story).toMatchObject({ failures: 0, outcome: null, ended: null })
    expect(entry?.story.why.length).toBe(2000)
    expect(Object.keys(entry?.outlets ?? {})).toHaveLength(30)
    expect(entry?.outlets.o1).toEqual({ ...UNHEARD, memory: { c: 'ok' } })
    expect(entry).toMatchObject({ refused: 0, recent: ['m'] })
  })

  test('makes a notice that is complete by itself', () => {
    const about = { app: 'Everflow', happening: 'ended' as const, at: iso(9), atLeast: true, ways: [{ says: 's', type: 't' }] }
    expect(noticeOf(at(noted(NO_BOOK, ENDED, ['m'])), about)).toMatchObject({
      ...{ v: 1, incident: 'a1', halt: null, ways: [], test: false },
      counts: { failures: 1, refused: 1, rollbacks: 0, atLeast: true },
    })
  })
})
