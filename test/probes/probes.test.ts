import { afterEach, describe, expect, it } from 'vitest'
import type { ProbeResult, ProbeSpec } from '../../src/model.ts'
import { baselineOf } from '../../src/probes/baseline.ts'
import { namesOf } from '../../src/probes/name.ts'
import { newErrors } from '../../src/probes/new-errors.ts'
import { judgeAdvance } from '../../src/probes/progress.ts'
import { type Baseline, runProbes } from '../../src/probes/run.ts'
import { readValue } from '../../src/probes/value.ts'
import { errorsSince } from '../../src/probes/worker.ts'
import { type App, serve, world } from './world.ts'

const apps: App[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})
const start = async (onAsk?: (app: App) => void): Promise<App> => {
  const app = await serve(onAsk)
  apps.push(app)
  return app
}

const http = (url: string, more: Partial<Extract<ProbeSpec, { kind: 'http' }>> = {}): ProbeSpec => ({
  ...{ kind: 'http', url, status: null, contains: null, withinMs: 2_000 },
  ...more,
})
const command = (run: string, more: Partial<Extract<ProbeSpec, { kind: 'command' }>> = {}): ProbeSpec => ({
  ...{ kind: 'command', run, on: 'here', withinMs: 5_000 },
  ...more,
})
const progress = (more: Partial<Extract<ProbeSpec, { kind: 'progress' }>>): ProbeSpec => ({
  ...{ kind: 'progress', http: null, command: null, on: 'here', value: null, advances: true, below: null, withinMs: 2_000 },
  ...more,
})

const never = new AbortController().signal
const run = (specs: ProbeSpec[], deps = world(), baseline: Baseline | null = null, bakeMs = 0, signal = never): Promise<ProbeResult[]> =>
  runProbes(deps, specs, baseline, { bakeMs, signal, everyMs: 30 })

describe('an http probe', () => {
  it('passes on any answer below 400, and on no other', async () => {
    const app = await start()
    expect(await run([http(app.url)])).toMatchObject([{ passed: true, note: 'answered 200' }])
    app.status = 404
    expect(await run([http(app.url)])).toMatchObject([{ passed: false, note: 'answered 404' }])
  })
  it('wants the status and the text it was told', async () => {
    const app = await start()
    app.status = 204
    expect(await run([http(app.url, { status: 200 })])).toMatchObject([{ passed: false, note: 'answered 204, not 200' }])
    app.status = 200
    expect(await run([http(app.url, { contains: 'healthy' })])).toMatchObject([{ passed: false }])
    expect(await run([http(app.url, { contains: 'ok' })])).toMatchObject([{ passed: true }])
  })
  it('is tried again until its time is up', async () => {
    const app = await start((one) => {
      one.status = one.asked < 3 ? 503 : 200
    })
    expect(await run([http(app.url, { withinMs: 5_000 })])).toMatchObject([{ passed: true }])
    expect(app.asked).toBe(3)
  })
  it('says why nobody answered', async () => {
    const gone = await serve()
    await gone.close()
    expect(await run([http(gone.url)])).toMatchObject([{ passed: false, note: 'ECONNREFUSED' }])
  })
})

describe('a command probe', () => {
  it('passes with exit 0, and says its last line otherwise, masked', async () => {
    expect(await run([command('true')])).toMatchObject([{ passed: true }])
    expect(await run([command('echo fine; echo hunter2 is wrong >&2; exit 3', { withinMs: 100 })])).toMatchObject([
      { passed: false, note: 'exited 3: ••• is wrong' },
    ])
  })
  it('is ended when its time is up', async () => {
    expect(await run([command('sleep 30', { withinMs: 200 })])).toMatchObject([{ passed: false, note: 'did not end within 0.2 s' }])
  })
  it('runs on a machine, or fails where none is started', async () => {
    const onMachine = (line: string) => ({
      command: ['/bin/sh', '-c', `echo there; ${line}`],
      cwd: '/',
      env: { PATH: process.env.PATH! },
      lost: [],
    })
    const deps = world({ onMachine })
    expect(await run([command('true', { on: 'machine' })], deps)).toMatchObject([{ passed: true }])
    expect(deps.events).toContainEqual(expect.objectContaining({ type: 'output', source: 'probe', text: 'there\n' }))
    expect(await run([command('true', { on: 'machine', withinMs: 50 })])).toMatchObject([
      { passed: false, note: 'no machine is started to run it on' },
    ])
  })
})

