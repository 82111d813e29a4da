import { createHash } from 'node:crypto'
import type { FoldedLine } from '../model.ts'

/** What differs between two prints of the same message, widest form first. */
const VARIABLE: readonly [RegExp, string][] = [
  [/\x1b\[[0-9;?]{0,20}[A-Za-z]/g, ''],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\b/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b01[0-9A-HJKMNP-TV-Z]{24}\b/gi, '<id>'],
  [/\b(?:sha256:)?[0-9a-f]{12,64}\b/gi, '<id>'],
  [/\b0x[0-9a-f]{1,16}\b/gi, '<id>'],
  [/\d+(?:\.\d+)?/g, '<n>'],
]

/** Longer lines are compared by their beginning. */
const COMPARED = 500

/** A line without what changes from one print to the next: times, ids, numbers. */
export const skeleton = (line: string): string =>
  VARIABLE.reduce((text, [pattern, put]) => text.replace(pattern, put), line.slice(0, COMPARED))
    .replace(/\s+/g, ' ')
    .trim()

/** The same line once, with how often it came, in order of first appearance. `text` is as it was last printed. */
export const foldLines = (lines: readonly string[]): FoldedLine[] => {
  const seen = new Map<string, FoldedLine>()
  for (const line of lines) {
    const key = skeleton(line)
    if (key === '') continue
    const known = seen.get(key)
    if (known) Object.assign(known, { text: line.trimEnd(), count: known.count + 1 })
    else seen.set(key, { text: line.trimEnd(), count: 1 })
  }
  return [...seen.values()]
}

const FAILURE =
  /(?:error|exception)\b|\b(?:errors|fail(?:ed|ure|ing)?|fatal|panic|traceback|critical|denied|refused|cannot|can't|could not|unable|timed? ?out|timeout|not found|no such|killed|abort(?:ed)?|crash(?:ed|ing)?|invalid|unhealthy)\b/i

/** Lines that tell how a tool works and nothing of a failure: ids, stacks, and fly's own progress. */
const BORING =
  /^\s*(?:View more information at|at \S+ \(|File "|~+\^*~*$|==> |--> |image(?: size)?: |image found: |Watch your deployment at |Visit your newly deployed app at |Validating \/|Updating (?:existing machines|\w+ \[)|Machine \w+ (?:update|creation) succeeded|\{"id":"[^"]*","version":)/

/** How many different lines make a fingerprint; the last ones say most. */
const MAIN = 6

/** Lines that say what went wrong, folded, newest kept. Where none does, the last lines that are no mere progress. */
export const mainLines = (lines: readonly string[]): FoldedLine[] => {
  const own = lines.filter((line) => !BORING.test(line))
  const telling = foldLines(own.filter((line) => FAILURE.test(line)))
  return (telling.length > 0 ? telling : foldLines(own)).slice(-MAIN)
}

/**
 * A short fingerprint of a failure, equal for the same error at another time, on another machine, with another count. Null without output.
 */
export const signature = (lines: readonly string[]): string | null => {
  const main = [...new Set(mainLines(lines).map((line) => skeleton(line.text).toLowerCase()))].sort()
  if (main.length === 0) return null
  return createHash('sha256').update(main.join('\n')).digest('hex').slice(0, 12)
}
