/** A version in the parts that decide which of two is higher. */
interface Parts {
  epoch: number
  numbers: readonly number[]
  /** What follows the numbers, e.g. `-rc.1`, `.rc1`, `b2`; empty where nothing does. */
  rest: string
}

/** Longer ones are no versions. */
const MAX = 100
const LEADING = /^\s*[v=]*\s*(?:(\d{1,15})!)?(\d{1,15}(?:\.\d{1,15}){0,15})(.{0,80})/

/**
 * The major of a version: its leading number, with the epoch of PEP 440 (`1!2`). A leading `v` or `=` does not count.
 * @returns null for what is no version: a branch, a commit
 */
export const majorOf = (version: string): string | null => {
  const parts = partsOf(version)
  return parts && (parts.epoch > 0 ? `${parts.epoch}!${parts.numbers[0]}` : `${parts.numbers[0]}`)
}

/** The leading number alone. */
export const leadOf = (version: string): number | null => partsOf(version)?.numbers[0] ?? null

/** `0.4` of 0.4.2: under a leading zero the second number is where things break. Null for every other version. */
export const zeroMinorOf = (version: string): string | null => (majorOf(version) === '0' ? `0.${partsOf(version)?.numbers[1] ?? 0}` : null)

/** Negative where `a` is lower. Numbers first; an equal version with letters behind it is lower, save `post`, build and platform marks. */
export const compareVersions = (a: string, b: string): number => {
  const [one, two] = [partsOf(a), partsOf(b)]
  if (!one || !two) return Number(one !== null) - Number(two !== null)
  const length = Math.max(one.numbers.length, two.numbers.length)
  for (const [x, y] of [[one.epoch, two.epoch] as const, ...pairs(one.numbers, two.numbers, length)]) if (x !== y) return x - y
  return rankOf(one.rest) - rankOf(two.rest) || order(one.rest, two.rest)
}

/** The highest of some versions; the first where none is higher. */
export const highest = (versions: readonly string[]): string => versions.reduce((top, one) => (compareVersions(one, top) > 0 ? one : top))

/** The first numbers of a version, with zeros for those it lacks. */
export const numbersOf = (version: string, count: number): number[] =>
  Array.from({ length: count }, (_, i) => partsOf(version)?.numbers[i] ?? 0)

const partsOf = (version: string): Parts | null => {
  const match = version.length > MAX ? null : LEADING.exec(version)
  if (!match) return null
  // A commit may begin with a digit.
  if (/^[0-9a-f]{40}$/.test(version.trim())) return null
  return { epoch: Number(match[1] ?? 0), numbers: match[2]!.split('.').map(Number), rest: match[3] ?? '' }
}

const pairs = (a: readonly number[], b: readonly number[], length: number): (readonly [number, number])[] =>
  Array.from({ length }, (_, i) => [a[i] ?? 0, b[i] ?? 0] as const)

const rankOf = (rest: string): number =>
  /^[.-]?post/.test(rest) ? 2 : /^[-.]?[a-z]/i.test(rest) && !/^-(?:x86|arm|aarch|java|mswin)/.test(rest) ? 0 : 1

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
