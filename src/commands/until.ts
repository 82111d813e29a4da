import { durationMs } from '../config/duration.ts'
import { next, refuse } from '../errors.ts'
import { type Flags, textOf } from './flags.ts'

/**
 * When a freeze ends, in epoch milliseconds.
 * @throws USAGE when neither or both of --for and --until are given, or one cannot be read
 */
export const freezeUntil = (flags: Flags, now: number): number => {
  const span = textOf(flags, 'for')
  const until = textOf(flags, 'until')
  if ((span === null) === (until === null)) throw unreadable('A freeze needs one of --for and --until.')
  const at = span === null ? Date.parse(until ?? '') : now + durationMs(span)
  if (Number.isNaN(at)) throw unreadable(`${span === null ? '--until' : '--for'} cannot be read: ${span ?? until}`)
  return at
}

const unreadable = (what: string) =>
  refuse('USAGE', {
    what,
    why: ['--for takes 30m, 2h or 1d; --until takes a time such as 2026-12-24T18:00Z'],
    next: [next('for example', ['safe-deploy', 'freeze', '--for=2h'], ['--because'])],
  })

/** How long `--wait` waits where it does not say; in CI a deploy waits so long anyway. */
export const DEFAULT_WAIT_MS = 15 * 60_000

/**
 * How long `--wait` waits, in milliseconds; null when it was not given.
 * @throws USAGE for a text that is no duration
 */
export const waitMs = (flags: Flags): number | null => {
  if (flags.wait === undefined) return null
  const span = textOf(flags, 'wait')
  if (span === null) return DEFAULT_WAIT_MS
  const ms = durationMs(span)
  if (Number.isNaN(ms)) throw refuse('USAGE', { what: `--wait cannot be read: ${span}`, why: ['it takes 30s, 10m or 1h'] })
  return ms
}
