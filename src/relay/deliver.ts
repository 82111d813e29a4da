import type { Forwarded } from '../ports-relay.ts'
import type { Entry, Post } from './entry.ts'
import { isRedirect, retryAfter, urlOf } from './pass-on.ts'
import type { Channel } from './policy.ts'
import type { World } from './world.ts'

/** Slack takes one message a second of a channel. */
const PACE_MS = 1_000
/** The first pause after no answer or a 5xx; each next one is twice as long. */
const FIRST_BACK_MS = 1_000
const LONGEST_BACK_MS = 60_000

/** Why something of ours does not arrive. */
interface Trouble {
  /** Epoch milliseconds at which it began. */
  since: number
  why: string
}

export interface Delivery {
  /** There may be something new. */
  poke(): void
  /** A webhook said that it takes nothing for so long; null: it did not say. */
  backOff(url: string, ms: number | null): void
  /** It said so, and that is not over. */
  isLimited(url: string): boolean
  trouble(channel: string): Trouble | null
  /** Starts nothing more, and waits for what is under way. */
  stop(): Promise<void>
}

interface Parts {
  world: Pick<World, 'clock' | 'running' | 'sleep' | 'random' | 'forwarder' | 'note'> & { policy: { channels: readonly Channel[] } }
  /** What is not delivered, oldest first. */
  waiting(): readonly Post[]
  write(entry: Entry): Promise<boolean>
}

/** One destination. */
interface Queue {
  busy: Promise<void> | null
  /** When the next one may go, on the clock that only counts up. */
  at: number
  /** Tries in a row that came to nothing. */
  failed: number
  /** Until when it asked for nothing more. */
  limited: number
}

/**
 * Delivers what is ours, oldest first, to each webhook one a second. 429 waits as long as it says; no answer, 5xx and redirects wait longer each time; any
 * other 4xx is final: it is kept, told as trouble, and not tried again.
 */
export const makeDelivery = ({ world, waiting, write }: Parts): Delivery => {
  const channels = new Map(world.policy.channels.map((channel) => [channel.name, channel]))
  const queues = new Map<string, Queue>()
  const troubles = new Map<string, Trouble>()
  const over = new AbortController()
  const goal = (post: Post): string | null => {
    const channel = channels.get(post.channel)
    return channel ? urlOf(channel, post.to) : null
  }
  const queueOf = (url: string): Queue => {
    const queue = queues.get(url) ?? { busy: null, at: 0, failed: 0, limited: 0 }
    queues.set(url, queue)
    return queue
  }
  const work = async (url: string, queue: Queue): Promise<void> => {
    for (;;) {
      while (queue.at > world.running() && !over.signal.aborted) await world.sleep(queue.at - world.running(), over.signal)
      const post = waiting().find((one) => goal(one) === url)
      if (!post || over.signal.aborted) break
      await deliver(post, url, queue)
    }
    queue.busy = null
  }
  const deliver = async (post: Post, url: string, queue: Queue): Promise<void> => {
    const result = await world.forwarder.post(url, { body: Buffer.from(post.body), headers: { 'content-type': post.type } })
    const ended = finalStatus(result)
    queue.failed = ended === null ? queue.failed + 1 : 0
    queue.at = world.running() + (ended === null ? pause(result, queue.failed, world.random()) : PACE_MS)
    limit(queue, retryAfter(result))
    tell(post, result)
    if (ended !== null) await write({ t: 'posted', at: world.clock.now(), id: post.id, status: ended })
  }
  const limit = (queue: Queue, ms: number | null): void => {
    queue.at = Math.max(queue.at, world.running() + (ms ?? PACE_MS))
    if (ms !== null) queue.limited = queue.at
  }
  const tell = (post: Post, result: Forwarded): void => {
    const why = whyNot(result)
    const before = troubles.get(post.channel)
    if (why === null) troubles.delete(post.channel)
    else troubles.set(post.channel, { since: before?.since ?? world.clock.now(), why })
    if (why === null) world.note({ what: 'post', channel: post.channel, text: `${post.channel}: ${NAMES[post.what]} delivered` })
    else if (why !== before?.why)
      world.note({ what: 'trouble', channel: post.channel, text: `${post.channel}: ${NAMES[post.what]}: ${why}` })
  }
  const poke = (): void => {
    if (over.signal.aborted) return
    for (const url of new Set(waiting().map(goal))) {
      if (url === null) continue
      const queue = queueOf(url)
      queue.busy ??= Promise.resolve().then(() => work(url, queue))
    }
  }
  return {
    poke,
    backOff: (url, ms) => limit(queueOf(url), ms),
    isLimited: (url) => (queues.get(url)?.limited ?? 0) > world.running(),
    trouble: (channel) => troubles.get(channel) ?? null,
    stop: async () => {
      over.abort()
      await Promise.all([...queues.values()].map(({ busy }) => busy))
    },
  }
}

const NAMES: Readonly<Record<Post['what'], string>> = {
  digest: 'a digest',
  others: 'a digest of other kinds',
  closing: 'the closing digest',
  message: 'a message that its channel did not take at once',
  word: 'a word of the relay',
}

/** The status that ends it; null: it is tried again. */
const finalStatus = (result: Forwarded): number | null =>
  !result.ok || result.status === 429 || result.status >= 500 || isRedirect(result.status) ? null : result.status

const pause = (result: Forwarded, failed: number, random: number): number => {
  const asked = retryAfter(result)
  if (asked !== null) return Math.max(PACE_MS, asked)
  const longest = Math.min(LONGEST_BACK_MS, FIRST_BACK_MS * 2 ** Math.min(failed - 1, 10))
  return Math.max(PACE_MS, longest * (0.5 + random / 2))
}

const whyNot = (result: Forwarded): string | null => {
  if (!result.ok) return `no answer (${result.why}); it is tried again`
  if (result.status === 429) return 'its webhook takes no more for now (429); it is tried again'
  if (isRedirect(result.status)) return `its webhook answers with a redirect (${result.status}), which is not followed; it is tried again`
  if (result.status >= 500) return `its webhook answers ${result.status}; it is tried again`
  return result.status >= 400 ? `its webhook refuses it (${result.status}); it is kept and not tried again` : null
}
