import type { Settings } from '../config/settings.ts'
import type { State } from '../ledger/state.ts'
import type { Candidate, Change, Fact } from '../model.ts'
import type { Truth } from '../targets/truth.ts'
import type { BuildContext } from './build-context.ts'
import type { FixSizes } from './fix-sizes.ts'
import type { ParsedFly } from './fly-file.ts'
import type { ContextFilter } from './ignore-file.ts'
import type { Entry } from './listing.ts'

/** A line of the candidate's files that holds a text; `line` counts from 1. */
export interface Mention {
  path: string
  line: number
  text: string
}

type Side = 'base' | 'candidate'

/** What git shows of a change: plain data, read before. The target and the ledger are not needed for it. */
export interface Glimpse {
  change: Change
  candidate: Candidate
  settings: Settings
  /** Files of the candidate's tree. */
  listing: ReadonlyMap<string, Entry>
  /** Content at the candidate or the base; null where there is no such file, or it cannot be read. Only of paths that detectors ask for. */
  text: (side: Side, path: string) => string | null
  /** Why a file that is there cannot be read (too large, say); null where it can, or where there is none. */
  unread: (side: Side, path: string) => string | null
  /** Lines of the candidate's files that hold this text, byte for byte; binary and generated files are left out. Only of texts that detectors ask for. */
  mentions: (text: string) => readonly Mention[]
  /** Content in the work tree, which a filter may have made of what git holds; null where there is no such file. */
  onDisk: (path: string) => string | null
  build: BuildContext
  /** What costs much and is wanted again, in each round and by other detectors: made when it is first asked for, under this name. */
  once: <T>(name: string, make: () => T) => T
  /** Keys that may open an encrypted file, where the user wants its key names read (`read: { decrypt: true }`). */
  keys?: (path: string) => readonly string[]
  /** The same at the base, where it could be read. */
  was: { fly: ParsedFly | null; filter: ContextFilter | null }
  /** The whole tree is judged as if all of it were new (`plan --all`). */
  whole: boolean
  /** Commits are judged, and no work tree: nothing says which target is meant, and nothing shows what git ignores. */
  judgesCommits: boolean
}

/** Everything a detector may look at. */
export interface Sight extends Glimpse {
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
  /** Sizes of the last fixes, those of the change among them; null where no detector asked. */
  fixSizes: FixSizes | null
  /** Is HEAD on a branch of a remote? null: not known, e.g. there is no remote. */
  pushed: boolean | null
  /** Detectors that failed while they said what they want to read, with the reason. */
  failed: ReadonlyMap<string, string>
  truth: Truth | null
  state: State | null
  /** Milliseconds since the epoch. */
  now: number
}

/** What a detector has to read beyond the change. */
export interface Wants {
  texts?: readonly (readonly [side: Side, path: string])[]
  /** Texts whose mentions it needs, without line ends. */
  mentions?: readonly string[]
  /** How large the fixes of this repository are. */
  fixSizes?: boolean
}

/** Sees one kind of thing in a change. Pure: what it has to read it asks for, and finds in its sight. */
export interface Detector {
  /** Named to people where it fails. */
  name: string
  /** Asked again with what it got, until it wants nothing new; at most four times. */
  wants?: (glimpse: Glimpse) => Wants | Promise<Wants>
  facts: (sight: Sight) => Fact[] | Promise<Fact[]>
}

/** A memory of what was made, for one run. */
export const makeOnce = (): Glimpse['once'] => {
  const made = new Map<string, unknown>()
  return <T>(name: string, make: () => T): T => {
    if (!made.has(name)) made.set(name, make())
    return made.get(name) as T
  }
}

/** The part of a detector that sees. */
export type Detect = (sight: Sight) => Fact[]

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

/** What kind of error it was. Its message may quote what was read, a secret say; its kind never does. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'no error of its own')
