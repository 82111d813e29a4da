import { goPath } from './go-path.ts'
import type { Lock } from './lock.ts'

/** Lines below a package's head on which its version may stand. */
const NEAR = 4
/** Characters that are searched at most, over all versions of a file; after that places are left out. */
const MAX_SEARCH = 400_000_000
/** Of a line no more is looked at. */
const MAX_LINE = 600

/** Where versions stand in a lockfile's text. Made once a file: lines are counted by their ends. */
export const placesIn = (text: string, lock: Lock): ((name: string, version: string) => number | null) => {
  const starts = lineStarts(text)
  let left = Math.ceil(MAX_SEARCH / (text.length + 1))
  return (name, version) => {
    if (left-- <= 0) return null
    const bare = version.replace(/^[v=]+/, '')
    for (const { head, found } of headsOf(name, bare, lock)) {
      for (let at = text.indexOf(head), seen = 0; at !== -1 && seen < 2000; at = text.indexOf(head, at + 1), seen++) {
        const line = lineAt(starts, at)
        const hit = versionBelow(text, starts, line, bare, found)
        if (hit !== null) return hit + 1
      }
    }
    return null
  }
}

/** A text that stands where a package begins, and how its version is written on that line or a following one. */
interface Head {
  head: string
  found: (line: string, version: string) => boolean
}

const holds = (line: string, version: string): boolean => {
  for (let at = line.indexOf(version); at !== -1; at = line.indexOf(version, at + 1))
    if (!/[\w.]/.test(line[at - 1]?.replace('v', ' ') ?? ' ') && !/[\d]/.test(line[at + version.length] ?? ' ')) return true
  return false
}

const versionKey = (line: string, version: string): boolean => /^\s*"?version"?[\s:=]/.test(line) && holds(line, version)

const headsOf = (name: string, version: string, { ecosystem, format }: Lock): Head[] => {
  const same = (...heads: string[]): Head[] => heads.map((head) => ({ head, found: holds }))
  const keyed = (...heads: string[]): Head[] => heads.map((head) => ({ head, found: versionKey }))
  if (ecosystem === 'ruby') return same(`    ${name} (${version}`)
  if (ecosystem === 'rust' || ecosystem === 'php') return keyed(`"${name}"`)
  if (ecosystem === 'go') return same(`${name} v${version}`, `${goPath(name, version)} v${version}`)
  if (ecosystem === 'elixir') return same(`"${name}":`)
  if (ecosystem === 'python') return [...keyed(`"${name}"`), ...same(`${name}==`, `"${name}": {`)]
  if (format.startsWith('pnpm')) return same(`${name}@${version}`, `/${name}/${version}`)
  if (format.startsWith('yarn')) return keyed(`${name}@`)
  if (format.startsWith('bun')) return same(`"${name}@${version}`)
  return keyed(`node_modules/${name}": {`, `"${name}": {`)
}

/** The first line, from a package's head on, that tells its version; null where another package begins before. */
const versionBelow = (text: string, starts: readonly number[], from: number, version: string, found: Head['found']): number | null => {
  for (let line = from; line < Math.min(from + NEAR, starts.length); line++) {
    const end = Math.min(starts[line + 1] ?? text.length, starts[line]! + MAX_LINE)
    if (found(text.slice(starts[line], end), version)) return line
  }
  return null
}

const lineStarts = (text: string): number[] => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** The line that holds an offset, by halving. */
const lineAt = (starts: readonly number[], offset: number): number => {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return low
}
