import { flag, list, number, oneOf, optional, orNull, record, text } from './shape.ts'

/** What the admin API answers, as far as its client reads it. Times are ISO 8601. */

export interface WindowSaid {
  id: string
  app: string
  since?: string
  until: string
  reasons: { reason: string; until: string; because: string; by: string }[]
}

export interface ChannelSaid {
  name: string
  app: string
  audience: string
  quiet: 'hold' | 'divert'
  window: WindowSaid | null
  passed: number
  held: number
  kinds: number
  queue: number
  trouble: string | null
}

export interface StatusSaid {
  version: string
  since: string
  journal: { ok: boolean; bytes: number; torn: number; why: string | null }
  channels: ChannelSaid[]
}

export interface KindSaid {
  kind: string
  app: string
  channel: string
  mask: string
  sample: string
  count: number
  first: string
  last: string
  held: number
  /** Its window is over. */
  ended?: boolean
}

/** `more`: kinds beyond those, of which less is held. */
export interface HeldSaid {
  kinds: KindSaid[]
  more?: { kinds: number; held: number }
}

export interface MessageSaid {
  id: string
  at: string
  channel: string
  text: string
  /** As it was posted; null of one that was passed on: of that its beginning is kept. */
  body: string | null
}

/** Some messages of a kind, oldest first. */
export interface PageSaid {
  kind: string
  mask: string
  messages: MessageSaid[]
  /** What the next page is asked by; null: that is all. */
  next: string | null
}

/** `said`, `warning`: what the relay adds, in words. */
export interface QuietSaid {
  window: WindowSaid | null
  said?: string
  warning?: string
}

export interface ReleaseSaid {
  released: boolean
  window: WindowSaid | null
  warning?: string
}

const reason = record<WindowSaid['reasons'][number]>({ reason: text, until: text, because: text, by: text })
const window = record<WindowSaid>({ id: text, app: text, since: optional(text), until: text, reasons: list(reason) })
const journal = record<StatusSaid['journal']>({ ok: flag, bytes: number, torn: number, why: orNull(text) })
const channel = record<ChannelSaid>({
  ...{ name: text, app: text, audience: text, quiet: oneOf('hold', 'divert'), window: orNull(window) },
  ...{ passed: number, held: number, kinds: number, queue: number, trouble: orNull(text) },
})
const kind = record<KindSaid>({
  ...{ kind: text, app: text, channel: text, mask: text, sample: text, count: number },
  ...{ first: text, last: text, held: number, ended: optional(flag) },
})
const message = record<MessageSaid>({ id: text, at: text, channel: text, text, body: orNull(text) })

/** What each call answers, checked by shape. @throws Error naming what does not fit */
export const READS = {
  status: record<StatusSaid>({ version: text, since: text, journal, channels: list(channel) }),
  held: record<HeldSaid>({ kinds: list(kind), more: optional(record<{ kinds: number; held: number }>({ kinds: number, held: number })) }),
  page: record<PageSaid>({ kind: text, mask: text, messages: list(message), next: orNull(text) }),
  quiet: record<QuietSaid>({ window: orNull(window), said: optional(text), warning: optional(text) }),
  release: record<ReleaseSaid>({ released: flag, window: orNull(window), warning: optional(text) }),
  flush: record<{ posts: number }>({ posts: number }),
  several: record<{ kinds: { kind: string; mask: string }[] }>({ kinds: list(record({ kind: text, mask: text })) }),
} as const
