import { describe, expect, test } from 'vitest'
import { type Book, NO_BOOK, noted, type Story } from '../../src/notifiers/book.ts'
import type { Notice } from '../../src/notifiers/outlet.ts'
import { parseBook } from '../../src/notifiers/parse-book.ts'
import { type Telling, tellNotices } from '../../src/tell-notices.ts'

const NOW = Date.parse('2026-11-28T12:00:00.000Z')
const past = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString()

const STORY: Story = {
  ...{ key: 'a1', since: past(60), halt: 'a1', outcome: 'unhealthy', why: 'it was unhealthy', by: 'Ada (terminal)', serving: 'v2' },
  ...{ suspect: null, cause: null, ended: null, url: null, commit: null, failures: 1, rollbacks: 0, kind: 'unhealthy:x', ack: null },
}
const over = (key: string, minutes: number): Story => ({
  ...{ ...STORY, key, since: past(minutes + 5), halt: null, kind: 'ended' },
  ended: { at: past(minutes), how: 'rolled back', by: 'Ada', because: 'it broke' },
})

/** A machine with what it keeps, a book that all share, and one outlet. */
const machine = (shared: { text: string | null }, own: Book = NO_BOOK) => {
  const got: Notice[] = []
  const at = { own, asked: 0 }
  const tell = (how: Partial<Telling>) =>
    tellNotices({
      ...{ app: 'everflow', open: null, ended: null, asOf: past(1), opened: false, fresh: false, unable: [], ways: [] },
      outlets: [
        {
          id: 'hook',
          hears: ['opened', 'ended'],
          idempotent: false,
          tell: async (notice) => {
            got.push(notice)
            return { ok: true, memory: {}, said: 'ok' }
          },
        },
      ],
      kept: {
        read: async () => at.own,
        write: async (book) => {
          at.own = book
        },
        refused: async () => [],
        refuse: async () => undefined,
        forget: async () => undefined,
      },
      shared: {
        change: async (change) => {
          at.asked += 1
          shared.text = change(shared.text) ?? shared.text
          return { kind: 'at', text: shared.text }
        },
      },
      clock: { now: () => NOW, sleep: (_, signal) => new Promise((done) => signal?.addEventListener('abort', () => done())) },
      mask: (notice) => notice,
      ...how,
    })
  return { at, tell, happenings: () => got.splice(0).map(({ incident, happening }) => `${incident} ${happening}`) }
}

describe('an incident whose end nobody saw', () => {
  test('is over once the ledger is surely newer and knows nothing of it; that is told once', async () => {
    const shared = { text: null }
    const one = machine(shared)
    await one.tell({ open: STORY })
    expect(one.happenings()).toEqual(['a1 opened'])
    await one.tell({ asOf: null })
    await one.tell({ asOf: past(50) })
    await one.tell({ asOf: past(70) })
    expect(one.happenings(), 'what was read may be older than the halt').toEqual([])
    await one.tell({ ended: over('b2', 1) })
    expect(one.happenings()).toEqual(['a1 ended'])
    expect(parseBook(shared.text).incidents.find(({ story }) => story.key === 'a1')?.story.ended?.how).toBe('not known')
    await one.tell({ ended: over('b2', 1) })
    await machine(shared).tell({ ended: over('b2', 1) })
    expect(one.happenings()).toEqual([])
  })

  test('is told by a new clone, days later', async () => {
    const shared = { text: null }
    await machine(shared).tell({ open: { ...STORY, since: past(3 * 1440) } })
    const job = machine(shared)
    await job.tell({ ended: over('a1', 2 * 1440) })
    expect(job.happenings()).toEqual(['a1 ended'])
    await job.tell({ ended: over('a1', 2 * 1440) })
    expect(job.at.asked, 'then it knows').toBe(2)
  })

  test('that stands is left alone', async () => {
    const own = noted(NO_BOOK, STORY, [])
    const one = machine({ text: null }, own)
    await one.tell({ open: STORY })
    await one.tell({ open: STORY, ended: over('z0', 90) })
    expect(one.happenings()).toEqual(['a1 opened'])
  })
})
