import type { Forwarded, Knock, Reply } from '../ports-relay.ts'
import type { Book } from './book.ts'
import type { Delivery } from './deliver.ts'
import type { First, Held, Post } from './entry.ts'
import { type Judgement, judge } from './judge.ts'
import { kindOfMessage } from './kind-of-message.ts'
import { bytesOf, isRedirect, replyOf, retryAfter, urlOf } from './pass-on.ts'
import type { Channel } from './policy.ts'
import { type Body, readBody } from './read-body.ts'
import { undo } from './state.ts'
import { quietWindow, type RelayState } from './window.ts'
import type { World } from './world.ts'

/** Exactly what Slack says when it has taken a message: clients test for it. */
const OK: Reply = { status: 200, headers: { 'content-type': 'text/html' }, body: 'ok' }

export interface Taking {
  world: Pick<World, 'policy' | 'clock' | 'forwarder'>
  state: RelayState
  book: Book
  delivery: Pick<Delivery, 'poke' | 'backOff' | 'isLimited'>
  newId(): string
  /** A message went out to the channel's webhook, or did not. */
  went(channel: Channel, result: Forwarded): void
}

/** A message on its way. */
interface Way {
  channel: Channel
  knock: Knock
  body: Buffer
}

/** Takes a message of an app: hands it on, or holds it, as its app is quiet. Never throws. */
export const takeMessage = async (taking: Taking, channel: Channel, knock: Knock, body: Buffer): Promise<Reply> => {
  const way = { channel, knock, body }
  const judged = judgement(taking, way)
  if (judged.act === 'forward') return handOn(taking, way)
  return judged.act === 'hold' ? hold(taking, way, judged.entry) : pass(taking, way, judged.entry, judged.body)
}

type Judged = Exclude<Judgement, { act: 'pass' }> | { act: 'pass'; entry: First; body: Body }

const FORWARD = { act: 'forward' } as const

const judgement = ({ world: { policy, clock }, state, book, newId }: Taking, { channel, knock, body }: Way): Judged => {
  const now = clock.now()
  if (!quietWindow(state, channel.app, now) || !book.mayHold()) return FORWARD
  const read = readBody(body, knock.headers)
  if (read === null) return FORWARD
  const message = { ...read, id: newId(), kind: kindOfMessage(read.text, channel) }
  const judged = judge(state, policy, channel, message, now)
  return judged.act === 'pass' ? { ...judged, body: read } : judged
}

const handOn = async (taking: Taking, way: Way): Promise<Reply> => replyOf(await send(taking, way, way.channel.to))

const send = async ({ world, went }: Taking, { channel, knock, body }: Way, to: string): Promise<Forwarded> => {
  const result = await world.forwarder.post(to, bytesOf(knock, body))
  went(channel, result)
  return result
}

/** On disk, then `ok`. What cannot be written down goes out instead. */
const hold = async (taking: Taking, way: Way, entry: Held): Promise<Reply> => {
  if (await taking.book.write(entry)) return OK
  undo(taking.state, entry)
  return handOn(taking, way)
}

/** Its webhook asked for nothing more, and would only say so again. */
const LIMITED: Forwarded = { ok: false, why: 'it takes no more for now (429)', timeout: false }

/** The first of its kind: on disk, then out at once. What its channel does not take now is delivered later, as ours. */
const pass = async (taking: Taking, way: Way, first: First, body: Body): Promise<Reply> => {
  const { book, delivery, world, state } = taking
  const to = urlOf(way.channel, first.to)
  const noted = await book.write(first)
  const result = noted && delivery.isLimited(to) ? LIMITED : await send(taking, way, to)
  const at = world.clock.now()
  const status = result.ok && !isRedirect(result.status) ? result.status : null
  void book.write({ t: 'sent', at, id: first.id, status })
  if (status !== null && status !== 429 && status < 500) return replyOf(result)
  if (!noted) {
    undo(state, first)
    return replyOf(result)
  }
  delivery.backOff(to, retryAfter(result))
  const kept = await book.write(laterPost(first, body, at))
  delivery.poke()
  return kept ? OK : replyOf(result)
}

const laterPost = ({ id, app, window, channel, to, kind }: First, { body, type }: Body, at: number): Post => ({
  t: 'post',
  at,
  id,
  ...(app === undefined ? {} : { app }),
  ...(window === undefined ? {} : { window }),
  channel,
  to,
  what: 'message',
  body,
  type,
  covers: { [kind]: 1 },
})