describe('a progress probe', () => {
  const counting = (by: number) =>
    start((one) => {
      one.body = JSON.stringify({ runs: { total: one.asked * by } })
    })
  it('passes as soon as the number has grown', async () => {
    const app = await counting(1)
    const results = await run([progress({ http: app.url, value: 'runs.total', withinMs: 30_000 })])
    expect(results).toMatchObject([{ passed: true, note: 'went from 1 to 2' }])
    expect(app.asked).toBe(2)
  })
  it('fails when it stands still', async () => {
    const app = await counting(0)
    expect(await run([progress({ http: app.url, value: 'runs.total' })])).toMatchObject([{ passed: false, note: 'is still 0 within 2 s' }])
  })
  it('is not asked again during the bake', async () => {
    const app = await counting(1)
    expect(await run([progress({ http: app.url, value: 'runs.total' })], world(), null, 300)).toMatchObject([{ passed: true }])
    expect(app.asked).toBe(2)
  })
  it('reads a number that a command prints', async () => {
    expect(
      await run([progress({ command: 'echo x >> "$F"; wc -l < "$F"' })], world({ env: { PATH: process.env.PATH, F: '/dev/null' } })),
    ).toMatchObject([{ passed: false }])
    expect(await run([progress({ command: 'echo 12', advances: false, below: 20 })])).toMatchObject([{ passed: true, note: 'is 12' }])
  })
  it('below: fails when it does not come down, and when it rises during the bake', async () => {
    expect(await run([progress({ command: 'echo 25', advances: false, below: 20, withinMs: 100 })])).toMatchObject([
      { passed: false, note: expect.stringContaining('is 25') },
    ])
    const app = await start((one) => {
      one.body = one.asked < 3 ? '5' : '50'
    })
    expect(await run([progress({ http: app.url, advances: false, below: 20 })], world(), null, 500)).toMatchObject([
      { passed: false, note: 'is 50, after it had passed' },
    ])
  })
  it('takes a number that began again for work of the new version', () => {
    expect(judgeAdvance(null, { ok: true, value: 2 }, 90)).toMatchObject({ passed: true })
    expect(judgeAdvance(null, { ok: true, value: 0 }, 90)).toMatchObject({ passed: false })
    expect(judgeAdvance(null, { ok: true, value: 95 }, 90)).toMatchObject({ passed: false })
    expect(judgeAdvance(null, { ok: true, value: 5 }, null)).toMatchObject({ passed: false })
  })
})

describe('the bake', () => {
  it('asks again until it is over', async () => {
    const app = await start()
    expect(await run([http(app.url)], world(), null, 200)).toMatchObject([{ passed: true }])
    expect(app.asked).toBeGreaterThan(2)
  })
  it('fails when the app falls over during it', async () => {
    const app = await start((one) => {
      one.status = one.asked > 2 ? 500 : 200
    })
    expect(await run([http(app.url)], world(), null, 5_000)).toMatchObject([{ passed: false, note: 'answered 500, after it had passed' }])
  })
  it('forgives one lost answer', async () => {
    const app = await start((one) => {
      one.status = one.asked === 2 ? 500 : 200
    })
    expect(await run([http(app.url)], world(), null, 200)).toMatchObject([{ passed: true }])
  })
  it('is waited for without any probe', async () => {
    expect(await run([], world(), null, 20)).toEqual([])
  })
})

