import { afterEach, describe, expect, test } from 'vitest'
import type { AlertmanagerSpec } from '../../src/notifiers/spec.ts'
import { type Got, okJson, type Reply, serve } from './api.ts'
import { ended, notice, only } from './notice.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

/** An Alertmanager that says what a test makes it say, by method and path. */
const listen = async (says: Record<string, Reply> = {}) => {
  const server = await serve(({ method, path }: Got) => {
    const said = Object.entries(says).find(([start]) => `${method} ${path}`.startsWith(start))?.[1]
    if (said) return said
    if (method === 'POST' && path.endsWith('/silences')) return okJson({ silenceID: 'new-id' })
    if (method === 'GET' && path.endsWith('/silences')) return okJson([])
    return { status: 200 }
  })
  open.push(server)
  return server
}

const spec = (url: string, over: Partial<AlertmanagerSpec> = {}): AlertmanagerSpec => ({
  ...{ kind: 'alertmanager', url, auth: null, headers: {}, labels: {}, silence: 'app' },
  ...over,
})
const memory = { silence: 'old-id', silencedUntil: String(Date.now() + 3_600_000) }
const state = (name: string) => okJson({ id: 'old-id', status: { state: name }, startsAt: '2026-11-28T12:00:01.000Z' })

describe('Alertmanager', () => {
  test('is told who asks, and gets the headers of the config', async () => {
    const server = await listen()
    const headers = { 'X-Scope-OrgID': 'one', 'X-Api-Key': { env: 'K' } }
    const env = { K: 'key-of-the-proxy', P: 'pässword', B: 'bearer-token' }
    await only(spec(server.url, { headers, auth: { user: 'kim', password: { env: 'P' } } }), env).tell(notice(), {}, 5000)
    expect(server.got[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('kim:pässword').toString('base64')}`,
      'x-scope-orgid': 'one',
      'x-api-key': 'key-of-the-proxy',
    })
    await only(spec(server.url, { auth: { bearer: { env: 'B' } }, silence: null }), env).tell(ended(), {}, 5000)
    expect(server.got.at(-1)?.headers).toMatchObject({ authorization: 'Bearer bearer-token' })
  })

  test('the id that comes back is the one that is remembered, also where it is another', async () => {
    const server = await listen({ 'GET /api/v2/silence/old-id': state('active') })
    const told = await only(spec(server.url)).tell(notice({ happening: 'renewed' }), memory, 5000)
    expect(told).toMatchObject({ ok: true, memory: { silence: 'new-id' } })
    const post = server.got.find(({ method, path }) => method === 'POST' && path.endsWith('/silences'))
    expect(post?.json).toMatchObject({ id: 'old-id', startsAt: '2026-11-28T12:00:01.000Z', createdBy: 'safe-deploy' })
    const { startsAt, endsAt } = (post?.json ?? {}) as { startsAt: string; endsAt: string }
    expect(Date.parse(endsAt) - Date.now()).toBeLessThanOrEqual(4 * 3_600_000)
    expect(Date.parse(endsAt)).toBeGreaterThan(Date.parse(startsAt))
  })

  test('a silence that ran out by itself is made anew', async () => {
    const server = await listen({ 'GET /api/v2/silence/old-id': state('expired') })
    const told = await only(spec(server.url)).tell(notice({ happening: 'counted' }), { ...memory, silencedUntil: '1' }, 5000)
    expect(told).toMatchObject({ ok: true, memory: { silence: 'new-id' } })
    expect(server.got.find(({ method, path }) => method === 'POST' && path.endsWith('/silences'))?.json).not.toHaveProperty('id')
  })

  test('its own labels say what is silenced, and never the alert of the halt', async () => {
    const server = await listen()
    await only(spec(server.url, { silence: { service: 'web', env: 'prod' } })).tell(notice(), {}, 5000)
    const { matchers } = (server.got[1]?.json ?? {}) as { matchers: { name: string; value: string; isEqual: boolean }[] }
    expect(matchers.map(({ name, value, isEqual }) => `${name}${isEqual ? '=' : '!='}${value}`)).toEqual([
      'service=web',
      'env=prod',
      'alertname!=SafeDeployHalted',
    ])
  })

  test('without a wish for silence none is made or asked for', async () => {
    const server = await listen()
    const outlet = only(spec(server.url, { silence: null }))
    await outlet.tell(notice(), {}, 5000)
    await outlet.tell(ended(), {}, 5000)
    expect(server.got.map(({ path }) => path)).toEqual(['/api/v2/alerts', '/api/v2/alerts'])
  })

  test.each([
    ['200', { status: 200 }, true],
    ['404', { status: 404, body: 'silence not found' }, true],
    ['500 for one it does not know', { status: 500, body: '"silence not found"' }, true],
    ['500 for another reason', { status: 500, body: '"disk full"' }, false],
    ['403', { status: 403 }, false],
  ] as const)('a silence that is deleted with %s: the alert ends all the same', async (_, reply, ok) => {
    const server = await listen({ 'DELETE /api/v2/silence/old-id': reply })
    expect((await only(spec(server.url)).tell(ended(), memory, 5000)).ok).toBe(ok)
    const alert = server.got.find(({ path }) => path === '/api/v2/alerts')?.json as { endsAt: string }[] | undefined
    expect(Date.parse(alert?.[0]?.endsAt ?? '')).toBeLessThanOrEqual(Date.now())
  })

  test('a silence is deleted at the end also when the config asks for none any more', async () => {
    const server = await listen()
    await only(spec(server.url, { silence: null })).tell(ended(), memory, 5000)
    expect(server.got.map(({ method, path }) => `${method} ${path}`)).toContain('DELETE /api/v2/silence/old-id')
  })

  test('a test is over soon, whatever becomes of it', async () => {
    const server = await listen()
    await only(spec(server.url)).tell(notice({ test: true }), {}, 5000)
    const ends = server.got.flatMap(({ body }) => [...body.matchAll(/"endsAt":"([^"]+)"/g)].map(([, at = '']) => Date.parse(at)))
    expect(ends).toHaveLength(2)
    for (const end of ends) expect(end - Date.now()).toBeLessThanOrEqual(5 * 60_000)
  })
})
