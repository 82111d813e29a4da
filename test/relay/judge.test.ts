import { describe, expect, test } from 'vitest'
import { due, flushNow, nextDue } from '../../src/relay/due.ts'
import type { First, Held } from '../../src/relay/entry.ts'
import { judge } from '../../src/relay/judge.ts'
import { kindOfMessage } from '../../src/relay/kind-of-message.ts'
import type { Channel } from '../../src/relay/policy.ts'
import { apply, freeze, undo } from '../../src/relay/state.ts'
import { channelOf, MINUTE, play, policyOf, START, toldIn } from './play.ts'

const pattern = (source: string) => ({ source, test: (text: string) => new RegExp(source).test(text) })
const quietPlay = (channel: Partial<Channel> = {}) => {
  const relay = play(policyOf([channelOf(channel)]))
  relay.quiet()
  return relay
}
const name = (i: number): string => [...String(i)].map((digit) => 'abcdefghij'[Number(digit)]).join('')
const failed = (i: number): string => `job x${name(i)} failed`

describe('in a quiet window', () => {
  test('the first of a kind goes out, its repeats are held, and what is no failure goes on as ever', () => {
    const relay = quietPlay()
    expect(
      ['job aa failed in 3 s', 'job aa failed in 4 s', 'job bb failed in 4 s', '12 rows loaded'].map((text) => relay.say(text)),
    ).toEqual(['pass', 'hold', 'pass', 'forward'])
  })

  test('a text that is never to be held is forwarded, by a pattern of the channel or an override', () => {
    const by = quietPlay({ never: [pattern('<!channel>')] })
    expect([by.say('<!channel> failed'), by.say('<!channel> failed')]).toEqual(['forward', 'forward'])
    const over = quietPlay({ overrides: [{ never: pattern('^nightly') }, { merge: pattern('nightly'), as: 'nightly' }] })
    expect([over.say('nightly failed'), over.say('nightly failed'), over.say('the nightly failed')]).toEqual(['forward', 'forward', 'pass'])
  })

  test('what one channel has seen is new in another', () => {
    const other = channelOf({ name: 'other' })
    const relay = play(policyOf([channelOf(), other]))
    relay.quiet()
    expect([relay.say(failed(1)), relay.say(failed(1), 200, other), relay.say(failed(1), 200, other)]).toEqual(['pass', 'pass', 'hold'])
  })
})

describe('a first', () => {
  test.each([400, 403, 404, 410])('that its channel refuses with %i leaves the kind unseen and counts nowhere', (status) => {
    const relay = quietPlay()
    const before = freeze(relay.state)
    relay.say(failed(1), status)
    expect(freeze(relay.state)).toEqual({ ...(before as object), windows: expect.anything() })
    expect(relay.state.windows.get('everflow')!.channels.get('reports')).toMatchObject({ kinds: new Map(), firsts: [] })
    expect(relay.say(failed(1))).toBe('pass')
  })

  test.each([429, 500, null])('that gets %s is delivered later, and its repeats are held meanwhile', (status) => {
    const relay = quietPlay()
    relay.say(failed(1), status)
    expect(relay.say(failed(1))).toBe('hold')
    const { id, channel, kind } = relay.journal.find((entry) => entry.t === 'first')!
    relay.write([
      {
        t: 'post',
        at: START,
        id,
        app: 'everflow',
        channel,
        to: 'main',
        what: 'message',
        body: '{"text":"x"}',
        type: '',
        covers: { [kind]: 1 },
      },
    ])
    expect(relay.state.flights.size).toBe(0)
    relay.restart()
    relay.deliver()
    expect(relay.shown.map(({ what }) => what)).toEqual(['message'])
    expect(relay.say(failed(1))).toBe('hold')
  })

  test('that can never be delivered counts as held, and the next one tries again', () => {
    const relay = quietPlay()
    relay.say(failed(1), 500)
    const { id, channel, kind } = relay.journal.find((entry) => entry.t === 'first')!
    const post = {
      t: 'post',
      at: START,
      id,
      app: 'everflow',
      channel,
      to: 'main',
      what: 'message',
      body: 'b',
      type: '',
      covers: { [kind]: 1 },
    } as const
    relay.write([post, { t: 'posted', at: START, id, status: 410 }])
    expect(relay.state.windows.get('everflow')!.channels.get('reports')!.kinds.get(kind)).toMatchObject({ all: 1, passed: 0, pending: 1 })
    expect(relay.say(failed(1))).toBe('pass')
  })

  test('that was on its way when the relay died counts as unseen, and what was held behind it stays held', () => {
    const relay = quietPlay()
    relay.say(failed(1), 'dies')
    relay.say(failed(1))
    relay.restart()
    expect(relay.say(failed(1))).toBe('pass')
    expect(relay.say(failed(1))).toBe('hold')
    relay.restart()
    expect(relay.say(failed(1))).toBe('hold')
    relay.release(null)
    expect(relay.shown.at(-1)?.text).toContain('4 messages in 1 kind: 1 shown, 3 held.')
  })
})

