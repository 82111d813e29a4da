/** The majors between which an alternative of a range lies; `high` null: it has no end. */
export interface Bounds {
  low: number
  high: number | null
}

/** Alternatives counted one by one; beyond that a range admits "many". */
const MANY = 1000

/**
 * How far a range reaches, in words: `no ceiling`, `admits one major`, `admits 3 majors`. A ceiling alone saves nobody: `>= 6, < 8`
 * lets two majors in.
 * @param alternatives any of which may hold
 */
export const ceilingOf = (alternatives: readonly Bounds[]): string => {
  if (alternatives.some(({ high }) => high === null)) return 'no ceiling'
  const majors = new Set<number>()
  for (const { low, high } of alternatives)
    for (let major = low; major <= Math.max(low, high ?? low) && majors.size < MANY; major++) majors.add(major)
  if (majors.size <= 1) return 'admits one major'
  return majors.size >= MANY ? 'admits many majors' : `admits ${majors.size} majors`
}

/** One comparison of a range: `>= 2.2.4`, `< 3.2`. `within`: up to the next major at most, as `^`, `~>` and `==2.*` are. */
export interface Bound {
  kind: 'from' | 'below' | 'up-to' | 'within'
  numbers: readonly number[]
}

/** Comparisons that all hold, as bounds. */
export const boundsOf = (bounds: readonly Bound[]): Bounds => {
  const lows = bounds.filter(({ kind }) => kind === 'from' || kind === 'within').map(({ numbers }) => numbers[0] ?? 0)
  const highs = bounds.flatMap((bound) => topOf(bound) ?? [])
  return { low: Math.max(0, ...lows), high: highs.length > 0 ? Math.min(...highs) : null }
}

/** The highest major that a comparison lets in; null where it sets no end. `< 3.0` ends with 2, `< 3.2` with 3. */
const topOf = ({ kind, numbers }: Bound): number | null => {
  const [major = 0, ...rest] = numbers
  if (kind === 'from') return null
  return kind === 'below' && rest.every((number) => number === 0) ? Math.max(0, major - 1) : major
}
