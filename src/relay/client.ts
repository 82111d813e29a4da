import { type GuardError, refuse } from '../errors.ts'
import { oneLine } from '../notifiers/clip.ts'
import type { Http } from '../ports.ts'
import { type HeldSaid, type PageSaid, type QuietSaid, READS, type ReleaseSaid, type StatusSaid } from './answers.ts'
import type { Reason } from './entry.ts'
import type { Read } from './shape.ts'
import { wholeText } from './whole-text.ts'

export interface RelayAt {
  /** Base URL. */
  url: string
  /** How it is called where people read: nothing secret. */
  name: string
  /** Of the admin; a secret. */
  token: string
  http: Pick<Http, 'send'>
  timeoutMs: number
}

/** The admin API of one relay. Each call throws RELAY_UNREACHABLE or RELAY_REFUSED, which show neither token nor address. */
export interface RelayClient {
  name: string
  quiet(window: { app: string; ttlS: number; because: string; by: string; reason: Reason }): Promise<QuietSaid>
  /** @param reason null: all reasons */
  release(app: string, by: string, reason: Reason | null): Promise<ReleaseSaid>
  /** Posts what is due later now. @param app null: of every app. @returns how many posts */
  flush(app: string | null): Promise<number>
  status(): Promise<StatusSaid>
  held(app: string | null): Promise<HeldSaid>
  /** One page of the messages of a kind. @param kind or how it begins. @param after id of the message before */
  show(kind: string, after: string | null): Promise<PageSaid>
  /** All that a message says. */
  textOf(message: PageSaid['messages'][number]): string
}

/** Bytes of an answer that are read: a page of messages, each of at most 256 KiB. */
const MOST_BYTES = 16 * 1024 * 1024
const PAGE = 1_000

interface Asked<T> {
  method: 'GET' | 'POST'
  path: string
  input?: object
  read: Read<T>
}

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Foreign words for one line of ours. */
const clean = (text: string): string => oneLine(text.slice(0, 200))

const errorIn = (value: unknown): string | null => {
  const error: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'error') : undefined
  return typeof error === 'string' ? clean(error) : null
}

const unreachable = ({ name, token, url }: RelayAt, why: string): GuardError => {
  const shown = [token, url].reduce((left, part) => left.replaceAll(part, '•••'), why)
  return refuse('RELAY_UNREACHABLE', { what: `${name} cannot be reached: ${shown}.`, who: 'whoever runs the relay' })
}

const noRelay = ({ name }: RelayAt, how: string): GuardError =>
  refuse('RELAY_UNREACHABLE', {
    what: `${name} is no relay: ${how}.`,
    why: ['is the URL right? It is the base of the relay, without /v1'],
    who: 'whoever knows where the relay is',
  })

const refused = ({ name, token }: RelayAt, status: number, said: string): GuardError =>
  status === 401
    ? refuse('RELAY_REFUSED', {
        what: `${name} does not take this token.`,
        why: ['it is the admin token of its relay.yml that it wants, not the one that apps post with'],
        who: 'whoever has the admin token',
      })
    : refuse('RELAY_REFUSED', { what: `${name} says no (${status}): ${said.replaceAll(token, '•••')}` })

const several = (at: RelayAt, { kinds }: { kinds: { kind: string; mask: string }[] }): GuardError =>
  refuse('RELAY_REFUSED', {
    what: `${at.name} has ${kinds.length} kinds that begin so.`,
    why: kinds.map(({ kind, mask }) => `${clean(kind)}  ${clean(mask)}`),
  })

const ask = async <T>(at: RelayAt, { method, path, input, read }: Asked<T>): Promise<T> => {
  const headers = { authorization: `Bearer ${at.token}`, ...(input ? { 'content-type': 'application/json' } : {}) }
  const body = input ? { body: JSON.stringify(input) } : {}
  const request = { method, headers, ...body, timeoutMs: at.timeoutMs, maxBytes: MOST_BYTES }
  const answer = await at.http.send(`${at.url}/v1/${path}`, request).catch((error: Error) => {
    throw unreachable(at, error.message)
  })
  return valueIn(at, answer, read)
}

const valueIn = <T>(at: RelayAt, { status, body }: { status: number; body: string }, read: Read<T>): T => {
  const value = parsed(body)
  if (status === 401) throw refused(at, status, '')
  if (status !== 200 && status !== 409) {
    const error = errorIn(value)
    // What stands in front of a relay that is down, or in its way.
    if (error === null && (status >= 500 || status === 429)) throw unreachable(at, `what answers there says ${status}`)
    throw error === null ? noRelay(at, `it answers ${status}, and not as one`) : refused(at, status, error)
  }
  if (Buffer.byteLength(body) >= MOST_BYTES) throw unreachable(at, 'it answers more than can be read')
  if (status === 409) throw several(at, fitting(at, value, READS.several))
  return fitting(at, value, read)
}

const fitting = <T>(at: RelayAt, value: unknown, read: Read<T>): T => {
  try {
    return read(value, 'the answer')
  } catch {
    throw noRelay(at, 'it does not answer as one')
  }
}

const query = (fields: Readonly<Record<string, string | null>>): string => {
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== null)
  return given.length > 0 ? `?${new URLSearchParams(given)}` : ''
}

/** A client of one relay. */
export const makeRelayClient = (at: RelayAt): RelayClient => {
  const get = <T>(path: string, read: Read<T>) => ask(at, { method: 'GET', path, read })
  const post = <T>(path: string, input: object, read: Read<T>) => ask(at, { method: 'POST', path, input, read })
  return {
    name: at.name,
    quiet: ({ ttlS, ...window }) => post('quiet', { ...window, ttl_s: ttlS }, READS.quiet),
    release: (app, by, reason) => post('release', { app, by, ...(reason ? { reason } : {}) }, READS.release),
    flush: async (app) => (await post('flush', app === null ? {} : { app }, READS.flush)).posts,
    status: () => get('status', READS.status),
    held: (app) => get(`held${query({ app })}`, READS.held),
    show: (kind, after) => get(`held/${encodeURIComponent(kind)}${query({ after, limit: String(PAGE) })}`, READS.page),
    textOf: wholeText,
  }
}
