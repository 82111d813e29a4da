import type { First, Held } from './entry.ts'
import type { Kind } from './kind.ts'
import { type Channel, destination, type Policy } from './policy.ts'
import { MINUTE_MS } from './tally.ts'
import { type Hearing, quietWindow, type RelayState, type Window } from './window.ts'

/** A message of an app in a channel. */
export interface Message {
  id: string
  /** All that it says. */
  text: string
  /** Of `kindOfMessage`; null: never held. */
  kind: Pick<Kind, 'key' | 'mask'> | null
  /** As it came. */
  body: string
  type: string
}

/** What becomes of it: as if there were no relay; sent as the first of its kind; or kept and counted. */
export type Judgement = { act: 'forward' } | { act: 'pass'; entry: First } | { act: 'hold'; entry: Held }

/** Kinds that a window tells apart; those after them are one. */
const MOST_KINDS = 10_000
const OTHER = { key: 'other', mask: 'other kinds' } as const
/** Characters of a message in an entry, for people. */
const TEXT = 500
/** Characters of undelivered posts of a channel: beyond them new kinds are not sent and not kept in memory, but on disk and in a digest. */
const MOST_QUEUED = 4_000_000

const FORWARD = { act: 'forward' } as const

/**
 * What becomes of a message. Changes nothing: the entry counts once it is applied, which is to be done at once, before the next is judged.
 * @param now epoch milliseconds, of a clock that does not go back
 */
export const judge = (state: RelayState, policy: Pick<Policy, 'newKinds'>, channel: Channel, message: Message, now: number): Judgement => {
  const window = quietWindow(state, channel.app, now)
  if (!window || message.kind === null || !mayHold(channel, message.text)) return FORWARD
  const hearing = window.channels.get(channel.name)
  const kind = told(window, hearing, message.kind)
  const base = entryOf(window, channel, message, kind, now)
  if (seen(hearing, kind.key)) return hold(base, message, {})
  const capped = isCapped(hearing, policy.newKinds, now)
  return capped ? hold(base, message, { other: true }) : { act: 'pass', entry: { t: 'first', ...base, to: destination(channel) } }
}

const mayHold = (channel: Channel, text: string): boolean => !channel.never.some((pattern) => pattern.test(text)) && channel.holds(text)

const told = (window: Window, hearing: Hearing | undefined, { key, mask }: Pick<Kind, 'key' | 'mask'>): Pick<Kind, 'key' | 'mask'> =>
  hearing?.kinds.has(key) || window.kinds < MOST_KINDS ? { key, mask } : OTHER

const seen = (hearing: Hearing | undefined, key: string): boolean => (hearing?.kinds.get(key)?.seenBy ?? null) !== null

const isCapped = (hearing: Hearing | undefined, newKinds: number, now: number): boolean =>
  hearing !== undefined && (hearing.firsts.filter((at) => at > now - MINUTE_MS).length >= newKinds || hearing.queued > MOST_QUEUED)

const entryOf = (window: Window, channel: Channel, { id, text }: Message, { key, mask }: Pick<Kind, 'key' | 'mask'>, now: number) => ({
  at: now,
  id,
  app: window.app,
  window: window.id,
  channel: channel.name,
  kind: key,
  mask: mask.slice(0, TEXT),
  text: text.slice(0, TEXT),
})

const hold = (base: ReturnType<typeof entryOf>, { body, type }: Message, other: { other?: true }): Judgement => ({
  act: 'hold',
  entry: { t: 'held', ...base, body, type, ...other },
})
