import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Memory, Told } from '../../src/notifiers/outlet.ts'
import { leftOut, programHere } from '../support/program.ts'
import { serve } from './api.ts'
import { ended, notice, only } from './notice.ts'

/** Debian's name of it, and upstream's. */
const PROGRAM = programHere('prometheus-alertmanager', 'alertmanager')

const freePort = async (): Promise<number> =>
  new Promise((done) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const at = server.address()
      server.close(() => done(typeof at === 'object' && at ? at.port : 0))
    })
  })

/** Asks until it is so: what happens here happens by the clock of another program. */
const until = async <T>(what: () => Promise<T | null>): Promise<T> => {
  for (let tries = 0; tries < 300; tries++) {
    const found = await what().catch(() => null)
    if (found !== null) return found
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error('it did not come')
}

interface Alert {
  labels: Record<string, string>
  annotations: Record<string, string>
  endsAt: string
  status: { state: string; silencedBy: string[]; inhibitedBy: string[] }
}

describe.skipIf(!PROGRAM)(`a real Alertmanager${leftOut(PROGRAM, 'prometheus-alertmanager or alertmanager')}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'safe-deploy-am-'))
  const stop: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  let base = ''
  let hooks: Awaited<ReturnType<typeof serve>>

  beforeAll(async () => {
    hooks = await serve(() => ({ status: 200 }))
    stop.push(hooks.close)
    const route = '{ receiver: hook, group_by: [alertname, app], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }'
    const config = [
      `route: ${route}`,
      `receivers: [{ name: hook, webhook_configs: [{ url: '${hooks.url}/', send_resolved: true }] }]`,
      'inhibit_rules:',
      '  - source_matchers: [alertname = SafeDeployHalted]',
      '    target_matchers: [alertname != SafeDeployHalted]',
      '    equal: [app]',
    ]
    writeFileSync(join(folder, 'am.yml'), `${config.join('\n')}\n`)
    const port = await freePort()
    base = `http://127.0.0.1:${port}`
    const args = [
      `--config.file=${join(folder, 'am.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ]
    const child = spawn(PROGRAM ?? '', args, { stdio: 'ignore' })
    stop.push(
      () =>
        new Promise((done) => {
          child.on('close', done)
          child.kill('SIGKILL')
        }),
    )
    await until(async () => ((await fetch(`${base}/-/ready`)).ok ? true : null))
  }, 60_000)
  afterAll(async () => {
    for (const one of stop.reverse()) await one()
  })

  const alerts = async (app: string): Promise<Alert[]> =>
    (await fetch(`${base}/api/v2/alerts?filter=${encodeURIComponent(`app="${app}"`)}`)).json() as Promise<Alert[]>
  const silenceState = async (id: string): Promise<string> =>
    ((await (await fetch(`${base}/api/v2/silence/${id}`)).json()) as { status: { state: string } }).status.state
  /** An alert of the app's own. */
  const alarm = async (app: string): Promise<void> => {
    const body = JSON.stringify([{ labels: { alertname: 'QueueFull', app } }])
    await fetch(`${base}/api/v2/alerts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  }
  const heard = (app: string, status: string, name = 'SafeDeployHalted') =>
    until(async () => {
      const all = hooks.got.map(({ json }) => json as { status: string; alerts: { labels: Record<string, string>; status: string }[] })
      return (
        all.find((one) =>
          one.alerts.some(({ labels, status: own }) => labels.app === app && labels.alertname === name && own === status),
        ) ?? null
      )
    })
  const outlet = (silence: 'app' | null, labels: Record<string, string> = {}) =>
    only({ kind: 'alertmanager', url: base, auth: null, headers: {}, labels, silence })
  const took = (told: Told): Memory => {
    if (!told.ok) throw new Error(told.why)
    return told.memory
  }

  test('fires, is renewed and resolves as one alert', async () => {
    const am = outlet(null, { team: 'core' })
    const about = { app: 'fires', incident: '01FIRES' }
    took(await am.tell(notice(about), {}, 5000))
    const [first] = await alerts('fires')
    expect(first).toMatchObject({
      labels: { alertname: 'SafeDeployHalted', app: 'fires', incident: '01FIRES', team: 'core' },
      status: { state: expect.stringMatching(/^(?:active|unprocessed)$/) },
    })
    expect(first?.annotations.description).toContain('safe-deploy rollback')
    expect(Date.parse(first?.endsAt ?? '') - Date.now()).toBeGreaterThan(23 * 3_600_000)
    await heard('fires', 'firing')

    took(
      await am.tell(
        notice({ ...about, happening: 'renewed', counts: { failures: 2, refused: 9, rollbacks: 0, atLeast: false } }),
        {},
        5000,
      ),
    )
    const renewed = await alerts('fires')
    expect(renewed).toHaveLength(1)
    expect(Date.parse(renewed[0]?.endsAt ?? '')).toBeGreaterThan(Date.parse(first?.endsAt ?? ''))
    expect(renewed[0]?.annotations.description).toContain('11 attempts: 2 failed, 9 refused')

    took(await am.tell(ended(about), {}, 5000))
    await heard('fires', 'resolved')
    expect(await alerts('fires')).toEqual([])
  })

  test('the inhibit rule of the docs keeps the app’s own alerts back, and no others', async () => {
    took(await outlet(null).tell(notice({ app: 'inhibits', incident: '01INH' }), {}, 5000))
    await alarm('inhibits')
    await alarm('somebody-else')
    const held = await until(async () => (await alerts('inhibits')).find(({ status }) => status.inhibitedBy.length > 0) ?? null)
    expect(held.labels.alertname).toBe('QueueFull')
    expect((await alerts('inhibits')).find(({ labels }) => labels.alertname === 'SafeDeployHalted')?.status.inhibitedBy).toEqual([])
    await heard('somebody-else', 'firing', 'QueueFull')
  })

  test('its silence covers the app’s alerts and not its own, is prolonged under one id, and is gone at the end', async () => {
    const am = outlet('app')
    const about = { app: 'silenced', incident: '01SIL' }
    const memory = took(await am.tell(notice(about), {}, 5000))
    expect(memory.silence).toMatch(/^[0-9a-f-]{36}$/)
    await alarm('silenced')
    const held = await until(async () => (await alerts('silenced')).find(({ status }) => status.silencedBy.length > 0) ?? null)
    expect(held.labels.alertname).toBe('QueueFull')
    const own = (await alerts('silenced')).find(({ labels }) => labels.alertname === 'SafeDeployHalted')
    expect(own?.status).toMatchObject({ state: 'active', silencedBy: [] })

    const renewed = took(await am.tell(notice({ ...about, happening: 'renewed' }), memory, 5000))
    expect(renewed.silence).toBe(memory.silence)
    expect(Number(renewed.silencedUntil)).toBeGreaterThanOrEqual(Number(memory.silencedUntil))

    took(await am.tell(ended(about), renewed, 5000))
    expect(await silenceState(renewed.silence ?? '')).toBe('expired')
    took(await am.tell(ended(about), renewed, 5000))
  })

  test('a silence that a person lifted stays lifted', async () => {
    const am = outlet('app')
    const about = { app: 'lifted', incident: '01LIFT' }
    const memory = took(await am.tell(notice(about), {}, 5000))
    await fetch(`${base}/api/v2/silence/${memory.silence}`, { method: 'DELETE' })
    const later = took(await am.tell(notice({ ...about, happening: 'counted' }), memory, 5000))
    expect(later).toEqual({ lifted: 'yes' })
    expect(took(await am.tell(notice({ ...about, happening: 'renewed' }), later, 5000))).toEqual({ lifted: 'yes' })
    expect(await silenceState(memory.silence ?? '')).toBe('expired')
    await alarm('lifted')
    const alarmed = await until(async () => (await alerts('lifted')).find(({ labels }) => labels.alertname === 'QueueFull') ?? null)
    expect(alarmed.status.silencedBy).toEqual([])
  })

  test('a silence that nobody remembers is gone at the end as well, and another incident’s stays', async () => {
    const am = outlet('app')
    const about = { app: 'forgotten', incident: '01FORG' }
    const lost = took(await am.tell(notice(about), {}, 5000))
    const other = took(await am.tell(notice({ app: 'forgotten', incident: '01FORGX' }), {}, 5000))
    took(await am.tell(ended(about), {}, 5000))
    expect(await silenceState(lost.silence ?? '')).toBe('expired')
    expect(await silenceState(other.silence ?? '')).toBe('active')
  })

  test('an id it never gave is no obstacle: a new silence while halted, nothing to do at the end', async () => {
    const am = outlet('app')
    const about = { app: 'stranger', incident: '01STR' }
    const strange = { silence: '11111111-2222-4333-8444-555555555555', silencedUntil: String(Date.now() + 60_000) }
    const memory = took(await am.tell(notice({ ...about, happening: 'counted' }), strange, 5000))
    expect(memory.silence).not.toBe(strange.silence)
    took(await am.tell(ended(about), strange, 5000))
    expect(await silenceState(memory.silence ?? '')).toBe('expired')
  })

  test('a clock behind the machine that halted makes no alert that begins after it ends', async () => {
    const future = new Date(Date.now() + 3_600_000).toISOString()
    took(await outlet(null).tell(ended({ app: 'skewed', incident: '01SKEW', since: future }), {}, 5000))
  })
})
