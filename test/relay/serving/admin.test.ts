import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openFakeSlack } from '../../support/fake-slack.ts'
import { HOUR_MS, openRelayHouse } from '../../support/relay-house.ts'
import { until } from '../../support/started.ts'

const QUIET = { app: 'web', ttl_s: 600, because: 'a bad deploy', by: 'ann', reason: 'halt' }
const failed = (n: number): string => `error: order ${n} failed: HTTP 500`

describe('POST /v1/quiet', () => {
  test.each([
    ['without an end', { ttl_s: undefined }, /^ttl_s is missing: every quiet window has an end/],
    ['with no end at all', { ttl_s: null }, /^ttl_s is no number/],
    ['ending before it began', { ttl_s: -1 }, /^ttl_s is no number/],
    ['ending at once', { ttl_s: 0 }, /^ttl_s is no number/],
    ['with an end in words', { ttl_s: '600' }, /^ttl_s is no number/],
    ['without a because', { because: '' }, /^because is missing/],
    ['without a by', { by: 7 }, /^by is missing/],
    ['for a reason nobody knows', { reason: 'mood' }, /^reason is none of halt, deploy, person/],
    ['with an alert that is none', { alert: { labels: { a: 1 } } }, /^alert\.labels is not a table of texts/],
    ['with a novel', { because: 'x'.repeat(501) }, /^because is longer than 500 characters/],
  ])('refuses a window %s', async (_, more, says) => {
    const house = await openRelayHouse()
    const told = await house.admin('POST /v1/quiet', { ...QUIET, ...more })
    expect(told.status).toBe(400)
    expect(told.json.error).toMatch(says)
    expect(await house.entries()).toEqual([])
  })

  test('refuses what is no JSON, and an app that has no channel', async () => {
    const house = await openRelayHouse()
    expect(await house.admin('POST /v1/quiet', { ...QUIET, app: 'other' })).toMatchObject({
      status: 404,
      json: { error: 'No channel of this relay belongs to other.' },
    })
  })

  test('cuts a window that is too long, and says so', async () => {
    const house = await openRelayHouse({ policy: { maxTtlMs: 60_000 } })
    const { json } = await house.admin('POST /v1/quiet', QUIET)
    expect(json).toMatchObject({ cut: true, said: 'cut to 60 s, the longest window of this relay' })
    const [opened] = await house.entries()
    if (opened?.t !== 'quiet') throw new Error('no window')
    expect(opened.until - opened.at).toBe(60_000)
  })

  test('a window has reasons, each with its own end; it closes with the last', async () => {
    const house = await openRelayHouse()
    const first = await house.admin('POST /v1/quiet', { ...QUIET, incident: 'h1' })
    const second = await house.admin('POST /v1/quiet', { ...QUIET, reason: 'deploy', ttl_s: 60 })
    expect(second.json.window).toMatchObject({ id: first.json.window?.id, app: 'web' })
    expect(second.json.window?.reasons).toMatchObject([{ reason: 'halt', incident: 'h1' }, { reason: 'deploy' }])
    const kept = await house.admin('POST /v1/release', { app: 'web', reason: 'halt', by: 'ann' })
    expect(kept.json).toMatchObject({ released: true, window: { reasons: [{ reason: 'deploy' }] } })
    expect((await house.admin('POST /v1/release', { app: 'web', reason: 'halt', by: 'ann' })).json).toMatchObject({ released: false })
    expect((await house.admin('POST /v1/release', { app: 'web', by: 'ann' })).json).toEqual({ released: true, window: null })
    expect((await house.admin('POST /v1/release', { app: 'web', by: 'ann' })).json).toEqual({ released: false, window: null })
  })
})

