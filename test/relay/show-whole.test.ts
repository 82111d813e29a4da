import { describe, expect, test } from 'vitest'
import type { RelayContext } from '../../src/commands/relay-each.ts'
import { relayShow } from '../../src/commands/relay-look.ts'
import type { Event } from '../../src/events.ts'
import type { MessageSaid } from '../../src/relay/answers.ts'
import type { RelayClient } from '../../src/relay/client.ts'
import { wholeText } from '../../src/relay/whole-text.ts'

const KIND = '3f9a1c2b77d0'
const AT = '2026-11-28T12:00:00.000Z'

/** Lines that `relay show` says of one message. */
const shown = async (message: Pick<MessageSaid, 'text' | 'body'>): Promise<string[]> => {
  const events: Event[] = []
  const page = { kind: KIND, mask: 'order <n> failed', messages: [{ id: '1', at: AT, channel: 'alerts', ...message }], next: null }
  const client: Partial<RelayClient> = { name: 'relay a', show: async () => page, textOf: wholeText }
  const context: RelayContext = {
    relays: [{ name: 'relay a', app: null, open: () => client as RelayClient }],
    app: null,
    by: async () => 'kim',
    retype: (...words) => words,
    now: Date.parse(AT),
    emit: (event) => void events.push(event),
  }
  expect(await relayShow(context, KIND)).toBe(0)
  return events.flatMap((event) => (event.type === 'report' ? event.lines : []))
}

describe('relay show', () => {
  const long = `order 1 failed: ${'x'.repeat(700)}\n  at the end`

  test('says all of a held message, not only the beginning that the relay made of it', async () => {
    const lines = await shown({ text: long.slice(0, 500), body: JSON.stringify({ text: long }) })
    expect(lines).toEqual([`12:00:00  alerts  ${long.split('\n')[0]}`, '            at the end'])
  })

  test('the same of a form, and of attachments', async () => {
    const form = `payload=${encodeURIComponent(JSON.stringify({ text: long }))}`
    expect((await shown({ text: long.slice(0, 500), body: form })).join('\n')).toContain('at the end')
    const attached = JSON.stringify({ text: 'order 1 failed', attachments: [{ title: 'trace', text: 'line 88' }] })
    expect((await shown({ text: 'order 1 failed\ntrace\nline 88', body: attached })).join('\n')).toContain('line 88')
  })

  test('the beginning where there is no more, or where the body says something else', async () => {
    expect(await shown({ text: 'order 1 failed', body: null })).toEqual(['12:00:00  alerts, passed on  order 1 failed'])
    expect(await shown({ text: 'order 1 failed', body: 'no JSON' })).toEqual(['12:00:00  alerts  order 1 failed'])
    expect(await shown({ text: 'order 1 failed', body: '{"text":"another"}' })).toEqual(['12:00:00  alerts  order 1 failed'])
  })
})
