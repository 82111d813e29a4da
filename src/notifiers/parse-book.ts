import {
  type Book,
  type Entry,
  type Heard,
  INCIDENTS,
  KINDS,
  type Missed,
  NO_BOOK,
  OUTLETS,
  RECENT,
  type Story,
  type Told,
} from './book.ts'
import { clip } from './clip.ts'
import type { Memory } from './outlet.ts'

/** Longer texts in a book are nobody's of ours. */
const LONGEST = 2000
const OUTCOMES = new Set([
  ...['deployed', 'not-started', 'unchanged', 'partial', 'serving-despite-exit'],
  ...['stale-despite-ok', 'unhealthy', 'unknown', 'condemned'],
])
const HOW = new Set(['deployed', 'rolled back', 'adopted', 'not known'])

type Fields = Readonly<Record<string, unknown>>

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {})
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const text = (value: unknown): string => (typeof value === 'string' ? clip(value, LONGEST) : '')
const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? clip(value, LONGEST) : null)
const whole = (value: unknown): number => (Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : 0)
const texts = (value: unknown, most: number): string[] =>
  list(value)
    .flatMap((item) => textOrNull(item) ?? [])
    .slice(-most)
const time = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= 40 && !Number.isNaN(Date.parse(value)) ? value : null

const endOf = (value: unknown): Story['ended'] => {
  const { at, how, by, because } = fields(value)
  const when = time(at)
  if (when === null || typeof how !== 'string' || !HOW.has(how)) return null
  return { at: when, how: how as NonNullable<Story['ended']>['how'], by: text(by), because: text(because) }
}

const storyOf = (value: unknown): Story | null => {
  const of = fields(value)
  const [key, since] = [textOrNull(of.key), time(of.since)]
  if (key === null || since === null) return null
  return {
    key,
    since,
    kind: text(of.kind),
    why: text(of.why),
    by: text(of.by),
    halt: textOrNull(of.halt),
    serving: textOrNull(of.serving),
    suspect: textOrNull(of.suspect),
    cause: textOrNull(of.cause),
    url: textOrNull(of.url),
    commit: textOrNull(of.commit),
    ack: textOrNull(of.ack),
    failures: whole(of.failures),
    rollbacks: whole(of.rollbacks),
    ended: endOf(of.ended),
    outcome: typeof of.outcome === 'string' && OUTCOMES.has(of.outcome) ? (of.outcome as Story['outcome']) : null,
  }
}

const toldOf = (value: unknown): Told | null => {
  const of = fields(value)
  const at = time(of.at)
  if (at === null) return null
  return {
    at,
    kinds: texts(of.kinds, KINDS),
    halt: textOrNull(of.halt),
    counts: text(of.counts),
    ack: textOrNull(of.ack),
    ended: of.ended === true,
  }
}

const missedOf = (value: unknown): Missed | null => {
  const of = fields(value)
  const [first, last] = [time(of.first), time(of.last)]
  if (first === null || last === null) return null
  return { count: whole(of.count), first, last, why: text(of.why), notBefore: time(of.notBefore) }
}

const memoryOf = (value: unknown): Memory =>
  Object.fromEntries(
    Object.entries(fields(value))
      .filter((entry): entry is [string, string] => entry[0].length <= 100 && typeof entry[1] === 'string' && entry[1].length <= LONGEST)
      .slice(0, 20),
  )

const claimOf = (value: unknown): Heard['claim'] => {
  const { by, at } = fields(value)
  const when = time(at)
  return when === null ? null : { by: text(by), at: when }
}

const heardOf = (value: unknown): Heard => {
  const of = fields(value)
  return { told: toldOf(of.told), memory: memoryOf(of.memory), claim: claimOf(of.claim), missed: missedOf(of.missed) }
}

const entryOf = (value: unknown): Entry[] => {
  const of = fields(value)
  const story = storyOf(of.story)
  if (!story) return []
  const outlets = Object.entries(fields(of.outlets))
    .filter(([id]) => id.length <= 300)
    .slice(0, OUTLETS)
  return [
    {
      story,
      refused: whole(of.refused),
      recent: texts(of.recent, RECENT),
      outlets: Object.fromEntries(outlets.map(([id, heard]) => [id, heardOf(heard)])),
    },
  ]
}

/**
 * Reads a book, as far as it is one: what others wrote is taken by its shape, bounded, and whatever does not fit is left out. At worst something is told
 * once more. Never throws.
 */
export const parseBook = (written: string | null): Book => {
  if (written === null) return NO_BOOK
  try {
    return {
      v: 1,
      incidents: list(fields(JSON.parse(written)).incidents)
        .slice(0, INCIDENTS)
        .flatMap(entryOf),
    }
  } catch {
    return NO_BOOK
  }
}
