import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { makeForwarder } from '../../src/adapters/forward.ts'
import { makeHttp } from '../../src/adapters/http.ts'
import { openJournal } from '../../src/adapters/journal.ts'
import { listenRelay } from '../../src/adapters/relay-server.ts'
import type { Journal } from '../../src/ports-relay.ts'
import type { Entry } from '../../src/relay/entry.ts'
import { readsLikeFailure } from '../../src/relay/failure-words.ts'
import type { Channel, Policy } from '../../src/relay/policy.ts'
import { MAX_BODY } from '../../src/relay/read-body.ts'
import { startRelay } from '../../src/relay/serve.ts'
import { apply, freeze, newState } from '../../src/relay/state.ts'
import { steadyClock } from '../../src/relay/steady-clock.ts'
import type { Note, World } from '../../src/relay/world.ts'
import { tempFolder } from '../change/repo.ts'
import { type FakeSlack, openFakeSlack } from './fake-slack.ts'

export interface Answered {
  status: number
  headers: Record<string, string | string[] | undefined>
  bytes: Buffer
  text: string
}

/** One request, with nothing added to it but what HTTP needs. */
export const ask = (url: string, method: string, body: string | Buffer = '', headers: Record<string, string> = {}): Promise<Answered> =>
  new Promise((done, fail) => {
    const out = request(url, { method, headers: { 'content-length': String(Buffer.byteLength(body)), ...headers } }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        const bytes = Buffer.concat(parts)
        done({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString() })
      })
    })
    out.on('error', fail)
    out.end(body)
  })

/** A channel of the app `web` with another token each time. */
export const channelTo = (slack: FakeSlack, name: string, more: Partial<Channel> = {}): Channel => ({
  name,
  app: 'web',
  token: randomBytes(18).toString('base64url'),
  to: `${slack.url}/services/${name}`,
  ops: null,
  audience: 'ops',
  quiet: 'hold',
  holds: readsLikeFailure,
  never: [],
  overrides: [],
  ...more,
})

export const HOUR_MS = 3_600_000

const policyOf = (channels: readonly Channel[], data: string): Policy => ({
  listen: { host: '127.0.0.1', port: 0 },
  data,
  admin: randomBytes(18).toString('base64url'),
  channels,
  maxTtlMs: 4 * HOUR_MS,
  digestMs: [HOUR_MS],
  newKinds: 5,
  keepMs: 24 * HOUR_MS,
  keepBytes: 1024 ** 3,
  ratePerS: 10_000,
  alertmanager: null,
})

/** What the admin API says, as far as tests look. */
interface Said {
  error?: string
  ok?: boolean
  journal?: unknown
  window?: { id: string; reasons: object[] } | null
  channels?: Record<string, unknown>[]
  kinds?: Record<string, unknown>[]
  messages?: { text: string; body: string | null }[]
  next?: string | null
}

export interface RelayHouse {
  slack: FakeSlack
  policy: Policy
  notes: Note[]
  journal: Journal
  url: string
  port: number
  post(text: string, name?: string): Promise<Answered>
  hook(name?: string): string
  admin(line: string, body?: object): Promise<{ status: number; json: Said }>
  /** Opens a window of the app. */
  quiet(more?: object): Promise<void>
  /** What the journal holds. */
  entries(): Promise<Entry[]>
  close(): Promise<void>
}

interface Ways {
  channels?: (slack: FakeSlack) => Channel[]
  policy?: Partial<Policy>
  world?: Partial<World>
  journal?: (journal: Journal) => Journal
  /** How long a webhook may take. */
  forwardMs?: number
}

/** A relay on loopback with a real journal and a fake Slack; it is closed with the test. */
export const openRelayHouse = async (ways: Ways = {}): Promise<RelayHouse> => {
  const slack = await openFakeSlack()
  const policy = { ...policyOf(ways.channels?.(slack) ?? [channelTo(slack, 'alerts')], join(tempFolder(), 'data')), ...ways.policy }
  const notes: Note[] = []
  const state = newState()
  const { data: folder, keepMs, keepBytes } = policy
  const onEntry = (entry: object) => apply(state, entry as Entry)
  const opened = await openJournal({ folder, keepMs, keepBytes, now: Date.now, snapshot: () => freeze(state), onEntry })
  const journal = ways.journal?.(opened) ?? opened
  const running = () => performance.now()
  const sleep: World['sleep'] = (ms, signal) =>
    new Promise((done) => {
      if (signal?.aborted) return done()
      const timer = setTimeout(done, ms)
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        done()
      })
    })
  const forwarder = makeForwarder(ways.forwardMs ?? 5_000)
  const base = {
    policy,
    version: 'test',
    clock: steadyClock(Date.now, running),
    running,
    sleep,
    random: Math.random,
    forwarder,
    http: makeHttp(),
  }
  const relay = startRelay({ ...base, note: (note) => void notes.push(note), ...ways.world }, journal, state)
  const listening = await listenRelay(policy.listen, MAX_BODY, relay.answerer)
  const url = `http://127.0.0.1:${listening.port}`
  const hook = (name = policy.channels[0]!.name) => `${url}/services/T/B/${policy.channels.find((one) => one.name === name)!.token}`
  const admin: RelayHouse['admin'] = async (line, body) => {
    const [method = '', path = ''] = line.split(' ')
    const told = await ask(url + path, method, body ? JSON.stringify(body) : '', { authorization: `Bearer ${policy.admin}` })
    return { status: told.status, json: JSON.parse(told.text) }
  }
  const ended = { yet: false }
  const close = async () => {
    if (ended.yet) return
    ended.yet = true
    await listening.stop(100)
    forwarder.close()
    await relay.stop()
    await slack.close()
  }
  onTestFinished(close)
  return {
    ...{ slack, policy, notes, journal, url, port: listening.port, hook, admin, close },
    post: (text, name) => ask(hook(name), 'POST', JSON.stringify({ text }), { 'content-type': 'application/json' }),
    quiet: async (more = {}) => {
      const told = await admin('POST /v1/quiet', { app: 'web', ttl_s: 600, because: 'a bad deploy', by: 'a test', reason: 'halt', ...more })
      if (told.status !== 200) throw new Error(`not quiet: ${told.status}`)
    },
    entries: async () => {
      const all: Entry[] = []
      for await (const entry of journal.scan()) all.push(entry as Entry)
      return all
    },
  }
}
