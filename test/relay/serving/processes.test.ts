import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../change/repo.ts'
import { type Ran, run } from '../../cli/run.ts'
import { built } from '../../support/built.ts'
import { type FakeSlack, openFakeSlack } from '../../support/fake-slack.ts'
import { ADMIN, relayConfig, TOKENS } from '../../support/relay-config.ts'
import { ask } from '../../support/relay-house.ts'
import { until } from '../../support/started.ts'

const OK = { status: 200, body: 'ok' } as const
const failed = (n: number): string => `error: order ${n} failed: HTTP 500`
const MAIN = '/services/shop'

interface Room {
  dir: string
  slack: FakeSlack
  env: Record<string, string>
  data: string
}

const setUp = async (): Promise<Room> => {
  const [dir, slack] = [tempFolder(), await openFakeSlack()]
  onTestFinished(() => slack.close())
  const data = join(dir, 'data')
  const { text, env } = relayConfig({ data, slack: slack.url, megabytes: 16 })
  writeFileSync(join(dir, 'relay.yml'), text(0))
  return { dir, slack, env, data }
}

/** The built command, by a shell line in front of it. */
const start = async ({ dir, env }: Room, before = '', args: readonly string[] = []) => {
  const line = `${before} exec "$0" "$@"`
  const child = spawn('sh', ['-c', line, process.execPath, join(built(), 'bin', 'safe-deploy.js'), 'relay', ...args], {
    cwd: dir,
    env: { PATH: process.env.PATH, HOME: dir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const seen = { out: '', err: '', ended: null as [number | null, string | null] | null }
  child.stdout.on('data', (text) => {
    seen.out += text
  })
  child.stderr.on('data', (text) => {
    seen.err += text
  })
  child.on('close', (code, signal) => {
    seen.ended = [code, signal]
  })
  const port = () => /Listening on \S+:(\d+)/.exec(seen.out + seen.err)?.[1]
  await until(() => port() !== undefined || seen.ended !== null, 'it listens')
  const url = `http://127.0.0.1:${port()}`
  return {
    seen,
    url,
    pid: child.pid,
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    ended: async () => seen.ended ?? ((await once(child, 'close')) as [number | null, string | null]),
    post: (text: string) => ask(`${url}/services/T/B/${TOKENS.shop}`, 'POST', JSON.stringify({ text })),
    admin: async (line: string, body?: object) => {
      const [method = '', path = ''] = line.split(' ')
      const told = await ask(url + path, method, body ? JSON.stringify(body) : '', { authorization: `Bearer ${ADMIN}` })
      return JSON.parse(told.text) as { journal: unknown; channels: Record<string, unknown>[] }
    },
  }
}

const QUIET = { app: 'shop', ttl_s: 600, because: 'a bad deploy', by: 'a test', reason: 'halt' }

describe('told to stop', () => {
  test('it finishes what is under way, takes nothing new, and ends with 0', async () => {
    const room = await setUp()
    const relay = await start(room)
    room.slack.answers({ ...OK, afterMs: 1_000 })
    const slow = relay.post('hello')
    await until(() => room.slack.got.length === 1, 'it is under way')
    relay.kill('SIGTERM')
    await until(() => relay.seen.err.includes('takes nothing new'), 'it stops')
    await expect(relay.post('too late')).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/)
    expect((await slow).text).toBe('ok')
    expect(await relay.ended()).toEqual([0, null])
    expect(relay.seen.err).toMatch(/Stopped: everything that was taken is on disk or delivered\n$/)
  })

  test('twice, it ends at once', async () => {
    const room = await setUp()
    const relay = await start(room)
    room.slack.answers('hang')
    const slow = relay.post('hello').catch(() => 'cut off')
    await until(() => room.slack.got.length === 1, 'it is under way')
    relay.kill('SIGTERM')
    await until(() => relay.seen.err.includes('takes nothing new'), 'it stops')
    relay.kill('SIGINT')
    expect(await relay.ended()).toEqual([130, null])
    expect(await slow).toBe('cut off')
  })

  test('with --json it says so in events, and stderr stays empty', async () => {
    const relay = await start(await setUp(), '', ['--json'])
    relay.kill('SIGTERM')
    expect(await relay.ended()).toEqual([0, null])
    const lines = relay.seen.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map(({ type, data }) => data?.what ?? type)).toEqual(['listening', 'stopped', 'stopped', 'done'])
    expect(lines.at(-1)).toMatchObject({ ok: true, command: 'relay', exit: 0 })
    expect(relay.seen.err).toBe('')
  })
})

test('killed, what was not delivered is delivered by the next one, once', async () => {
  const room = await setUp()
  const first = await start(room)
  await first.admin('POST /v1/quiet', QUIET)
  room.slack.answers({ status: 429, headers: { 'retry-after': '3600' } })
  expect((await first.post(failed(1))).text).toBe('ok')
  first.kill('SIGKILL')
  await first.ended()
  const tried = room.slack.got.length
  room.slack.answers(OK)
  const second = await start(room)
  await until(async () => (await second.admin('GET /v1/status')).channels[0]?.queue === 0, 'it is delivered')
  await second.post(failed(2))
  expect(room.slack.got.slice(tried).map(({ text }) => text)).toEqual([failed(1)])
  expect((await second.admin('GET /v1/status')).channels[0]).toMatchObject({ held: 1, kinds: 1 })
})

test('a second relay on one volume is refused, and the first goes on', async () => {
  const room = await setUp()
  const first = await start(room)
  const told: Ran = await run(['relay'], { cwd: room.dir, env: room.env })
  expect(told.exit).toBe(69)
  expect(told.stdout).toContain('RELAY_RUNS')
  expect((await first.post('hello')).text).toBe('ok')
})

test('a port that is taken is a refusal, and lets go of the journal', async () => {
  const room = await setUp()
  const first = await start(room)
  const config = relayConfig({ data: join(room.dir, 'other'), slack: room.slack.url, megabytes: 16 })
  writeFileSync(join(room.dir, 'second.yml'), config.text(Number(new URL(first.url).port)))
  const told = await run(['relay', '--config=second.yml'], { cwd: room.dir, env: room.env })
  expect(told.exit).toBe(69)
  expect(told.stdout).toMatch(/The relay cannot listen on 127\.0\.0\.1, port \d+: EADDRINUSE\.\n[\s\S]*RELAY_NOT_LISTENING, exit 69/)
  writeFileSync(join(room.dir, 'relay.yml'), config.text(0))
  expect((await (await start(room)).post('hello')).text).toBe('ok')
})

test('without a config it says what is missing', async () => {
  const told = await run(['relay'], { cwd: tempFolder() })
  expect(told.exit).toBe(64)
  expect(told.stdout).toMatch(/There is no \S+relay\.yml; the relay does not start\.[\s\S]*safe-deploy relay init/)
})

test('on a disk that is full it hands everything on, and says so; with room it holds again', async () => {
  const room = await setUp()
  // The kernel lets no file of it grow beyond 4 KiB, until it is told otherwise.
  const relay = await start(room, "trap '' XFSZ; ulimit -S -f 8;")
  await relay.admin('POST /v1/quiet', QUIET)
  await until(async () => {
    await relay.post(failed(room.slack.got.length))
    return relay.seen.err.includes('The journal fails (EFBIG)')
  }, 'the disk is full')
  const passed = room.slack.texts(MAIN).length
  for (let n = 100; n < 103; n++) expect((await relay.post(failed(n))).text).toBe('ok')
  expect(room.slack.texts(MAIN).length).toBe(passed + 3)
  expect(await relay.admin('GET /health')).toEqual({ ok: true, journal: 'failing' })
  await until(() => room.slack.got.some(({ text }) => text.includes('its journal cannot be written (EFBIG)')), 'it is said')
  execFileSync('prlimit', ['--fsize=unlimited:', `--pid=${relay.pid}`])
  await until(async () => {
    await relay.post(failed(200))
    return (await relay.admin('GET /health')).journal === undefined
  }, 'it heals')
  const healed = room.slack.texts(MAIN).length
  expect((await relay.post(failed(201))).text).toBe('ok')
  expect(room.slack.texts(MAIN)).toHaveLength(healed)
})

test('a folder that cannot be made: everything is handed on, and the journal is tried again', async () => {
  const room = await setUp()
  writeFileSync(room.data, 'no folder')
  const relay = await start(room)
  await relay.admin('POST /v1/quiet', QUIET)
  for (let n = 0; n < 3; n++) expect((await relay.post(failed(n))).text).toBe('ok')
  expect(room.slack.texts(MAIN).filter((text) => text.startsWith('error'))).toEqual([0, 1, 2].map(failed))
  expect(await relay.admin('GET /v1/status')).toMatchObject({ journal: { ok: false, why: expect.stringMatching(/^(?:EEXIST|ENOTDIR)$/) } })
  await until(() => room.slack.got.some(({ text }) => text.includes('its journal cannot be written')), 'it is said')
})

test('no secret and no text of a message is in the log', async () => {
  const room = await setUp()
  const hook = `${room.slack.url}/services/T0A1B2/B3C4D5/${'x8Qw'.repeat(6)}`
  const relay = await start({ ...room, env: { ...room.env, SHOP_HOOK: hook } })
  await relay.admin('POST /v1/quiet', { ...QUIET, by: `somebody with ${TOKENS.shop} and ${hook}` })
  await relay.post(failed(1))
  room.slack.answers({ status: 503 })
  await relay.post('error: the disk is full')
  await until(() => relay.seen.err.includes('is tried again'), 'the trouble is told')
  relay.kill('SIGTERM')
  await relay.ended()
  const said = relay.seen.out + relay.seen.err
  for (const secret of [ADMIN, ...Object.values(TOKENS), 'T0A1B2', 'x8Qw', 'order', 'the disk']) expect(said).not.toContain(secret)
  const files = readdirSync(room.data).filter((name) => name.endsWith('.jsonl'))
  const kept = files.map((name) => readFileSync(join(room.data, name), 'utf8')).join('')
  expect(kept).not.toContain(ADMIN)
})
