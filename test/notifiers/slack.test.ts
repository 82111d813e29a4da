import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Memory, Told } from '../../src/notifiers/outlet.ts'
import { type Got, okJson, type Reply, serve } from './api.ts'
import { ended, notice, only } from './notice.ts'

const TOKEN = ['xoxb', '1', 'abc'].join('-')
const state: { server: Awaited<ReturnType<typeof serve>> | null; answers: Map<string, Reply>; ts: number } = {
  server: null,
  answers: new Map(),
  ts: 0,
}

/** A Slack: webhook and Web API, with a `ts` that grows. */
const slack = ({ path }: Got): Reply => {
  const said = state.answers.get(path)
  if (said) return said
  if (path.startsWith('/services/')) return { status: 200, body: 'ok', headers: { 'content-type': 'text/html' } }
  if (path === '/api/chat.postMessage') {
    state.ts += 1
    return okJson({ ok: true, channel: 'C0ID', ts: `17.${state.ts}` })
  }
  if (path === '/api/chat.update') return okJson({ ok: true, channel: 'C0ID', ts: '17.1' })
  return okJson({ ok: false, error: 'unknown_method' })
}

beforeEach(async () => {
  state.server = await serve(slack)
  state.answers = new Map()
  state.ts = 0
})
afterEach(() => state.server?.close())

const got = (): Got[] => state.server?.got ?? []
const base = (): string => state.server?.url ?? ''
const bot = (audience: 'ops' | 'customer' = 'ops') =>
  only({ kind: 'slack-bot', token: { env: 'T' }, channel: '#deploys', api: `${base()}/api`, audience }, { T: TOKEN })
const hook = () => only({ kind: 'slack-webhook', webhook: { env: 'W' }, audience: 'ops' }, { W: `${base()}/services/T/B/x` })
const memoryOf = (told: Told): Memory => {
  if (!told.ok) throw new Error(told.why)
  return told.memory
}

describe('an incoming webhook', () => {
  test('gets one JSON post and hears only what is worth one', async () => {
    expect(await hook().tell(notice(), {}, 5000)).toEqual({ ok: true, memory: {}, said: '200 ok' })
    expect(got()).toHaveLength(1)
    expect(got()[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json; charset=utf-8' } })
    expect(got()[0]?.json).toMatchObject({ text: expect.stringContaining('*everflow is halted') })
    expect(hook().hears).toEqual(['opened', 'another', 'ended'])
    expect(hook().idempotent).toBe(false)
  })

  test('another answer than ok is no success', async () => {
    state.answers.set('/services/T/B/x', okJson({ ok: true }))
    expect(await hook().tell(notice(), {}, 5000)).toMatchObject({ ok: false, final: true, why: expect.stringContaining('not ok') })
  })

  test('Slack’s own word for the error is passed on', async () => {
    state.answers.set('/services/T/B/x', { status: 410, body: 'channel_is_archived' })
    expect(await hook().tell(notice(), {}, 5000)).toMatchObject({ why: 'Slack answered 410 (channel_is_archived)' })
  })
})

describe('a bot', () => {
  test('one message is edited, another kind is a reply, the end is a post', async () => {
    const outlet = bot()
    const opened = memoryOf(await outlet.tell(notice(), {}, 5000))
    expect(opened).toEqual({ channel: 'C0ID', ts: '17.1' })
    expect(got()[0]).toMatchObject({
      path: '/api/chat.postMessage',
      headers: { authorization: `Bearer ${TOKEN}` },
      json: { channel: '#deploys' },
    })

    const counted = memoryOf(
      await outlet.tell(notice({ happening: 'counted', counts: { failures: 1, refused: 7, rollbacks: 0, atLeast: false } }), opened, 5000),
    )
    expect(counted).toEqual(opened)
    expect(got()[1]).toMatchObject({
      path: '/api/chat.update',
      json: { channel: 'C0ID', ts: '17.1', text: expect.stringContaining('8 attempts: 1 failed, 7 refused') },
    })

    const another = memoryOf(await outlet.tell(notice({ happening: 'another' }), counted, 5000))
    expect(
      got()
        .slice(2)
        .map(({ path }) => path),
    ).toEqual(['/api/chat.update', '/api/chat.postMessage'])
    expect(got()[3]?.json).toMatchObject({ thread_ts: '17.1', reply_broadcast: true, channel: 'C0ID' })
    expect(another.ts).toBe('17.1')

    const over = memoryOf(await outlet.tell(ended(), another, 5000))
    expect(
      got()
        .slice(4)
        .map(({ path }) => path),
    ).toEqual(['/api/chat.update', '/api/chat.postMessage'])
    expect(got()[5]?.json).not.toHaveProperty('thread_ts')
    expect(got()[5]?.json).toMatchObject({ text: expect.stringContaining('no longer halted') })

    // Told again: only the edit, which does no harm.
    memoryOf(await outlet.tell(ended(), over, 5000))
    expect(
      got()
        .slice(6)
        .map(({ path }) => path),
    ).toEqual(['/api/chat.update'])
  })

  test('an error that comes as 200 is an error; which of them may pass is told apart', async () => {
    for (const [error, final] of [
      ['invalid_auth', true],
      ['not_in_channel', true],
      ['msg_too_long', true],
      ['ratelimited', false],
      ['internal_error', false],
    ] as const) {
      state.answers.set('/api/chat.postMessage', okJson({ ok: false, error }))
      expect(await bot().tell(notice(), {}, 5000)).toEqual({ ok: false, why: `Slack said ${error}`, retryMs: null, final })
    }
  })

  test('a post that comes after an edit that failed is not made', async () => {
    state.answers.set('/api/chat.update', { status: 503 })
    expect(await bot().tell(ended(), { channel: 'C0ID', ts: '17.1' }, 5000)).toMatchObject({ ok: false, final: false })
    expect(got()).toHaveLength(1)
  })

  test('a message that somebody took away is not posted again for a count, and the end is posted all the same', async () => {
    state.answers.set('/api/chat.update', okJson({ ok: false, error: 'message_not_found' }))
    const memory = { channel: 'C0ID', ts: '17.1' }
    expect(await bot().tell(notice({ happening: 'counted' }), memory, 5000)).toMatchObject({ ok: true, memory })
    expect(got()).toHaveLength(1)
    expect(await bot().tell(ended(), memory, 5000)).toMatchObject({ ok: true, memory: { end: '17.1' } })
  })

  test('whoever has no memory of the incident posts it', async () => {
    expect(await bot().tell(notice({ happening: 'counted' }), {}, 5000)).toMatchObject({ ok: true, memory: { ts: '17.1' } })
    const over = memoryOf(await bot().tell(ended(), {}, 5000))
    await bot().tell(ended(), over, 5000)
    expect(got().map(({ path }) => path)).toEqual(['/api/chat.postMessage', '/api/chat.postMessage', '/api/chat.update'])
  })

  test('all requests of one telling have one time limit', async () => {
    state.answers.set('/api/chat.postMessage', 'hang')
    expect(await bot().tell(ended(), { channel: 'C0ID', ts: '17.1' }, 300)).toMatchObject({
      ok: false,
      final: false,
      why: 'Slack gave no answer within 0.3 s',
    })
  })
})

test('customers hear the beginning and the end, calmly', async () => {
  expect(bot('customer').hears).toEqual(['opened', 'ended'])
  await bot('customer').tell(notice(), {}, 5000)
  const text = JSON.stringify(got()[0]?.json)
  expect(text).toContain('an update did not work out')
  expect(text).not.toMatch(/password|settings\.py|rollback|kim|v118/)
})
