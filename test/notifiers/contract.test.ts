import { afterEach, describe, expect, test } from 'vitest'
import type { NotifySpec } from '../../src/notifiers/spec.ts'
import { type Reply, serve } from './api.ts'
import { ended, notice, only } from './notice.ts'

/** Every outlet at a base URL, with what it must never show. */
const TOKEN = ['tok', 'en-never-shown'].join('')
const PATH = `/services/${['T0', 'B0', 'neverShown'].join('/')}`
const SPECS: readonly [name: string, spec: (base: string) => NotifySpec, leak?: string][] = [
  ['Slack webhook', () => ({ kind: 'slack-webhook', webhook: { env: 'HOOK' }, audience: 'ops' }), 'neverShown'],
  ['Slack bot', (api) => ({ kind: 'slack-bot', token: { env: 'TOKEN' }, channel: 'C1', api, audience: 'ops' })],
  ['webhook', () => ({ kind: 'webhook', url: { env: 'HOOK' }, secret: { env: 'TOKEN' }, audience: 'ops' })],
  ['PagerDuty', (api) => ({ kind: 'pagerduty', key: { env: 'TOKEN' }, severity: 'error', api })],
  ['Alertmanager', (url) => ({ kind: 'alertmanager', url, auth: { bearer: { env: 'TOKEN' } }, headers: {}, labels: {}, silence: 'app' })],
  ['GitHub', (api) => ({ kind: 'github', token: { env: 'TOKEN' }, environment: 'production', repository: 'o/r', api })],
  ['relay', () => ({ kind: 'relay', url: { env: 'HOOK' }, token: { env: 'TOKEN' }, ttlMs: 3_600_000, app: null })],
]

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

const told = async (spec: (base: string) => NotifySpec, reply: Reply, timeoutMs = 5000) => {
  const server = await serve(() => reply)
  open.push(server)
  const outlet = only(spec(server.url), { HOOK: `${server.url}${PATH}`, TOKEN })
  const result = await outlet.tell(notice(), {}, timeoutMs)
  const text = JSON.stringify(result)
  expect(text).not.toContain(TOKEN)
  expect(text).not.toContain('neverShown')
  expect(text).not.toContain('127.0.0.1')
  return { result, got: server.got }
}

describe.each(SPECS)('%s', (_, spec, leak = TOKEN) => {
  test('waits as long as a 429 asks, to the second', async () => {
    const { result, got } = await told(spec, { status: 429, headers: { 'retry-after': '37' } })
    expect(result).toMatchObject({ ok: false, retryMs: 37_000, final: false })
    expect(got).toHaveLength(1)
  })

  test('waits until the date that a 429 names', async () => {
    const { result } = await told(spec, { status: 429, headers: { 'retry-after': new Date(Date.now() + 90_000).toUTCString() } })
    expect(result).toMatchObject({ ok: false, final: false })
    if (result.ok) throw new Error('told')
    expect(result.retryMs).toBeGreaterThan(60_000)
    expect(result.retryMs).toBeLessThanOrEqual(90_000)
  })

  test('may be tried again after a 500, a cut connection and no answer', async () => {
    expect((await told(spec, { status: 500, body: `oops ${leak}` })).result).toMatchObject({ ok: false, retryMs: null, final: false })
    expect((await told(spec, 'cut')).result).toMatchObject({ ok: false, retryMs: null, final: false })
    for (const silent of ['hang', 'stall'] as const) {
      const hung = (await told(spec, silent, 150)).result
      expect(hung).toMatchObject({ ok: false, retryMs: null, final: false })
      expect(hung).toMatchObject({ why: expect.stringContaining('gave no answer within 0.15 s') })
    }
  })

  test.each([400, 401, 403, 404, 410])('is not tried again after a %i', async (status) => {
    const { result } = await told(spec, { status, body: `no_service for ${leak}` })
    expect(result).toMatchObject({ ok: false, retryMs: null, final: true, why: expect.stringContaining(`answered ${status}`) })
  })

  test('follows no redirect and takes it for no answer', async () => {
    const { result, got } = await told(spec, { status: 302, headers: { location: '/login' } })
    expect(result).toMatchObject({ ok: false, final: true, why: expect.stringContaining('redirect') })
    expect(got).toHaveLength(1)
  })

  test('a server that is not there is a failure like another', async () => {
    const outlet = only(spec('http://127.0.0.1:9'), { HOOK: 'http://127.0.0.1:9/a', TOKEN })
    expect(await outlet.tell(notice(), {}, 5000)).toMatchObject({ ok: false, final: false })
    expect(await outlet.tell(ended(), { ts: '1', channel: 'C', deployments: '4', silence: 'x' }, 5000)).toMatchObject({
      ok: false,
      final: false,
    })
  })

  test('a token that no header takes is a failure that shows nothing of it', async () => {
    const outlet = only(spec('http://127.0.0.1:9'), { HOOK: 'http://127.0.0.1:9/a', TOKEN: `${TOKEN}\nx` })
    const result = await outlet.tell(notice(), {}, 5000)
    expect(result.ok).toBe(false)
    expect(JSON.stringify(result)).not.toContain(TOKEN)
  })
})

/** A page where an answer was expected: a login, a wrong address. */
describe.each(SPECS.filter(([name]) => name !== 'webhook'))('%s', (_, spec) => {
  test('a web page is not taken for success', async () => {
    const page: Reply = { status: 200, body: '<!doctype html><title>Log in</title>', headers: { 'content-type': 'text/html' } }
    expect((await told(spec, page)).result).toMatchObject({ ok: false, final: true })
  })
})
