import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { FakeSlack } from '../../support/fake-slack.ts'
import { ask, channelTo, openRelayHouse, type RelayHouse } from '../../support/relay-house.ts'
import { until } from '../../support/started.ts'

const MAIN = '/services/alerts'
const OPS = '/services/ops'

const failed = (n: number): string => `error: order ${n} failed: HTTP 500`
const divertTo = (slack: FakeSlack) => [channelTo(slack, 'alerts', { audience: 'customer', quiet: 'divert', ops: `${slack.url}${OPS}` })]

const channelOf = async (house: RelayHouse): Promise<Record<string, unknown>> => (await house.admin('GET /v1/status')).json.channels![0]!

describe('a quiet window', () => {
  test('lets the first of a kind through, and answers ok to what it holds', async () => {
    const house = await openRelayHouse()
    await house.quiet()
    house.slack.answers({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok, the first' })
    expect(await house.post(failed(1))).toMatchObject({ status: 200, text: 'ok, the first' })
    const held = await house.post(failed(2))
    expect([held.status, held.headers['content-type'], held.text]).toEqual([200, 'text/html', 'ok'])
    await house.post('error: the disk is full')
    expect(house.slack.texts(MAIN)).toEqual([failed(1), 'error: the disk is full'])
    expect(await channelOf(house)).toMatchObject({ passed: 2, held: 1, kinds: 2, queue: 0, trouble: null })
  })

  test('of many at once of one kind exactly one goes out', async () => {
    const house = await openRelayHouse()
    await house.quiet()
    house.slack.answers({ status: 200, body: 'ok', afterMs: 100 })
    const told = await Promise.all(Array.from({ length: 50 }, (_, n) => house.post(failed(n))))
    expect(told.map(({ text }) => text)).toEqual(Array(50).fill('ok'))
    expect(house.slack.got).toHaveLength(1)
    expect((await house.entries()).filter(({ t }) => t === 'held')).toHaveLength(49)
  })

  test('knows a kind in JSON, in a form, packed and in another charset', async () => {
    const house = await openRelayHouse()
    await house.quiet()
    const json = (n: number) => JSON.stringify({ attachments: [{ title: failed(n), text: 'Müller' }] })
    const form = `payload=${encodeURIComponent(json(2))}`
    const ways: [string | Buffer, Record<string, string>][] = [
      [json(1), { 'content-type': 'application/json' }],
      [form, { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }],
      [json(3), { 'content-type': 'application/x-www-form-urlencoded' }],
      [gzipSync(json(4)), { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
      [Buffer.from(json(5), 'latin1'), { 'content-type': 'application/json; charset="ISO-8859-1"' }],
      [json(6), {}],
    ]
    for (const [body, headers] of ways) expect((await ask(house.hook(), 'POST', body, headers)).text).toBe('ok')
    expect(house.slack.got).toHaveLength(1)
    const held = (await house.entries()).filter((entry) => entry.t === 'held')
    expect(held.map(({ body }) => body)).toEqual([form, json(3), json(4), json(5), json(6)])
  })

  test.each([
    ['no JSON', '{"text":"error'],
    ['no object', '"error: failed"'],
    ['a list', '[{"text":"error: failed"}]'],
    ['no text', '{"channel":"#error"}'],
    ['a form without payload', 'text=error'],
    ['what unpacks to more than a body may be', gzipSync(`{"text":"error: ${'x'.repeat(300_000)}"}`)],
  ])('never holds %s: Slack says what it thinks of it', async (_, body) => {
    const house = await openRelayHouse()
    await house.quiet()
    house.slack.answers({ status: 400, body: 'invalid_payload' })
    const headers: Record<string, string> = typeof body === 'string' ? {} : { 'content-encoding': 'gzip' }
    for (let n = 0; n < 3; n++) expect((await ask(house.hook(), 'POST', body, headers)).text).toBe('invalid_payload')
    expect(house.slack.got.map(({ bytes }) => bytes)).toEqual(Array(3).fill(Buffer.from(body)))
    expect((await house.entries()).filter(({ t }) => t !== 'quiet')).toEqual([])
  })

  test('never holds what does not read like a failure, nor what must not be held', async () => {
    const never = [{ source: '<!channel>', test: (text: string) => text.includes('<!channel>') }]
    const house = await openRelayHouse({ channels: (slack) => [channelTo(slack, 'alerts', { never })] })
    await house.quiet()
    for (let n = 0; n < 3; n++) {
      await house.post(`Imported ${n} rows`)
      await house.post(`<!channel> error ${n}`)
    }
    expect(house.slack.got).toHaveLength(6)
  })

  test('is only of its app', async () => {
    const house = await openRelayHouse({ channels: (slack) => [channelTo(slack, 'alerts'), channelTo(slack, 'batch', { app: 'batch' })] })
    await house.quiet()
    for (let n = 0; n < 3; n++) await house.post(failed(n), 'batch')
    expect(house.slack.texts('/services/batch')).toHaveLength(3)
  })

  test('diverted: the first goes to ops, and so does what is told of the rest; the customer hears nothing', async () => {
    const house = await openRelayHouse({ channels: divertTo })
    await house.quiet()
    for (let n = 1; n <= 4; n++) expect((await house.post(failed(n))).text).toBe('ok')
    await house.post('Imported 12 rows')
    await house.admin('POST /v1/release', { app: 'web', by: 'a test' })
    await until(() => house.slack.texts(OPS).length === 2, 'the closing digest comes')
    expect(house.slack.texts(MAIN)).toEqual(['Imported 12 rows'])
    expect(house.slack.texts(OPS)[0]).toBe(failed(1))
    expect(house.slack.texts(OPS)[1]).toContain('4 messages in 1 kind: 1 shown here, 3 held')
  })
})

describe('the first of a kind that its channel', () => {
  test.each([
    ['limits', { status: 429, headers: { 'retry-after': '1' } }],
    ['cannot take', { status: 500, body: 'rollup_error' }],
    ['does not answer', 'hang'],
    ['breaks off', 'reset'],
    ['sends elsewhere', { status: 301, headers: { location: '/elsewhere' } }],
  ] as const)('%s is ours to deliver: ok, and once it can be it is there, once', async (_, answer) => {
    const house = await openRelayHouse({ forwardMs: 300 })
    await house.quiet()
    house.slack.answers(answer)
    expect(await house.post(failed(1))).toMatchObject({ status: 200, text: 'ok' })
    expect(await house.post(failed(2))).toMatchObject({ status: 200, text: 'ok' })
    expect(await channelOf(house)).toMatchObject({ queue: 1, held: 1 })
    const tried = house.slack.got.length
    house.slack.answers({ status: 200, body: 'ok' })
    await until(async () => (await channelOf(house)).queue === 0, 'it is delivered')
    expect(house.slack.got.slice(tried).map(({ text }) => text)).toEqual([failed(1)])
    expect(await channelOf(house)).toMatchObject({ trouble: null })
  })

  test.each([400, 403, 404, 410])('refuses with %i is refused, and the next one is tried', async (status) => {
    const house = await openRelayHouse()
    await house.quiet()
    house.slack.answers({ status, body: 'no' })
    expect(await house.post(failed(1))).toMatchObject({ status, text: 'no' })
    house.slack.answers({ status: 200, body: 'ok' })
    await house.post(failed(2))
    await house.post(failed(3))
    expect(house.slack.got.map(({ text }) => text)).toEqual([failed(1), failed(2)])
  })
})

describe('new kinds', () => {
  test('beyond the cap are held, and told as others', async () => {
    const house = await openRelayHouse({ policy: { newKinds: 2 } })
    await house.quiet()
    for (const what of ['disk', 'queue', 'cache', 'mail']) expect((await house.post(`error: the ${what} is gone`)).text).toBe('ok')
    expect(house.slack.got).toHaveLength(2)
    const held = (await house.entries()).filter((entry) => entry.t === 'held')
    expect(held.map(({ other }) => other)).toEqual([true, true])
  })
})
