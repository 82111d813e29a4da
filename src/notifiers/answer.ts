import type { Http } from '../ports.ts'
import { clip, oneLine } from './clip.ts'

export type Answer = Awaited<ReturnType<Http['send']>>

const LONGEST_WAIT_MS = 86_400_000

/** What `Retry-After` asks for, in milliseconds, to the second: a number of seconds or a date. Null where it says nothing that can be read. */
const retryAfter = (header: string | undefined, now: number): number | null => {
  const said = header?.trim() ?? ''
  const ms = /^\d{1,9}$/.test(said) ? Number(said) * 1000 : Date.parse(said) - now
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_WAIT_MS)
}

/** GitHub says when its limit is lifted, in seconds since the epoch. */
const limitLifted = (headers: Answer['headers'], now: number): number | null => {
  const at = Number(headers['x-ratelimit-reset'])
  return headers['x-ratelimit-remaining'] === '0' && at > 0 ? Math.min(Math.max(at * 1000 - now, 0), LONGEST_WAIT_MS) : null
}

/** JSON, or undefined. */
export const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** A value of JSON by its key, as text; '' where there is none. Numbers count: ids are. */
export const fieldOf = (value: unknown, key: string): string => {
  const field: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  return typeof field === 'string' || typeof field === 'number' ? String(field) : ''
}

const wordsIn = (value: unknown): string | null => {
  if (typeof value === 'string') return value
  const errors: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'errors') : []
  const more = Array.isArray(errors) ? errors.filter((one) => typeof one === 'string') : []
  const parts = [fieldOf(value, 'message'), fieldOf(value, 'error'), ...more].filter((part) => part !== '')
  return parts.length > 0 ? parts.join(': ') : null
}

/** The sentence in an error's body, if it has one: of a web page nobody learns anything. */
const sentenceIn = (body: string): string => {
  const text = wordsIn(parsed(body)) ?? (/[<{]/.test(body.slice(0, 200)) ? '' : body)
  return clip(oneLine(text), 160)
}

/**
 * Why an answer that is no 2xx is a failure, and whether the same may work later: 429, 408, 425, 5xx, and a 403 that says when. What was sent was
 * wrong in every other case.
 */
export const failureOf = ({ status, headers, body }: Answer, now: number): { why: string; retryMs: number | null; final: boolean } => {
  const asked = retryAfter(headers['retry-after'], now) ?? limitLifted(headers, now)
  const later = [429, 408, 425].includes(status) || status >= 500 || (status === 403 && asked !== null)
  const said = status >= 300 && status < 400 ? 'a redirect; it is not followed' : sentenceIn(body)
  return { why: `answered ${status}${said && ` (${said})`}`, retryMs: later ? asked : null, final: !later }
}
