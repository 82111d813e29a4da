import type { Settings } from '../config/settings.ts'
import type { State } from '../ledger/state.ts'
import type { Candidate, Change, Fact } from '../model.ts'
import type { Truth } from '../targets/truth.ts'
import type { BuildContext } from './build-context.ts'
import type { ParsedFly } from './fly-file.ts'
import type { ContextFilter } from './ignore-file.ts'
import type { Entry } from './listing.ts'

/** Everything a detector may look at: plain data, read before. */
export interface Sight {
  change: Change
  candidate: Candidate
  settings: Settings
  /** Files of the candidate's tree. */
  listing: ReadonlyMap<string, Entry>
  /** Content at the candidate or the base; null where there is no such file (or it is larger than 1 MiB). Only of paths that detectors ask for. */
  text: (side: 'base' | 'candidate', path: string) => string | null
  build: BuildContext
  /** The same at the base, where it could be read. */
  was: { fly: ParsedFly | null; filter: ContextFilter | null }
  /** Git-ignored files that go to the builder, relative to the repository root. */
  ignored: readonly string[]
  /** Paths whose edits git was told to hide. */
  hidden: readonly string[]
  /** Tracked files that a sparse checkout leaves off the disk. */
  absent: readonly string[]
  /** Submodules with work that is in none of their commits. */
  submodules: readonly string[]
  /** Files that each commit touches, by oid. */
  commitFiles: ReadonlyMap<string, readonly string[]>
  /** Is HEAD on a branch of a remote? null: not known, e.g. there is no remote. */
  pushed: boolean | null
  truth: Truth | null
  state: State | null
  /** Milliseconds since the epoch. */
  now: number
}

/** Sees one kind of thing in a change. Pure. */
export type Detector = (sight: Sight) => Fact[]

/** How many facts of one kind are worth saying; the rest is only counted by the last. */
const MANY = 50

/** A fact, with data as text. */
export const fact = (kind: string, subject: string, data: Record<string, string | number>, file?: string, line?: number): Fact => ({
  kind,
  subject,
  ...(file ? { place: { file, ...(line ? { line } : {}) } } : {}),
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, String(value)])),
})

export const atMost = (facts: Fact[]): Fact[] => facts.slice(0, MANY)

/** `a, b and 3 more`, for a sentence. */
export const someOf = (items: readonly string[], shown = 3): string => {
  const head = items.slice(0, shown)
  if (items.length > shown) return `${head.join(', ')} and ${items.length - shown} more`
  return head.length > 1 ? `${head.slice(0, -1).join(', ')} and ${head.at(-1)}` : (head[0] ?? '')
}
