import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Answer } from '../../support/fake-slack.ts'
import { ask, channelTo, openRelayHouse } from '../../support/relay-house.ts'

const LIMITED = '{"retry_after":30,"ok":false,"error":"rate_limited"}'

describe('while nothing is quiet', () => {
  test.each<[string, Exclude<Answer, string>]>([
    ['ok', { status: 200, headers: { 'content-type': 'text/html' }, body: 'ok' }],
    ['400', { status: 400, headers: { 'content-type': 'text/plain' }, body: 'invalid_payload' }],
    ['403', { status: 403, headers: { 'content-type': 'text/html; charset=utf-8' }, body: 'invalid_token' }],
    ['404', { status: 404, body: 'no_service' }],
    ['410', { status: 410, headers: { 'content-type': 'text/html' }, body: 'channel_is_archived' }],
    ['429 with when to come back', { status: 429, headers: { 'content-type': 'application/json', 'retry-after': '30' }, body: LIMITED }],
    ['500', { status: 500, headers: { 'content-type': 'text/html' }, body: 'rollup_error' }],
    ['503 without a body', { status: 503 }],
    [
      'bytes that are no text',
      { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from([0, 255, 254, 10, 13]) },
    ],
    ['a slow one', { status: 200, body: 'ok', afterMs: 300 }],
  ])('what Slack answers is what its sender gets: %s', async (_, answer) => {
    const house = await openRelayHouse()
    house.slack.answers(answer)
    const told = await house.post('hello')
    expect(told.status).toBe(answer.status)
    expect(told.headers['content-type']).toBe(answer.headers?.['content-type'])
    expect(told.headers['retry-after']).toBe(answer.headers?.['retry-after'])
    expect(told.bytes).toEqual(Buffer.from(answer.body ?? ''))
  })

  test.each<[string, Buffer, Record<string, string>]>([
    ['JSON', Buffer.from('{"text":"hello"}'), { 'content-type': 'application/json' }],
    ['JSON with a charset', Buffer.from('{"text":"h\u00e9llo"}', 'latin1'), { 'content-type': 'application/json; charset=iso-8859-1' }],
    ['a form', Buffer.from('payload=%7B%22text%22%3A%22hello%22%7D'), { 'content-type': 'application/x-www-form-urlencoded' }],
    ['packed', gzipSync('{"text":"hello"}'), { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
    ['no JSON', Buffer.from('{"text":'), { 'content-type': 'application/json' }],
    ['nothing', Buffer.alloc(0), {}],
  ])('what is posted is what Slack gets: %s', async (_, body, headers) => {
    const house = await openRelayHouse()
    await ask(house.hook(), 'POST', body, headers)
    const [got] = house.slack.got
    expect(got?.path).toBe('/services/alerts')
    expect(got?.bytes).toEqual(body)
    expect(got?.headers['content-type']).toBe(headers['content-type'])
    expect(got?.headers['content-encoding']).toBe(headers['content-encoding'])
    expect(got?.headers.authorization).toBeUndefined()
  })

  test('nothing is written to disk', async () => {
    const house = await openRelayHouse()
    const before = house.journal.stats().bytes
    await house.post('error: the worker is gone')
    expect(house.journal.stats().bytes).toBe(before)
    expect(await house.entries()).toEqual([])
  })

  test('a redirect is not followed, and never handed on', async () => {
    const house = await openRelayHouse()
    house.slack.answers({ status: 302, headers: { location: `${house.slack.url}/elsewhere` } })
    const told = await house.post('hello')
    expect([told.status, told.text]).toEqual([502, 'The webhook answered with a redirect (302), which the relay does not follow.'])
    expect(told.headers.location).toBeUndefined()
    expect(house.slack.got).toHaveLength(1)
  })

  test('a Slack that hangs is a 504', async () => {
    const house = await openRelayHouse({ forwardMs: 300 })
    house.slack.answers('hang')
    const told = await house.post('hello')
    expect([told.status, told.text]).toEqual([504, 'The relay got no answer from the webhook: no answer within 0.3 s.'])
  })

  test('a Slack that breaks off is a 502, and nobody is there one too', async () => {
    const house = await openRelayHouse()
    house.slack.answers('reset')
    expect(await house.post('hello')).toMatchObject({ status: 502, text: 'The relay got no answer from the webhook: ECONNRESET.' })
    await house.slack.close()
    expect(await house.post('hello')).toMatchObject({ status: 502, text: 'The relay got no answer from the webhook: ECONNREFUSED.' })
  })

  test('a connection that Slack closed meanwhile costs no message, and none goes twice', async () => {
    const house = await openRelayHouse()
    for (const n of [1, 2, 3]) {
      house.slack.answers({ status: 200, headers: { connection: n === 2 ? 'close' : 'keep-alive' }, body: 'ok' })
      expect((await house.post(`hello ${n}`)).status).toBe(200)
    }
    expect(house.slack.texts('/services/alerts')).toEqual(['hello 1', 'hello 2', 'hello 3'])
  })

  test('connections to Slack are kept', async () => {
    const house = await openRelayHouse()
    for (let n = 0; n < 20; n++) await house.post(`hello ${n}`)
    expect(house.slack.connections()).toBe(1)
  })

  test('each channel has its own webhook; what the path says before the token does not matter', async () => {
    const house = await openRelayHouse({ channels: (slack) => [channelTo(slack, 'alerts'), channelTo(slack, 'reports', { app: 'batch' })] })
    const token = house.policy.channels[1]!.token
    for (const path of ['', '/a', '/services/T000/B000', '/hooks.slack.com/services/T/B'])
      expect((await ask(`${house.url}${path}/${token}`, 'POST', '{"text":"x"}')).text).toBe('ok')
    expect((await ask(`${house.url}/services/${token}/`, 'POST', '{"text":"x"}')).text).toBe('ok')
    expect(house.slack.texts('/services/reports')).toHaveLength(5)
    expect(house.slack.texts('/services/alerts')).toEqual([])
  })
})
