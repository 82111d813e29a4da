import { describe, expect, it } from 'vitest'
import { history, historyOf } from '../../src/commands/history.ts'
import type { Draft } from '../../src/ledger/ledger.ts'
import { acknowledge, CREATED, end, hex, intend, refusalOf, stampAll } from '../support/ledger.ts'
import { listen } from './heard.ts'

const DRAFTS: Draft[] = [
  CREATED,
  intend(1),
  end(1, 'deployed'),
  intend(0x22, {
    findings: [
      {
        rule: 'uninvited-major',
        subject: 'redis',
        severity: 'ask',
        stage: 'read',
        fact: 'redis moved',
        answer: { by: 'accept', reason: 'read the notes', who: 'Ada' },
      },
    ],
  }),
  end(0x22, 'unhealthy', {
    tail: [{ text: 'password authentication failed', count: 41 }],
    suspects: [{ place: { file: 'app/settings.py', line: 12 }, text: 'env_file removed', because: 'credentials' }],
  }),
  acknowledge(3, hex(0x22)),
  { type: 'attempt.refused', command: 'deploy', code: 'HALTED', what: 'Halted' },
]

const newest = stampAll(DRAFTS).reverse()
const sources = (emit: ReturnType<typeof listen>['emit']) => ({
  events: async (limit: number) => newest.slice(0, limit),
  now: Date.parse('2026-03-01T12:00:00Z'),
  emit,
})

describe('history', () => {
  it('shows what was tried, newest first, each attempt once with how it ended', async () => {
    const heard = listen()
    expect(await history(sources(heard.emit), 20)).toBe(0)
    const { lines } = heard.last('report')
    expect(lines).toHaveLength(5)
    expect(lines[0]).toMatch(/refused .*HALTED/)
    expect(lines[1]).toContain('acknowledged')
    expect(lines[2]).toMatch(/deploy unhealthy .*reason 34.*it was unhealthy, Ada$/)
    expect(lines[3]).toMatch(/deploy deployed/)
  })

  it('carries the events as data', async () => {
    const heard = listen()
    await history(sources(heard.emit), 20)
    expect(heard.last('report').data).toContainEqual(
      expect.objectContaining({ type: 'deploy.intended', ended: expect.objectContaining({ outcome: 'unhealthy' }) }),
    )
  })

  it('says so when nothing is recorded', async () => {
    const heard = listen()
    await history({ events: async () => [], now: 0, emit: heard.emit }, 20)
    expect(heard.last('report').title).toBe('Nothing is recorded yet.')
  })
})

describe('history of one attempt', () => {
  it('tells all of it: candidate, findings with answers, evidence, the folded error, suspects', async () => {
    const heard = listen()
    const id = hex(0x22)
    await historyOf(sources(heard.emit), id.slice(0, 31))
    const text = heard.last('report').lines.join('\n')
    for (const part of ['reason 34', 'redis moved — accept by Ada: read the notes', '(41 times)', 'app/settings.py:12', 'fly deploy'])
      expect(text).toContain(part)
  })

  it('names what is there when the id fits none or several', async () => {
    const emit = listen().emit
    expect(await refusalOf(() => historyOf(sources(emit), 'zzz'))).toMatchObject({
      code: 'USAGE',
      next: [{ argv: ['safe-deploy', 'history'] }],
    })
    expect((await refusalOf(() => historyOf(sources(emit), '0000'))).what).toMatch(/begin with 0000/)
  })
})