describe('more new kinds than may pass in a minute', () => {
  test('are held, told within a minute, and known from then on', () => {
    const relay = quietPlay()
    const acts = Array.from({ length: 12 }, (_, i) => relay.say(failed(i)))
    expect(acts).toEqual([...Array(5).fill('pass'), ...Array(7).fill('hold')])
    expect(nextDue(relay.state, policyOf([channelOf()]))).toBe(START + MINUTE)
    relay.until(START + MINUTE)
    expect(relay.shown.at(-1)).toMatchObject({ at: START + MINUTE, what: 'others' })
    expect(relay.shown.at(-1)!.text).toContain('7 messages in 7 kinds beyond')
    expect(relay.say(failed(11))).toBe('hold')
    expect(relay.say(failed(12))).toBe('pass')
    relay.until(START + 3 * MINUTE)
    expect(relay.shown.filter(({ what }) => what === 'others')).toHaveLength(1)
  })

  test('an ordinary digest tells of them too, and then nobody does again', () => {
    const relay = quietPlay()
    for (let i = 0; i < 8; i++) relay.say(failed(i))
    relay.write(flushNow(relay.state, policyOf([channelOf()]), START, null))
    relay.deliver()
    relay.until(START + 10 * MINUTE)
    expect(relay.shown.filter(({ what }) => what !== 'message').map(({ what }) => what)).toEqual(['digest'])
  })

  test('are held too when megabytes wait to be delivered, so that an outage costs disk and not memory', () => {
    const relay = quietPlay()
    relay.outage()
    const body = JSON.stringify({ text: 'x'.repeat(250_000) })
    let acts = ''
    for (let i = 0; i < 40; i++) {
      relay.until(START + i * MINUTE)
      const act = relay.say(failed(i), 500)
      acts += act === 'pass' ? 'p' : 'h'
      const last = relay.journal.findLast((entry) => entry.t === 'first')!
      if (act === 'pass')
        relay.write([
          {
            t: 'post',
            at: relay.now(),
            id: last.id,
            app: 'everflow',
            channel: 'reports',
            to: 'main',
            what: 'message',
            body,
            type: '',
            covers: {},
          },
        ])
    }
    expect(acts).toMatch(/^p{16,17}h+$/)
  })

  test('never wait longer than a minute, whenever they come', () => {
    const relay = quietPlay()
    for (let i = 0; i < 300; i++) {
      relay.until(START + i * 3_100)
      relay.say(failed(i))
    }
    relay.release(null)
    const held = relay.journal.filter((entry): entry is Held => entry.t === 'held' && entry.other === true)
    const told = relay.journal.flatMap((entry) => (entry.t === 'post' ? [entry] : []))
    for (const { kind, at } of held) expect(told.find(({ covers }) => kind in covers)!.at - at).toBeLessThanOrEqual(MINUTE)
    expect(toldIn(relay.journal)).toBe(300)
  })

  test('beyond ten thousand kinds the rest is one kind, and nothing is lost from the counts', () => {
    const relay = quietPlay()
    for (let i = 0; i < 10_500; i++) relay.say(failed(i))
    const { kinds } = relay.state.windows.get('everflow')!.channels.get('reports')!
    expect(kinds.size).toBe(10_001)
    expect(kinds.get('other')).toMatchObject({ all: 500 })
    expect(relay.say(failed(3))).toBe('hold')
    relay.release(null)
    expect(toldIn(relay.journal)).toBe(10_501)
  })
})

describe('an entry that could not be written down', () => {
  const judged = (relay: ReturnType<typeof quietPlay>, text: string, id: string): First | Held => {
    const channel = channelOf()
    const one = judge(
      relay.state,
      policyOf([channel]),
      channel,
      { id, text, kind: kindOfMessage(text, channel), body: text, type: '' },
      START + 7,
    )
    if (one.act === 'forward') throw new Error('forwarded')
    apply(relay.state, one.entry)
    return one.entry
  }

  test('is taken back, as if it had never been', () => {
    const relay = quietPlay()
    for (let i = 0; i < 6; i++) relay.say(failed(i))
    for (const text of [failed(90), failed(0), failed(91)]) {
      const before = structuredClone(relay.state)
      undo(relay.state, judged(relay, text, `u-${text}`))
      const { last } = before.windows.get('everflow')!.channels.get('reports')!.kinds.values().next().value!
      for (const tally of relay.state.windows.get('everflow')!.channels.get('reports')!.kinds.values()) tally.last = last
      expect(relay.state).toEqual(before)
    }
  })

  test('after a digest told of it, the next digests owe one less and the sum stays true', () => {
    const relay = quietPlay()
    const policy = policyOf([channelOf()])
    relay.say(failed(0))
    relay.say(failed(0))
    const lost = judged(relay, failed(0), 'lost')
    relay.write(flushNow(relay.state, policy, START + 8, null))
    undo(relay.state, lost)
    expect(flushNow(relay.state, policy, START + 9, null)).toEqual([])
    expect(due(relay.state, policy, START + 30 * MINUTE)).toEqual([])
    relay.deliver()
    relay.say(failed(0))
    relay.say(failed(0))
    relay.release(null)
    expect(toldIn(relay.journal)).toBe(4)
    expect(relay.shown.at(-1)?.text).toContain('4 messages in 1 kind: 1 shown, 3 held.')
  })
})