describe('several probes', () => {
  it('end at the first failure that is new', async () => {
    const app = await start()
    const results = await run([command('exit 1', { withinMs: 50 }), http(app.url)], world(), null, 60_000)
    expect(results).toMatchObject([{ passed: false, wasRed: false }])
  })
  it('do not end at one that was red before', async () => {
    const app = await start()
    const specs = [command('exit 1', { withinMs: 50 }), http(app.url)]
    const baseline = await baselineOf(world(), specs, never)
    expect(baseline.red).toEqual(['exit 1'])
    const deps = world()
    await baselineOf(deps, [command('echo noise')], never)
    expect(deps.events).toEqual([])
    expect(await run(specs, world(), baseline, 100)).toMatchObject([
      { passed: false, wasRed: true },
      { passed: true, wasRed: false },
    ])
  })
  it('are told as they end', async () => {
    const deps = world()
    await run([command('true')], deps)
    expect(deps.events).toContainEqual({ type: 'probe.ended', result: expect.objectContaining({ name: 'true', passed: true }) })
  })
  it('stop when asked to', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 50)
    expect(await run([command('sleep 30', { withinMs: 60_000 })], world(), null, 60_000, stop.signal)).toEqual([])
  })
})

describe('without configured probes', () => {
  it('an app that answers HTTP is asked GET / and may answer anything but a server error', async () => {
    const app = await start()
    app.status = 404
    expect(await run([], world({ url: app.url }))).toMatchObject([{ name: `GET ${app.url}`, passed: true }])
  })
  it('a worker has none', async () => {
    expect(await run([], world())).toEqual([])
  })
})

describe('names of probes', () => {
  it('hold no credentials and are unique', () => {
    expect(
      namesOf([
        http('https://u:p@x.dev/health?token=hunter2'),
        http('https://x.dev/health#a'),
        progress({ http: 'https://x.dev/s', value: 'runs.total' }),
      ]),
    ).toEqual(['GET https://x.dev/health', 'GET https://x.dev/health (2)', 'runs.total advances'])
  })
})

describe('a number in an answer', () => {
  it.each([
    ['12\n', null, 12],
    ['{"a":{"b":[3,"4.5"]}}', 'a.b.1', 4.5],
    ['-1', null, -1],
  ])('%j at %j is %j', (text, path, value) => expect(readValue(text, path)).toEqual({ ok: true, value }))
  it.each([
    ['', null],
    ['twelve', null],
    ['{"a":1}', 'b'],
    ['{"a":{}}', 'a'],
    ['<html>', 'a'],
    ['{"a":1}', 'constructor.length'],
    ['{"a":null}', 'a.b'],
  ])('%j at %j is none', (text, path) => expect(readValue(text, path).ok).toBe(false))
})

describe('new kinds of errors in a log', () => {
  const at = (second: number, text: string): string => `2026-08-21T10:00:${String(second).padStart(2, '0')}Z app[e784] ams [info]${text}`
  const since = Date.parse('2026-08-21T10:00:30Z')
  it('are those that were not there before', () => {
    const lines = [
      at(1, 'Error: retry 4'),
      at(31, 'Error: retry 9'),
      at(32, 'psycopg2.OperationalError: password authentication failed'),
      at(33, 'ERROR password authentication failed for worker 3'),
    ]
    expect(newErrors(lines, since)).toEqual([
      'psycopg2.OperationalError: password authentication failed',
      'ERROR password authentication failed for worker 3',
    ])
  })
  it('are masked, and none where the log cannot be had', async () => {
    const recentLog = async () => [at(31, 'Error: hunter2 is wrong')]
    expect(await errorsSince({ recentLog }, since, world().mask)).toEqual(['new in its log: Error: ••• is wrong'])
    expect(await errorsSince({ recentLog: async () => null }, since, world().mask)).toEqual([])
  })
  it('are none in a quiet log', () => {
    expect(newErrors([at(1, 'ok'), at(40, 'done, 0 errors')], since)).toEqual([])
  })

  it('a line of the second in which the deploy began is one of since: its time tells no more than the second', () => {
    const began = Date.parse('2026-11-21T09:00:01.600Z')
    const line = (time: string) => `${time} app[m1] ams [info]OperationalError: login failed`
    expect(newErrors([line('2026-11-21T09:00:01Z'), line('2026-11-21T09:00:02Z')], began)).toEqual(['OperationalError: login failed'])
    expect(newErrors([line('2026-11-21T09:00:00Z'), line('2026-11-21T09:00:02Z')], began)).toEqual([])
    expect(newErrors([line('2026-11-21T09:00:01.100Z'), line('2026-11-21T09:00:02Z')], began)).toEqual([])
  })
})
