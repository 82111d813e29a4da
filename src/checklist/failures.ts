import suspectsPack from '../../checklists/suspects.yml'
import type { Area } from '../change/area.ts'

/** Where to look when a failure says something: one of these. */
export interface Look {
  rules?: readonly string[]
  areas?: readonly Area[]
  /** A pattern for changed lines. */
  lines?: string
  secrets?: true
}

/** A kind of failure, by what its text says. */
export interface FailureKind {
  id: string
  /** Completes "the failure is about …". */
  about: string
  /** Patterns; case does not matter. */
  says: readonly string[]
  /** Patterns for which case matters: names of env keys. */
  exact?: readonly string[]
  /** Best first. */
  look: readonly Look[]
  examples: { matches: readonly string[]; silent: readonly string[] }
}

/** The kinds of failures that ship, the most telling first; a test holds the pack to this shape. */
export const failureKinds = (): readonly FailureKind[] => (suspectsPack as { failures: FailureKind[] }).failures

/** Longer lines are matched by their beginning. */
const MATCHED = 500

/** The first line that says what this kind says, or null. */
export const sayingOf = (kind: FailureKind, lines: readonly string[]): string | null => {
  const patterns = [new RegExp(kind.says.join('|'), 'i'), ...(kind.exact ? [new RegExp(kind.exact.join('|'))] : [])]
  return lines.find((line) => patterns.some((pattern) => pattern.test(line.slice(0, MATCHED)))) ?? null
}
