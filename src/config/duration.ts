const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `30s`, `2m`, `1h30m`, `500ms`, or digits alone for seconds. */
export const DURATION = /^(?:(?:\d{1,9}(?:\.\d{1,3})?(?:ms|s|m|h|d)){1,5}|\d{1,9})$/

/** The longest duration a config may name, 7 days; timers of the runtime overflow at 24.8. */
export const LONGEST_MS = 7 * 86_400_000

/**
 * A written duration in milliseconds; a plain number, or digits alone, are seconds.
 * @returns NaN for a text that is no duration
 */
export const durationMs = (written: string | number): number => {
  if (typeof written === 'number') return Math.round(written * 1000)
  if (!DURATION.test(written)) return Number.NaN
  if (/^\d+$/.test(written)) return Number(written) * 1000
  return Math.round([...written.matchAll(PART)].reduce((sum, [, n, unit]) => sum + Number(n) * (UNIT_MS[unit ?? ''] ?? Number.NaN), 0))
}
