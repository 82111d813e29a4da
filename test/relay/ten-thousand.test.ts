import { Agent, request } from 'node:http'
import { expect, test } from 'vitest'
import { type RelayProcess, startRelay } from '../support/open-relay.ts'
import { until } from '../support/started.ts'

const MESSAGES = 10_000
const AT_ONCE = 32

/** Five problems, each said in words that differ in what does not matter. */
const KINDS: readonly ((n: number) => string)[] = [
  (n) => `Pipeline failed: everflow - password authentication failed for user "everflow" (run ${n})`,
  (n) => `error: request ${(n * 7919).toString(16).padStart(12, '0')}a1 failed: HTTP 503 after ${n} ms`,
  (n) => `Connection refused: redis.internal:6379, next try in ${n} ms`,
  (n) => `KeyError: 'user_id' in job ${n} failed`,
  (n) => `job ${n} failed: exit code 137 after ${n} s`,
]

const post = (agent: Agent, url: string, text: string): Promise<string> =>
  new Promise((done, fail) => {
    const sent = request(url, { agent, method: 'POST', headers: { 'content-type': 'application/json' } }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => done(`${answer.statusCode} ${Buffer.concat(parts)}`))
    })
    sent.on('error', fail)
    sent.end(JSON.stringify({ text }))
  })

/** Posts them all, so many at once; what came back, and how often. */
const storm = async ({ webhook }: RelayProcess): Promise<Map<string, number>> => {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const answers = new Map<string, number>()
  const next = { n: 0 }
  const sender = async (): Promise<void> => {
    for (let n = next.n++; n < MESSAGES; n = next.n++) {
      const answer = await post(agent, webhook, KINDS[n % KINDS.length]?.(n) ?? '')
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sender))
  agent.destroy()
  return answers
}

/** How many messages a digest tells of, as a person reads it. */
const toldIn = (text: string): number =>
  [...text.matchAll(/^• \*([\d,]+)×\*/gm)].reduce((sum, [, n = '']) => sum + Number(n.replaceAll(',', '')), 0)

test('a storm of 10,000 messages of 5 kinds is at most 8 posts, and they tell of exactly 10,000', async () => {
  const relay = await startRelay({ digests: ['1s', '5m'] })
  await relay.quiet()
  expect([...(await storm(relay))]).toEqual([['200 ok', MESSAGES]])
  await until(() => relay.texts().some((text) => toldIn(text) > 0), 'the spaced digest')
  await relay.release()
  await until(() => relay.texts().some((text) => text.includes('is no longer quiet')), 'the closing digest')
  const texts = relay.texts()
  const firsts = texts.filter((text) => toldIn(text) === 0)
  const [closing = '', ...spaced] = texts.filter((text) => toldIn(text) > 0).reverse()
  expect(texts.length).toBeLessThanOrEqual(8)
  expect(firsts).toHaveLength(KINDS.length)
  // The last one tells of all that was held, also of what those before it told.
  expect(toldIn(closing) + firsts.length).toBe(MESSAGES)
  expect(closing).toContain('10,000 messages in 5 kinds: 5 shown, 9,995 held.')
  expect(spaced.map(toldIn).reduce((sum, n) => sum + n, 0)).toBeLessThan(MESSAGES)
  expect(await relay.stop()).toBe(0)
})
