import type { Alert, Reason } from './entry.ts'

const REASONS: readonly Reason[] = ['halt', 'deploy', 'person']
const MOST_LABELS = 64
const LONGEST_VALUE = 4_096

/** Reads values of a request's JSON; what does not fit is an error to tell. */
export type Input = Readonly<Record<string, unknown>>

/** What is wrong with a request, in words for whoever made it. */
export class BadInput extends Error {}

/** @throws BadInput */
export const inputOf = (body: Buffer): Input => {
  try {
    const value = JSON.parse(body.length === 0 ? '{}' : body.toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {}
  throw new BadInput('The body is not a JSON object.')
}

/** A text without control characters. @throws BadInput when it is missing or too long */
export const textIn = (input: Input, name: string, most: number): string => {
  const value = input[name]
  if (typeof value !== 'string' || value.trim() === '') throw new BadInput(`${name} is missing: a text.`)
  if (value.length > most) throw new BadInput(`${name} is longer than ${most} characters.`)
  return value.replace(/[\x00-\x1f\x7f]+/g, ' ').trim()
}

export const optionalTextIn = (input: Input, name: string, most: number): string | null =>
  input[name] === undefined || input[name] === null ? null : textIn(input, name, most)

/** @throws BadInput */
export const reasonIn = (input: Input): Reason | null => {
  if (input.reason === undefined || input.reason === null) return null
  const reason = REASONS.find((one) => one === input.reason)
  if (!reason) throw new BadInput(`reason is none of ${REASONS.join(', ')}.`)
  return reason
}

/** Milliseconds from `ttl_s`. A window without an end is refused. @throws BadInput */
export const ttlIn = ({ ttl_s }: Input): number => {
  if (ttl_s === undefined) throw new BadInput('ttl_s is missing: every quiet window has an end; say in how many seconds.')
  if (typeof ttl_s !== 'number' || !Number.isFinite(ttl_s) || ttl_s <= 0) throw new BadInput('ttl_s is no number of seconds above 0.')
  return Math.ceil(ttl_s * 1000)
}

/** @throws BadInput */
export const alertIn = ({ alert }: Input): Alert | null => {
  if (alert === undefined || alert === null) return null
  const { labels, annotations = {} } = typeof alert === 'object' ? (alert as Input) : {}
  return { labels: tableIn(labels, 'alert.labels'), annotations: tableIn(annotations, 'alert.annotations') }
}

const tableIn = (value: unknown, name: string): Record<string, string> => {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const fits = entries.length <= MOST_LABELS && entries.every(([, text]) => typeof text === 'string' && text.length <= LONGEST_VALUE)
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !fits) throw new BadInput(`${name} is not a table of texts.`)
  return Object.fromEntries(entries)
}
