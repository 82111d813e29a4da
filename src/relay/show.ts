import type { Journal } from '../ports-relay.ts'
import type { Entry, First, Held } from './entry.ts'
import { viewOfMessage } from './views.ts'

const USUAL = 50
const MOST = 1_000
/** Characters of bodies in one answer. */
const MOST_CHARS = 2 * 1024 * 1024

/** Which messages are asked for. */
export interface Asked {
  /** A kind, or how it begins. */
  kind: string
  /** Behind this one. */
  after: string | null
  limit: number
}

export const askedBy = (kind: string, query: string): Asked => {
  const given = new URLSearchParams(query)
  const limit = Number(given.get('limit') ?? USUAL)
  return { kind, after: given.get('after'), limit: Number.isInteger(limit) && limit > 0 ? Math.min(limit, MOST) : USUAL }
}

/** Whole names of kinds. */
const WHOLE = /^(?:[0-9a-f]{12}|other)$/

interface Found {
  /** Kinds that begin so. */
  kinds: Map<string, string>
  messages: (First | Held)[]
  chars: number
  more: boolean
}

/** What is known of a kind without reading. */
export interface Known {
  kind: string
  /** Epoch milliseconds. */
  first: number
}

/**
 * Messages of one kind, oldest first, from the journal: a first shows its beginning, what was held all of it.
 * @param known kinds of the windows: of those the journal is read only from where they begin
 * @returns null when there is no such kind; several kinds when more than one begins so
 */
export const show = async (journal: Pick<Journal, 'scan'>, asked: Asked, known: readonly Known[]): Promise<object | null> => {
  const found: Found = { kinds: new Map(), messages: [], chars: 0, more: false }
  const state = { reached: asked.after === null }
  const near = known.filter(({ kind }) => kind.startsWith(asked.kind))
  const whole = WHOLE.test(asked.kind)
  const since = whole && near.length > 0 ? Math.min(...near.map(({ first }) => first), cameAt(asked.after)) : undefined
  for await (const one of journal.scan(since)) {
    const entry = one as Entry
    if ((entry.t !== 'held' && entry.t !== 'first') || !(whole ? entry.kind === asked.kind : entry.kind.startsWith(asked.kind))) continue
    found.kinds.set(entry.kind, entry.mask)
    if (state.reached) collect(found, entry, asked.limit)
    state.reached ||= entry.id === asked.after
    // Only where the name is whole: of a beginning, another kind may come.
    if (whole && found.more) break
  }
  if (found.kinds.size === 0) return null
  return found.kinds.size > 1 ? { kinds: [...found.kinds].map(([kind, mask]) => ({ kind, mask })).slice(0, 20) } : answer(found)
}

/** When a message came, by its id: the window that it came in may be forgotten before the next page is asked for. */
const cameAt = (id: string | null): number => {
  const at = id === null ? Number.NaN : Number.parseInt(id, 36)
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at - SLACK_MS
}

/** An id is drawn a moment after the time of its entry. */
const SLACK_MS = 10_000

const collect = (found: Found, entry: First | Held, limit: number): void => {
  const chars = entry.t === 'held' ? entry.body.length : entry.text.length
  if (found.more || found.messages.length >= limit || (found.messages.length > 0 && found.chars + chars > MOST_CHARS)) {
    found.more = true
    return
  }
  found.messages.push(entry)
  found.chars += chars
}

const answer = ({ kinds, messages, more }: Found): object => {
  const [[kind, mask] = []] = kinds
  return { kind, mask, messages: messages.map(viewOfMessage), next: more ? (messages.at(-1)?.id ?? null) : null }
}