describe('what is held', () => {
  test('is counted by kind, and shown message by message', async () => {
    const house = await openRelayHouse()
    await house.quiet()
    for (let n = 1; n <= 7; n++) await house.post(failed(n))
    await house.post('error: the disk is full')
    const { kinds } = (await house.admin('GET /v1/held')).json
    expect(kinds).toMatchObject([
      { app: 'web', channel: 'alerts', mask: 'error: order <n> failed: HTTP 500', sample: failed(1), count: 7, held: 6 },
      { mask: 'error: the disk is full', count: 1, held: 0 },
    ])
    expect((await house.admin('GET /v1/held?app=web')).json).toEqual({ kinds })
    expect((await house.admin('GET /v1/held?app=other')).json).toEqual({ kinds: [] })
    const kind = String(kinds?.[0]?.kind)
    const page = (await house.admin(`GET /v1/held/${kind.slice(0, 6)}?limit=3`)).json as unknown as {
      messages: { text: string }[]
      next: string
    }
    expect(page).toMatchObject({ kind, mask: 'error: order <n> failed: HTTP 500' })
    expect(page.messages?.map(({ text }) => text)).toEqual([failed(1), failed(2), failed(3)])
    const rest = (await house.admin(`GET /v1/held/${kind}?after=${page.next}`)).json
    expect(rest.messages?.map(({ text }) => text)).toEqual([failed(4), failed(5), failed(6), failed(7)])
    expect(rest).toMatchObject({ next: null, messages: [{ channel: 'alerts', body: JSON.stringify({ text: failed(4) }) }, {}, {}, {}] })
  })

  test('a kind that nobody has is not there; one that is not clear is asked for again', async () => {
    const house = await openRelayHouse()
    await house.quiet()
    for (const what of ['one', 'two', 'three', 'four']) await house.post(`error: ${what}`)
    expect((await house.admin('GET /v1/held/zzz')).status).toBe(404)
    expect((await house.admin('GET /v1/held/..%2f..')).status).toBe(404)
    const kinds = (await house.entries()).flatMap((entry) => (entry.t === 'first' ? [entry.kind] : []))
    const shared = kinds.find((kind) => kinds.some((other) => other !== kind && other[0] === kind[0]))
    if (shared) expect((await house.admin(`GET /v1/held/${shared[0]}`)).status).toBe(409)
  })

  test('goes out as a digest at once when it is asked for, and is not told again', async () => {
    const house = await openRelayHouse()
    await house.quiet()
    for (let n = 1; n <= 3; n++) await house.post(failed(n))
    expect((await house.admin('POST /v1/flush', { app: 'web' })).json).toEqual({ posts: 1 })
    await until(() => house.slack.got.length === 2, 'the digest comes')
    expect(house.slack.got[1]?.text).toContain('2 messages in 1 kind held since the last post here')
    expect((await house.admin('POST /v1/flush', {})).json).toEqual({ posts: 0 })
  })
})

test('a window ends by itself, with a closing digest', async () => {
  const house = await openRelayHouse()
  await house.quiet({ ttl_s: 1 })
  for (let n = 1; n <= 3; n++) await house.post(failed(n))
  await until(() => house.slack.got.length === 2, 'the closing digest comes')
  expect(house.slack.got[1]?.text).toMatch(/no longer quiet: ended by itself.*\n3 messages in 1 kind: 1 shown, 2 held\./)
  await house.post(failed(4))
  await house.post(failed(5))
  expect(house.slack.got).toHaveLength(4)
})

test('what happens is logged, and nothing of what was said', async () => {
  const house = await openRelayHouse()
  await house.quiet()
  for (let n = 1; n <= 3; n++) await house.post(failed(n))
  await house.admin('POST /v1/release', { app: 'web', by: 'ann' })
  await until(() => house.notes.length === 4, 'all is logged')
  expect(house.notes.map(({ text }) => text.replace(/\d{4}-.*Z/, 'TIME'))).toEqual([
    'web: quiet until TIME (halt, by a test)',
    'alerts: closing digest (2 messages)',
    'web: no longer quiet, released by ann',
    'alerts: the closing digest delivered',
  ])
})

test('the alert of a halt is at the Alertmanager at once, ends with its halt, and neither with its time nor because somebody wants to hear', async () => {
  const manager = await openFakeSlack()
  onTestFinished(() => manager.close())
  const house = await openRelayHouse({ policy: { alertmanager: { url: manager.url, headers: { authorization: 'Bearer of the test' } } } })
  const alert = { labels: { alertname: 'SafeDeployHalted', app: 'web' }, annotations: { summary: 'halted' } }
  const ends = () =>
    manager.got.map(({ bytes }) => (Date.parse(JSON.parse(bytes.toString())[0].endsAt) > Date.now() + 23 * HOUR_MS ? 'later' : 'now'))
  await house.admin('POST /v1/quiet', { ...QUIET, alert })
  await until(() => manager.got.length === 1, 'it is there')
  expect(manager.got[0]).toMatchObject({ path: '/api/v2/alerts', headers: { authorization: 'Bearer of the test' } })
  expect(JSON.parse(manager.got[0]?.bytes.toString() ?? '')).toMatchObject([alert])
  await house.admin('POST /v1/release', { app: 'web', reason: 'halt', by: 'ann' })
  await until(() => manager.got.length === 2, 'it ends')
  await house.admin('POST /v1/quiet', { ...QUIET, alert, ttl_s: 1 })
  await until(async () => (await house.admin('GET /v1/status')).json.channels?.[0]?.window === null, 'its time is over')
  await house.admin('POST /v1/quiet', { ...QUIET, alert })
  await until(() => manager.got.length === 4, 'it is renewed')
  // Somebody wants the channel loud again: the halt stands all the same.
  await house.admin('POST /v1/release', { app: 'web', by: 'ann' })
  expect(ends()).toEqual(['later', 'now', 'later', 'later'])
})

test('who is gone before it hears ok was heard all the same', async () => {
  const house = await openRelayHouse()
  await house.quiet()
  await house.post(failed(1))
  const body = JSON.stringify({ text: failed(2) })
  const socket = connect(house.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(`POST ${new URL(house.hook()).pathname} HTTP/1.1\r\nhost: relay\r\ncontent-length: ${body.length}\r\n\r\n${body}`, () =>
    socket.destroy(),
  )
  await until(async () => (await house.admin('GET /v1/status')).json.channels?.[0]?.held === 1, 'it is held')
})
