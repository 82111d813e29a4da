import { expect, test } from 'vitest'
import type { Forwarded } from '../../src/ports-relay.ts'
import { makeDelivery } from '../../src/relay/deliver.ts'
import type { Post } from '../../src/relay/entry.ts'
import type { Channel } from '../../src/relay/policy.ts'

const channel: Channel = {
  name: 'alerts',
  app: 'web',
  token: 'a token',
  to: 'https://hooks.example/main',
  ops: 'https://hooks.example/ops',
  audience: 'ops',
  quiet: 'hold',
  holds: () => true,
  never: [],
  overrides: [],
}

const post = (n: number, to: Post['to'] = 'main'): Post => ({
  t: 'post',
  at: 0,
  id: String(n),
  channel: 'alerts',
  to,
  what: 'digest',
  body: `{"text":"${n}"}`,
  type: 'application/json',
  covers: {},
})

const answer = (status: number, headers: Record<string, string> = {}): Forwarded => ({ ok: true, status, headers, body: Buffer.alloc(0) })

/** Delivers in simulated time, until nothing is left or `tries` were made. Returns `id at seconds to`. */
const play = async (posts: Post[], answers: (n: number, seconds: number) => Forwarded, tries = 50): Promise<string[]> => {
  const [time, sent, left] = [{ now: 0 }, [] as string[], [...posts]]
  const over = { yet: (): void => {} }
  const ended = new Promise<void>((done) => {
    over.yet = done
  })
  const delivery = makeDelivery({
    world: {
      policy: { channels: [channel] },
      clock: { now: () => time.now, settle: () => {} },
      running: () => time.now,
      sleep: async (ms) => {
        time.now += ms
      },
      random: () => 1,
      note: () => {},
      forwarder: {
        post: async (url, { body }) => {
          sent.push(`${JSON.parse(body.toString()).text} at ${time.now / 1000}${url === channel.ops ? ' ops' : ''}`)
          if (sent.length >= tries) over.yet()
          return answers(sent.length, time.now / 1000)
        },
        close: () => {},
      },
    },
    waiting: () => left,
    write: async (entry) => {
      if (entry.t !== 'posted') throw new Error('only posted is written')
      left.splice(
        left.findIndex(({ id }) => id === entry.id),
        1,
      )
      if (left.length === 0) over.yet()
      return true
    },
  })
  delivery.poke()
  await ended
  await delivery.stop()
  return sent
}

test('one a second, oldest first', async () => {
  expect(await play([post(1), post(2), post(3)], () => answer(200))).toEqual(['1 at 0', '2 at 1', '3 at 2'])
})

test('429 waits as long as it says, to the second', async () => {
  const limited = (n: number) => (n === 1 ? answer(429, { 'retry-after': '37' }) : answer(200))
  expect(await play([post(1), post(2)], limited)).toEqual(['1 at 0', '1 at 37', '2 at 38'])
})

test('429 may say it as a date', async () => {
  const when = { date: 'Sat, 28 Nov 2026 12:00:00 GMT', 'retry-after': 'Sat, 28 Nov 2026 12:01:30 GMT' }
  expect(await play([post(1)], (n) => (n === 1 ? answer(429, when) : answer(200)))).toEqual(['1 at 0', '1 at 90'])
})

test('no answer, 5xx, redirects and a 429 that says nothing wait longer each time, a minute at most', async () => {
  const bad = [answer(500), answer(302), answer(429), { ok: false, why: 'ECONNREFUSED', timeout: false } as const]
  const told = await play([post(1)], (n) => bad[n % 4]!, 10)
  expect(told.map((line) => Number(line.split(' ')[2]))).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243])
})

test('ten bad minutes lose nothing: afterwards all comes, one a second', async () => {
  const posts = Array.from({ length: 20 }, (_, n) => post(n + 1))
  const told = await play(posts, (_, seconds) => (seconds < 600 ? answer(503) : answer(200)))
  const after = told.filter((line) => Number(line.split(' ')[2]) >= 600).map((line) => line.split(' ').map(Number))
  expect(after.map(([id]) => id)).toEqual(posts.map(({ id }) => Number(id)))
  after.slice(1).forEach(([, , at], n) => {
    expect(at! - after[n]![2]!).toBe(1)
  })
})

test.each([400, 403, 404, 410])('%i ends one, and the next one goes', async (status) => {
  expect(await play([post(1), post(2)], (n) => answer(n === 1 ? status : 200))).toEqual(['1 at 0', '2 at 1'])
})
