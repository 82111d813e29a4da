import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { ask, openRelayHouse, type RelayHouse } from '../../support/relay-house.ts'
import { until } from '../../support/started.ts'

const MIB = 1024 * 1024

/** A connection by hand: what it sends, what it hears. */
const dial = (house: RelayHouse) => {
  const socket = connect(house.port, '127.0.0.1')
  const state = { heard: '', closed: false }
  socket.on('data', (text) => {
    state.heard += text
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    state.closed = true
  })
  return { socket, state }
}

test.each([
  ['an unknown token', (token: string) => `/services/T/B/${token.slice(0, -1)}${token.endsWith('x') ? 'y' : 'x'}`],
  ['a part of the token', (token: string) => `/services/T/B/${token.slice(0, 22)}`],
  ['more than the token', (token: string) => `/services/T/B/${token}A`],
  ['the token in the middle', (token: string) => `/${token}/B`],
  ['the token in the query', (token: string) => `/services/T/B?${token}`],
  ['nothing', () => '/'],
])('%s is no_service, and nothing goes to Slack', async (_, path) => {
  const house = await openRelayHouse()
  const told = await ask(house.url + path(house.policy.channels[0]!.token), 'POST', '{"text":"hello"}')
  expect([told.status, told.text, told.headers['content-type']]).toEqual([404, 'no_service', 'text/plain; charset=utf-8'])
  expect(house.slack.got).toEqual([])
})

test('a webhook is posted to, and nothing else', async () => {
  const house = await openRelayHouse()
  for (const method of ['GET', 'PUT', 'DELETE']) expect([method, (await ask(house.hook(), method)).status]).toEqual([method, 405])
  expect(house.slack.got).toEqual([])
})

test.each([
  ['whose length is said', (length: number) => `content-length: ${length}\r\n\r\n`, Buffer.alloc(64 * 1024, 'x')],
  ['in chunks', () => 'transfer-encoding: chunked\r\n\r\n', Buffer.from(`${(64 * 1024).toString(16)}\r\n${'x'.repeat(64 * 1024)}\r\n`)],
])('10 MB %s end early, with 413', async (_, head, part) => {
  const house = await openRelayHouse()
  const { socket, state } = dial(house)
  const path = new URL(house.hook()).pathname
  socket.write(`POST ${path} HTTP/1.1\r\nhost: relay\r\ncontent-type: application/json\r\n${head(10 * MIB)}`)
  for (let n = 0; n < 160 && !state.closed && !state.heard; n++) {
    socket.write(part)
    await new Promise((done) => setTimeout(done, 10))
  }
  await until(() => state.heard.includes('too_large') && state.closed, 'it is told and ended')
  expect(state.heard).toMatch(/^HTTP\/1\.1 413 /)
  expect(house.slack.got).toEqual([])
  expect((await house.post('hello')).status).toBe(200)
})

test('256 KiB are not too much', async () => {
  const house = await openRelayHouse()
  const text = 'x'.repeat(256 * 1024 - 11)
  expect((await house.post(text)).text).toBe('ok')
  expect(house.slack.got[0]?.bytes.length).toBe(256 * 1024)
  expect((await house.post(`${text}x`)).status).toBe(413)
})

test('who waits for a 100 hears no before it sends', async () => {
  const house = await openRelayHouse()
  const { socket, state } = dial(house)
  const path = new URL(house.hook()).pathname
  socket.write(`POST ${path} HTTP/1.1\r\nhost: relay\r\nexpect: 100-continue\r\ncontent-length: ${10 * MIB}\r\n\r\n`)
  await until(() => state.heard.includes('too_large'), 'it is told')
  expect(state.heard).not.toContain('100 Continue')
  socket.destroy()
})

test('headers that never end are ended', async () => {
  const house = await openRelayHouse()
  const { socket, state } = dial(house)
  socket.write('POST /services HTTP/1.1\r\nhost: relay\r\n')
  const drip = setInterval(() => socket.write('x-more: 1\r\n'), 500)
  await until(() => state.closed, 'the connection is ended')
  clearInterval(drip)
  expect(state.heard).toMatch(/^HTTP\/1\.1 408 /)
})

test('headers that are too long are refused', async () => {
  const house = await openRelayHouse()
  const { socket, state } = dial(house)
  socket.write(`POST /services HTTP/1.1\r\nhost: relay\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`)
  await until(() => state.closed, 'the connection is ended')
  expect(state.heard).toMatch(/^HTTP\/1\.1 431 /)
})

test('a channel that gets more than its rate is told to come back', async () => {
  const house = await openRelayHouse({ policy: { ratePerS: 3 } })
  const told = await Promise.all(Array.from({ length: 10 }, (_, n) => house.post(`hello ${n}`)))
  const limited = told.filter(({ status }) => status === 429)
  expect(limited.length).toBeGreaterThanOrEqual(6)
  expect(limited[0]).toMatchObject({ text: 'rate_limited', headers: { 'retry-after': '1' } })
  expect(house.slack.got).toHaveLength(10 - limited.length)
  const { json } = await house.admin('GET /v1/status')
  expect(json.channels![0]).toMatchObject({ passed: 10 - limited.length, limited: limited.length })
})

test('without the admin token nobody reads or changes anything', async () => {
  const house = await openRelayHouse()
  const { admin } = house.policy
  const given = [
    undefined,
    '',
    admin,
    `Basic ${admin}`,
    `Bearer ${admin}x`,
    `Bearer ${admin.slice(1)}`,
    `Bearer ${house.policy.channels[0]!.token}`,
  ]
  for (const authorization of given)
    for (const path of ['/v1/status', '/v1/held', '/v1/quiet', '/v1/nothing']) {
      const told = await ask(
        house.url + path,
        path === '/v1/quiet' ? 'POST' : 'GET',
        '',
        authorization === undefined ? {} : { authorization },
      )
      expect([authorization, path, told.status]).toEqual([authorization, path, 401])
      expect(told.headers['www-authenticate']).toBe('Bearer')
    }
  expect((await house.admin('GET /v1/status')).status).toBe(200)
})

test('anybody may ask whether it is well', async () => {
  const house = await openRelayHouse()
  expect(await ask(`${house.url}/health`, 'GET')).toMatchObject({ status: 200, text: '{"ok":true}\n' })
})
