import type { Clock, Http, HttpRequest } from '../ports.ts'
import { type Answer, failureOf } from './answer.ts'
import type { Memory, Notice, Outlet, Told } from './outlet.ts'

export interface World {
  http: Http
  clock: Clock
}

/** A failure, as `tell` gives it back. */
export type Failed = Extract<Told, { ok: false }>

type Reply = ({ ok: true } & Answer) | { ok: false; failed: Failed; status: number | null; body: string }

/** One try at one other side: all of its requests have one deadline, and no failure shows where it went or with what. */
export interface Try {
  /** 2xx, or why not. Never throws. */
  ask(url: string, request: Omit<HttpRequest, 'timeoutMs'>): Promise<Reply>
  fail(why: string, how?: Partial<Pick<Failed, 'retryMs' | 'final'>>): Failed
}

interface Side {
  /** How failures call it, e.g. `Slack`. */
  name: string
  /** What no failure may show: tokens and addresses. */
  secrets: readonly string[]
}

/** A secret as a whole, and of an address what says more than its host: all of it, and each long part. */
const partsOf = (secret: string): string[] => {
  const rest = secret.replace(/^https?:\/\/[^/]*\/?/i, '')
  const inside = rest === secret ? [] : [rest, ...rest.split(/[/?&=]/).filter((part) => part.length > 7)]
  return [secret, encodeURIComponent(secret), ...inside]
}

/** Takes values out of a text. */
const without = (secrets: readonly string[]): ((text: string) => string) => {
  const parts = secrets.flatMap(partsOf)
  const all = [...new Set(parts.filter((part) => part.length > 3))].sort((a, b) => b.length - a.length)
  return (text) => all.reduce((left, part) => left.replaceAll(part, '•••'), text)
}

const begin = ({ http, clock }: World, { name, secrets }: Side, timeoutMs: number): Try => {
  const until = clock.now() + timeoutMs
  const hush = without(secrets)
  const fail: Try['fail'] = (why, { retryMs = null, final = false } = {}) => ({ ok: false, why: hush(`${name} ${why}`), retryMs, final })
  const none = (why: string): Reply => ({ ok: false, failed: fail(why), status: null, body: '' })
  const ask: Try['ask'] = async (url, request) => {
    const left = Math.min(timeoutMs, until - clock.now())
    const late = `gave no answer within ${Math.round(timeoutMs / 50) / 20} s`
    if (left <= 0) return none(late)
    try {
      const answer = await http.send(url, { ...request, timeoutMs: left })
      if (answer.status >= 200 && answer.status < 300) return { ok: true, ...answer }
      const { why, ...how } = failureOf(answer, clock.now())
      return { ok: false, failed: fail(why, how), status: answer.status, body: answer.body }
    } catch (error) {
      const { message } = error as Error
      return none(message.startsWith('no answer') ? late : `could not be reached: ${message}`)
    }
  }
  return { ask, fail }
}

/** One try, which never throws. */
export const attempt = async (world: World, side: Side, timeoutMs: number, act: (one: Try) => Promise<Told>): Promise<Told> => {
  const one = begin(world, side, timeoutMs)
  try {
    return await act(one)
  } catch (error) {
    return one.fail(`could not be told: ${(error as Error).message}`)
  }
}

/** An outlet of which each telling is one try. */
export const makeOutlet = (
  world: World,
  side: Side,
  outlet: Omit<Outlet, 'tell'> & { tell(one: Try, notice: Notice, memory: Memory): Promise<Told> },
): Outlet => ({
  ...outlet,
  tell: (notice, memory, timeoutMs) => attempt(world, side, timeoutMs, (one) => outlet.tell(one, notice, memory)),
})

/** It was taken. @param said what came back */
export const told = (said: string, memory: Memory = {}): Told => ({ ok: true, memory, said })

/** A request that carries JSON. */
export const json = (body: unknown, headers: Readonly<Record<string, string>> = {}): Omit<HttpRequest, 'timeoutMs'> => ({
  method: 'POST',
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
})
