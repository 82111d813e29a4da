import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { makeRelays } from '../../src/notifiers/make.ts'
import { dedupKey } from '../../src/notifiers/pagerduty.ts'
import { type Got, okJson, type Reply, serve } from './api.ts'
import { deps, ended, notice, only } from './notice.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})
const listen = async (answer: (got: Got, n: number) => Reply) => {
  const server = await serve(answer)
  open.push(server)
  return server
}

describe('a webhook', () => {
  const SECRET = ['s3', 'cret', 'of-the-hook'].join('')
  const spec = (audience: 'ops' | 'customer', signed = true) =>
    ({ kind: 'webhook', url: { env: 'U' }, secret: signed ? { env: 'S' } : null, audience }) as const

  test('gets the notice, signed over time and body, with a key that is the same for the same news', async () => {
    const server = await listen(() => ({ status: 204 }))
    const outlet = only(spec('ops'), { U: `${server.url}/in`, S: SECRET })
    expect(await outlet.tell(notice(), {}, 5000)).toEqual({ ok: true, memory: {}, said: '204' })
    await outlet.tell(notice({ at: '2026-11-28T12:09:00.000Z' }), {}, 5000)
    await outlet.tell(notice({ counts: { failures: 2, refused: 0, rollbacks: 0, atLeast: false } }), {}, 5000)
    const [first, second, third] = server.got
    const { text, ...rest } = (first?.json ?? {}) as Record<string, unknown>
    expect(rest).toEqual(JSON.parse(JSON.stringify(notice())))
    expect(text).toContain('everflow is halted')
    const stamp = String(first?.headers['x-safe-deploy-timestamp'])
    expect(Math.abs(Number(stamp) - Date.now() / 1000)).toBeLessThan(60)
    const hmac = createHmac('sha256', SECRET).update(`${stamp}.${first?.body}`).digest('hex')
    expect(first?.headers['x-safe-deploy-signature']).toBe(`sha256=${hmac}`)
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key'])
    expect(third?.headers['idempotency-key']).not.toBe(first?.headers['idempotency-key'])
  })

  test('a second acknowledgement is other news than the first', async () => {
    const server = await listen(() => ({ status: 204 }))
    const outlet = only(spec('ops'), { U: `${server.url}/in`, S: SECRET })
    for (const cause of ['a bad guess', 'what it was']) await outlet.tell(notice({ happening: 'acknowledged', cause }), {}, 5000)
    expect(new Set(server.got.map(({ headers }) => headers['idempotency-key'])).size).toBe(2)
  })

  test('hears each count only where that is asked for: a channel may stand behind it', () => {
    const env = { U: 'http://127.0.0.1:9', S: SECRET }
    expect(only(spec('ops'), env).hears).toEqual(['opened', 'another', 'acknowledged', 'ended'])
    expect(only({ ...spec('ops'), counts: true }, env).hears).toContain('counted')
    expect(only({ ...spec('customer'), counts: true }, env).hears).toEqual(['opened', 'ended'])
  })

  test('without a secret nothing is signed', async () => {
    const server = await listen(() => ({ status: 200 }))
    await only(spec('ops', false), { U: server.url }).tell(notice(), {}, 5000)
    expect(server.got[0]?.headers).not.toHaveProperty('x-safe-deploy-signature')
  })

  test('a customer’s service gets the same shape without how and why', async () => {
    const server = await listen(() => ({ status: 200 }))
    const outlet = only(spec('customer'), { U: server.url, S: SECRET })
    await outlet.tell(notice(), {}, 5000)
    await outlet.tell(ended(), {}, 5000)
    for (const { json, body } of server.got) {
      expect(Object.keys(json as object).sort()).toEqual([...Object.keys(notice()), 'text'].sort())
      expect(body).not.toMatch(/password|settings\.py|safe-deploy rollback|kim|v118|c0ffee|env file/)
    }
    expect(outlet.hears).toEqual(['opened', 'ended'])
  })
})

