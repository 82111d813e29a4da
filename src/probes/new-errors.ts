import { skeleton } from '../targets/folding.ts'

/** `OperationalError` too: no word boundary in front. */
const ERROR = /(?:error|exception)\b|\b(?:fatal|panic|traceback|critical|unhandled|failed|failure|denied|refused|timed out)\b/i
const TIME = /^\s*(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?)/
/** What `fly logs` puts before a line: time, app[machine] region [level]. */
const PREFIX = /^\s*\S+ \w+\[\w+\] \S+ \[\w+\]/

/** Kinds of error lines: the line without what changes, with one sample of it. */
const kindsOf = (lines: readonly string[]): Map<string, string> =>
  new Map(lines.filter((line) => ERROR.test(line)).map((line) => [skeleton(line.replace(PREFIX, '')), line.replace(PREFIX, '').trim()]))

/** The last moment that a line's time may mean: `fly logs` tells whole seconds. */
const timeOf = (line: string): number => {
  const text = TIME.exec(line)?.[1]
  if (text === undefined) return Number.NaN
  const time = Date.parse(/Z$/.test(text) ? text : `${text}Z`)
  return text.includes('.') ? time : time + 999
}

/** Lines before and since a moment; a line without a time belongs to the one before it. */
const split = (lines: readonly string[], since: number): { before: string[]; after: string[] } => {
  const parts = { before: [] as string[], after: [] as string[] }
  let side: 'before' | 'after' = 'before'
  for (const line of lines) {
    const time = timeOf(line)
    if (!Number.isNaN(time)) side = time < since ? 'before' : 'after'
    parts[side].push(line)
  }
  return parts
}

/** Most kinds told; more say nothing more. */
const MOST = 5

/**
 * Kinds of errors that the app's log shows since a moment and did not show before: for a worker, the only thing that tells. A hint, never a verdict.
 * @param since milliseconds since the epoch
 */
export const newErrors = (lines: readonly string[], since: number): string[] => {
  const { before, after } = split(lines, since)
  const known = kindsOf(before)
  return [...kindsOf(after)].flatMap(([kind, sample]) => (known.has(kind) ? [] : [sample.slice(0, 200)])).slice(0, MOST)
}
