import type { Bytes, Forwarded, Knock, Reply } from '../ports-relay.ts'
import type { Channel } from './policy.ts'

/** What of a request a webhook gets to see besides its body. */
const PASSED = ['content-type', 'content-encoding', 'user-agent'] as const
/** What of its answer the sender gets to see besides status and body. */
const ANSWERED = ['content-type', 'retry-after'] as const

export const bytesOf = ({ headers }: Knock, body: Buffer): Bytes => ({ body, headers: picked(headers, PASSED) })

/** What a webhook answered, as it is; a redirect, or none at all, in our words. */
export const replyOf = (result: Forwarded): Reply => {
  if (!result.ok) return plain(result.timeout ? 504 : 502, `The relay got no answer from the webhook: ${result.why}.`)
  if (isRedirect(result.status))
    return plain(502, `The webhook answered with a redirect (${result.status}), which the relay does not follow.`)
  return { status: result.status, headers: picked(result.headers, ANSWERED), body: result.body }
}

export const isRedirect = (status: number): boolean => status >= 300 && status < 400

/** Longer than this nobody waits who has something to tell; a date far off would not fit a timer either. */
const LONGEST_WAIT_MS = 3_600_000

/** Milliseconds that a webhook asks to wait, to the second, at most an hour; null: it does not say. */
export const retryAfter = (result: Forwarded): number | null => {
  const said = result.ok ? result.headers['retry-after']?.trim() : undefined
  if (!result.ok || said === undefined) return null
  const seconds = /^\d{1,6}$/.test(said) ? Number(said) : (Date.parse(said) - Date.parse(result.headers.date ?? '')) / 1000
  return Number.isFinite(seconds) ? Math.min(LONGEST_WAIT_MS, Math.max(0, Math.ceil(seconds)) * 1000) : null
}

/** Where what goes to a channel goes: without a webhook for ops, to its own. */
export const urlOf = ({ ops, to }: Pick<Channel, 'ops' | 'to'>, which: 'main' | 'ops'): string =>
  which === 'ops' && ops !== null ? ops : to

/** An answer of ours, as Slack gives its own. */
export const plain = (status: number, body: string, more: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...more },
  body,
})

const picked = (from: Readonly<Record<string, string | undefined>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])))