describe('PagerDuty', () => {
  const ROUTING = 'r'.repeat(32)
  const pd = (api: string) => only({ kind: 'pagerduty', key: { env: 'K' }, severity: 'critical', api }, { K: ROUTING })
  const taken = okJson({ status: 'success', message: 'Event processed', dedup_key: 'x' }, 202)

  test('triggers, acknowledges and resolves one incident', async () => {
    const server = await listen(() => taken)
    const outlet = pd(server.url)
    await outlet.tell(notice(), {}, 5000)
    await outlet.tell(notice({ happening: 'another' }), {}, 5000)
    await outlet.tell(notice({ happening: 'acknowledged' }), {}, 5000)
    expect(await outlet.tell(ended(), {}, 5000)).toMatchObject({ ok: true, said: '202, resolve taken' })
    const events = server.got.map(({ json }) => json as Record<string, unknown>)
    expect(events.map((event) => event.event_action)).toEqual(['trigger', 'trigger', 'acknowledge', 'resolve'])
    expect(new Set(events.map((event) => event.dedup_key))).toEqual(new Set(['safe-deploy/everflow/01JHALT']))
    expect(events[0]).toMatchObject({
      routing_key: ROUTING,
      payload: { severity: 'critical', source: 'everflow', summary: expect.stringContaining('is halted') },
    })
    expect(server.got[0]?.path).toBe('/v2/enqueue')
    expect(outlet.hears).not.toContain('counted')
  })

  test('keeps to its bounds whatever a name holds', () => {
    expect(dedupKey({ app: 'a'.repeat(500), incident: '01J' }).length).toBeLessThanOrEqual(255)
    expect(dedupKey({ app: 'a'.repeat(500), incident: '01J' })).not.toBe(dedupKey({ app: 'a'.repeat(500), incident: '01K' }))
  })

  test('says what was wrong with an event', async () => {
    const server = await listen(() =>
      okJson({ status: 'invalid event', message: 'Event object is invalid', errors: ["'routing_key' is invalid"] }, 400),
    )
    expect(await pd(server.url).tell(notice(), {}, 5000)).toMatchObject({
      final: true,
      why: "PagerDuty answered 400 (Event object is invalid: 'routing_key' is invalid)",
    })
  })

  test('a test rings as info', async () => {
    const server = await listen(() => taken)
    await pd(server.url).tell(notice({ test: true }), {}, 5000)
    expect(server.got[0]?.json).toMatchObject({ payload: { severity: 'info' } })
  })
})

describe('GitHub', () => {
  const spec = (api: string, repository: string | null = 'o/r') =>
    ({ kind: 'github', token: { env: 'T' }, environment: 'production', repository, api }) as const
  /** Deployments that were made, as GitHub lists them. */
  const hub = async () => {
    const made: { id: number; payload: unknown }[] = []
    const server = await listen(({ method, path, json }) => {
      if (method === 'GET') return okJson(made)
      if (path.endsWith('/statuses')) return okJson({ id: 1 }, 201)
      made.push({ id: 40 + made.length, payload: (json as { payload: unknown }).payload })
      return okJson(made.at(-1), 201)
    })
    return {
      server,
      statuses: () => server.got.flatMap(({ path, json }) => (path.endsWith('/statuses') ? [{ path, ...(json as object) }] : [])),
    }
  }

  test('the commit that failed gets a deployment with a failure, and is inactive in the end', async () => {
    const { server, statuses } = await hub()
    const outlet = only(spec(server.url), { T: 'token-1' })
    const told = await outlet.tell(notice(), {}, 5000)
    expect(told).toMatchObject({ ok: true, memory: { deployments: '40' } })
    const post = server.got.find(({ method, path }) => method === 'POST' && path === '/repos/o/r/deployments')
    expect(post?.json).toMatchObject({ ref: notice().commit, environment: 'production', auto_merge: false, required_contexts: [] })
    expect(post?.headers.authorization).toBe('Bearer token-1')
    expect(statuses()[0]).toMatchObject({ path: '/repos/o/r/deployments/40/statuses', state: 'failure', auto_inactive: false })
    if (told.ok) await outlet.tell(ended(), told.memory, 5000)
    expect(statuses()[1]).toMatchObject({ state: 'inactive' })
    for (const { description } of statuses() as unknown as { description: string }[]) expect(description.length).toBeLessThanOrEqual(140)
  })

  test('told again by a machine without memory, it is the same deployment', async () => {
    const { server } = await hub()
    await only(spec(server.url), { T: 'token-1' }).tell(notice(), {}, 5000)
    expect(await only(spec(server.url), { T: 'token-1' }).tell(notice(), {}, 5000)).toMatchObject({
      ok: true,
      memory: { deployments: '40' },
    })
    expect(server.got.filter(({ method, path }) => method === 'POST' && path === '/repos/o/r/deployments')).toHaveLength(1)
  })

  test('one machine at a time makes it: who asks while another one does finds none yet', () => {
    expect(only(spec('http://127.0.0.1:1'), { T: 'token-1' }).idempotent).toBe(false)
  })

  test('what was proved good after all is a success', async () => {
    const { server, statuses } = await hub()
    const how = { at: '2026-11-28T12:53:00.000Z', how: 'adopted', by: 'kim', because: 'it works' } as const
    await only(spec(server.url), { T: 'token-1' }).tell(ended({ ended: how }), { deployments: '40,41' }, 5000)
    expect(statuses().map((one) => (one as unknown as { state: string }).state)).toEqual(['inactive', 'success'])
  })

  test('a test stays off the real environment', async () => {
    const { server } = await hub()
    await only(spec(server.url), { T: 'token-1' }).tell(notice({ test: true }), {}, 5000)
    expect(server.got[1]?.json).toMatchObject({ environment: 'safe-deploy-test', transient_environment: true })
  })

  test('without a commit nothing is sent; without a repository it says how to name one', async () => {
    const { server } = await hub()
    expect(await only(spec(server.url), { T: 'token-1' }).tell(notice({ commit: null }), {}, 5000)).toMatchObject({
      ok: true,
      said: expect.stringContaining('left out'),
    })
    expect(await only(spec(server.url, null), { T: 'token-1' }).tell(notice(), {}, 5000)).toMatchObject({
      ok: false,
      final: true,
      why: expect.stringContaining('GITHUB_REPOSITORY'),
    })
    expect(server.got).toEqual([])
  })

  test('a rate limit that comes as 403 says when it ends', async () => {
    const reset = Math.ceil(Date.now() / 1000) + 120
    const server = await listen(() => ({ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) } }))
    const told = await only(spec(server.url), { T: 'token-1' }).tell(notice(), {}, 5000)
    expect(told).toMatchObject({ ok: false, final: false })
    if (!told.ok) expect(told.retryMs).toBeGreaterThan(60_000)
  })
})

