/** How a channel behaves while its app is quiet. */
type Quiet = 'hold' | 'divert'

/** What an operator says of a kind: the first that matches a text holds. */
export type Override =
  /** All that match are one kind. */
  | { merge: Pattern; as: string }
  /** Each different text that matches is a kind of its own. */
  | { split: Pattern }
  /** What matches is never held. */
  | { never: Pattern }

/** Linear in time, whatever the text. */
export interface Pattern {
  source: string
  test(text: string): boolean
}

/** One webhook that apps post to. */
export interface Channel {
  name: string
  /** Whose quiet windows it obeys. */
  app: string
  /** Last part of the path that apps post to; a secret. */
  token: string
  /** The real webhook; a secret. */
  to: string
  /** Another webhook, for what is diverted and for the relay's own words; a secret. */
  ops: string | null
  audience: 'ops' | 'customer'
  quiet: Quiet
  /** May a text be held at all? */
  holds: (text: string) => boolean
  never: readonly Pattern[]
  overrides: readonly Override[]
}

/** All that a relay goes by, from its config. Durations in milliseconds. */
export interface Policy {
  listen: { host: string; port: number }
  /** Absolute folder of the journal. */
  data: string
  /** Bearer token of whoever opens windows and reads what is held; a secret. */
  admin: string
  channels: readonly Channel[]
  /** The longest window that one call gets. */
  maxTtlMs: number
  /** Pauses between digests of one window; the last one repeats. */
  digestMs: readonly number[]
  /** Unseen kinds that pass in a minute; more go into a digest of other kinds. */
  newKinds: number
  /** What of the journal is kept. */
  keepMs: number
  keepBytes: number
  /** Requests a second of one channel. */
  ratePerS: number
  /** Where alerts of open halts are renewed. */
  alertmanager: { url: string; headers: Readonly<Record<string, string>> } | null
}

/** Where what the customer is spared goes; without a channel for it, it cannot go elsewhere. */
export const destination = ({ quiet, ops }: Pick<Channel, 'quiet' | 'ops'>): 'main' | 'ops' =>
  quiet === 'divert' && ops !== null ? 'ops' : 'main'
