import type { DurableEvent } from './events.ts'

const LEFT_OUT = '(left out: the host declined the text)'
/** Free text, by the names that events give it. What decides anything (ids, outcomes, paths, versions) is none. */
const FREE: ReadonlySet<string> = new Set([
  'because',
  'why',
  'what',
  'text',
  'cause',
  'evidence',
  'next',
  'outside',
  'fact',
  'note',
  'reason',
  'subject',
])
/** Lines of output. */
const LINES: ReadonlySet<string> = new Set(['tail', 'suspects', 'heard', 'evidence', 'argv'])

/**
 * An event without what people or programs wrote: for a host that declines a push for its content (a scanner that saw a secret, say). What it means
 * for the fold stays. Pure.
 */
export const lean = (event: DurableEvent): DurableEvent => strip(event) as DurableEvent

const strip = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(strip)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, stripped(key, item)]))
}

const stripped = (key: string, item: unknown): unknown => {
  if (Array.isArray(item) && LINES.has(key)) return []
  if (typeof item === 'string' && FREE.has(key)) return LEFT_OUT
  // What a rollback runs again is configuration, not talk.
  return key === 'settings' || key === 'state' ? item : strip(item)
}
