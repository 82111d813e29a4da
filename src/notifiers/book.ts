import type { Memory, Notice } from './outlet.ts'

/** What is known of an incident: from the ledger, and, of what serves, from whoever looked last. Masked. */
export interface Story
  extends Pick<Notice, 'halt' | 'since' | 'outcome' | 'why' | 'by' | 'serving' | 'suspect' | 'cause' | 'ended' | 'url' | 'commit'> {
  /** Id of its first halt. */
  key: string
  failures: number
  rollbacks: number
  /** Tells one kind of failure from another. */
  kind: string
  /** Id of the acknowledgement that stands. */
  ack: string | null
}

/** What an outlet has heard of an incident. */
export interface Told {
  at: string
  /** Kinds of failure, oldest first. */
  kinds: string[]
  halt: string | null
  /** Failures, refused, rollbacks, as one text. */
  counts: string
  ack: string | null
  ended: boolean
}

/** Attempts to tell since the last that was taken. */
export interface Missed {
  count: number
  first: string
  last: string
  /** Without secrets. */
  why: string
  /** The other side asked to wait until then. */
  notBefore: string | null
}

/** Between an outlet and an incident. `claim`: some machine is telling right now. */
export interface Heard {
  told: Told | null
  memory: Memory
  claim: { by: string; at: string } | null
  missed: Missed | null
}

/** One incident. `recent`: marks of the refused attempts that were counted last, so that none is counted twice. */
export interface Entry {
  story: Story
  refused: number
  recent: string[]
  outlets: Record<string, Heard>
}

/** What all machines together told, newest incident first. */
export interface Book {
  v: 1
  incidents: Entry[]
}

export const INCIDENTS = 5
export const OUTLETS = 30
export const RECENT = 500
export const KINDS = 50

export const NO_BOOK: Book = { v: 1, incidents: [] }
export const UNHEARD: Heard = { told: null, memory: {}, claim: null, missed: null }

export const entryOf = (book: Book, key: string): Entry | null => book.incidents.find(({ story }) => story.key === key) ?? null

/** The counters of an incident as outlets compare them. */
export const countsOf = ({ story, refused }: Pick<Entry, 'story' | 'refused'>): string =>
  [story.failures, refused, story.rollbacks].join(' ')

/** What is put stays, whatever others call newer: without it, each command would tell it again. */
const put = (book: Book, entry: Entry): Book => {
  const others = book.incidents.filter(({ story }) => story.key !== entry.story.key).sort(newestFirst)
  return { v: 1, incidents: [entry, ...others.slice(0, INCIDENTS - 1)].sort(newestFirst) }
}

const newestFirst = (a: Entry, b: Entry): number => (a.story.since < b.story.since ? 1 : -1)

/** What is known later holds; what only one of two has seen of the platform stays. An end is never undone. */
const later = (old: Story | undefined, story: Story): Story => {
  if (!old) return story
  if (old.ended && !story.ended) return old
  const same = old.halt === story.halt
  return {
    ...story,
    serving: story.serving ?? (same ? old.serving : null),
    url: story.url ?? old.url,
    suspect: story.suspect ?? (story.ended || same ? old.suspect : null),
    failures: Math.max(old.failures, story.failures),
    rollbacks: Math.max(old.rollbacks, story.rollbacks),
  }
}

/**
 * Notes how an incident stands, and attempts that it refused. Pure; a second time it changes nothing.
 * @param marks one for each refused attempt
 */
export const noted = (book: Book, story: Story, marks: readonly string[]): Book => {
  const old = entryOf(book, story.key)
  const fresh = marks.filter((mark) => !old?.recent.includes(mark))
  return put(book, {
    story: later(old?.story, story),
    refused: (old?.refused ?? 0) + fresh.length,
    recent: [...(old?.recent ?? []), ...fresh].slice(-RECENT),
    outlets: old?.outlets ?? {},
  })
}

/** Changes what one outlet heard of one incident; a book that knows nothing of the incident stays as it is. */
export const heardAs = (book: Book, key: string, outlet: string, change: (heard: Heard) => Heard): Book => {
  const entry = entryOf(book, key)
  if (!entry || (!entry.outlets[outlet] && Object.keys(entry.outlets).length >= OUTLETS)) return book
  return put(book, { ...entry, outlets: { ...entry.outlets, [outlet]: change(entry.outlets[outlet] ?? UNHEARD) } })
}

const newer = (a: string | undefined, b: string | undefined): boolean => (a ?? '') >= (b ?? '')

const joinTold = (a: Told | null, b: Told | null): Told | null => {
  if (!a || !b) return a ?? b
  const [first, last] = newer(b.at, a.at) ? [a, b] : [b, a]
  return { ...last, kinds: [...new Set([...first.kinds, ...last.kinds])].slice(-KINDS), ended: a.ended || b.ended }
}

const joinHeard = (a: Heard, b: Heard): Heard => {
  const told = joinTold(a.told, b.told)
  const missed = newer(b.missed?.last, a.missed?.last) ? (b.missed ?? a.missed) : a.missed
  return {
    told,
    memory: newer(b.told?.at, a.told?.at) ? { ...a.memory, ...b.memory } : { ...b.memory, ...a.memory },
    claim: newer(b.claim?.at, a.claim?.at) ? b.claim : a.claim,
    // What was taken after it failed is no failure any more.
    missed: missed && newer(told?.at, missed.last) ? null : missed,
  }
}

/**
 * What two copies know together: the one that all share, and the one that this clone kept while that was out of reach. Pure. Incidents that the shared
 * one lost are brought back.
 */
export const joined = (shared: Book, own: Book): Book =>
  own.incidents.reduce<Book>((book, entry) => {
    const there = entryOf(book, entry.story.key)
    if (!there) return put(book, entry)
    const outlets = { ...there.outlets }
    for (const [id, heard] of Object.entries(entry.outlets)) outlets[id] = outlets[id] ? joinHeard(outlets[id], heard) : heard
    return put(book, {
      story: later(entry.story, there.story),
      refused: Math.max(there.refused, entry.refused),
      recent: [...new Set([...there.recent, ...entry.recent])].slice(-RECENT),
      outlets,
    })
  }, shared)