describe('the relay', () => {
  const spec = { kind: 'relay', url: { env: 'R' }, token: { env: 'T' }, ttlMs: 1_800_000, app: null } as const
  const answer = ({ path }: Got): Reply =>
    path === '/v1/quiet'
      ? okJson({ window: { id: 'w', app: 'everflow', until: '2026-11-28T13:00:00Z' } })
      : okJson({ released: true, window: null })

  test('a halt makes the app quiet, each telling renews it, the end releases it', async () => {
    const server = await listen(answer)
    const outlet = only(spec, { R: `${server.url}/`, T: 'admin-token' })
    expect(await outlet.tell(notice(), {}, 5000)).toMatchObject({ ok: true, said: 'quiet until 2026-11-28T13:00:00Z' })
    await outlet.tell(notice({ happening: 'renewed' }), {}, 5000)
    expect(await outlet.tell(ended(), {}, 5000)).toMatchObject({ ok: true, said: 'released' })
    expect(server.got.map(({ path }) => path)).toEqual(['/v1/quiet', '/v1/quiet', '/v1/release'])
    expect(server.got[0]).toMatchObject({
      headers: { authorization: 'Bearer admin-token' },
      json: {
        ...{ app: 'everflow', ttl_s: 1800, reason: 'halt', incident: '01JHALT', by: 'kim (terminal)' },
        alert: { labels: { alertname: 'SafeDeployHalted', app: 'everflow', incident: '01JHALT' } },
      },
    })
    expect(server.got[2]?.json).toEqual({ app: 'everflow', reason: 'halt', by: 'kim' })
  })

  test('an app that the relay does not know is said in its words', async () => {
    const server = await listen(() => okJson({ error: 'no app everflow' }, 404))
    expect(await only(spec, { R: server.url, T: 'admin-token' }).tell(notice(), {}, 5000)).toMatchObject({
      final: true,
      why: 'The relay answered 404 (no app everflow)',
    })
  })

  test('what the relay says of a window is passed on, and who asks is never empty', async () => {
    const server = await listen(({ path }) =>
      path === '/v1/quiet' ? okJson({ window: null, cut: true, said: 'cut to 60 s' }) : okJson({ released: false, window: null }),
    )
    const outlet = only(spec, { R: server.url, T: 'admin-token' })
    expect(await outlet.tell(notice({ by: '' }), {}, 5000)).toMatchObject({ said: 'quiet; cut to 60 s' })
    expect(server.got[0]?.json).toMatchObject({ by: 'safe-deploy' })
    expect(await outlet.tell(ended(), {}, 5000)).toMatchObject({ said: 'there was nothing to release' })
  })

  test('an attempt has a window of its own', async () => {
    const server = await listen(answer)
    const [one] = makeRelays([{ ...spec, app: 'ef' }], deps({ R: server.url, T: 'admin-token' }))
    expect(await one?.began('everflow', '01JATT', 90.4, 'ship the fix', 'kim')).toMatchObject({ ok: true })
    expect(await one?.over('everflow')).toMatchObject({ ok: true })
    expect(server.got.map(({ json }) => json)).toEqual([
      { app: 'ef', ttl_s: 90, because: 'attempt 01JATT: ship the fix', by: 'kim', reason: 'deploy' },
      { app: 'ef', reason: 'deploy', by: 'safe-deploy' },
    ])
    expect(makeRelays([spec], deps({ R: server.url }))).toEqual([])
    expect(makeRelays([spec], deps({ R: 'nowhere', T: 'admin-token' }))).toEqual([])
  })

  test('a relay that is not there never throws', async () => {
    const [one] = makeRelays([spec], deps({ R: 'http://127.0.0.1:9', T: 'admin-token' }))
    expect(await one?.began('everflow', '01J', 60, 'x', 'kim')).toMatchObject({ ok: false, final: false })
  })
})
