import type { Change } from '../model.ts'
import type { Git } from '../ports.ts'
import { markGenerated } from './attributes.ts'
import type { ResolvedBase } from './base.ts'
import { countCommits, filesOfCommits, MAX_COMMITS, type ReadCommit, readCommit, readCommits } from './commits.ts'
import { readDiff } from './diff.ts'
import type { Entry } from './listing.ts'
import { openOpaque } from './opaque.ts'
import { byWeight, linesOf } from './weight.ts'

/** Two trees to compare, and what leads from one to the other. */
export interface Span {
  base: ResolvedBase
  tree: string
  commit: string
  root: string
  listing: Promise<ReadonlyMap<string, Entry>>
  /** Own objects, where one of the trees may live. */
  objectsDir: string | null
}

/** Commits whose files are looked at, for advice. */
const MAX_LOOKED = 50

/** What leads from a base to a tree: the change, and the files that each of its newest commits touches, by oid. */
export interface Since {
  change: Change
  commitFiles: ReadonlyMap<string, readonly string[]>
}

/**
 * The change between a base and a tree, most telling files first; without a base it is empty and says why.
 * @param onNames called when git has told which files differ, and goes on with their lines
 */
export const readSince = async (git: Git, span: Span, onNames: () => void): Promise<Since> => {
  const { base, unseen } = span.base
  if (base === null) return { change: { base: null, unseen, files: [], commits: [], added: 0, removed: 0 }, commitFiles: new Map() }
  const between = base.commit === null || base.commit === span.commit ? null : ([base.commit, span.commit] as const)
  const [diff, { commits, ...walk }] = await Promise.all([
    readDiff(git, base.tree, span.tree, span.objectsDir, onNames),
    between === null ? NO_WALK : walkBetween(git, between),
  ])
  const opened = await openOpaque(git, diff.files, span.objectsDir)
  const files = opened.length > 0 && hasAttributes(await span.listing) ? await markGenerated(git, span.root, opened) : opened
  const sum = (side: 'added' | 'removed'): number => files.reduce((all, file) => all + linesOf(file)[side], 0)
  const change: Change = {
    base,
    unseen: [unseen, diff.unseen].filter((one) => one !== null).join('; ') || null,
    ...(diff.missing.length > 0 ? { missing: diff.missing } : {}),
    files: byWeight(files),
    commits: commits.map(({ oid, subject, author, trailers }) => ({ oid, subject, author, trailers })),
    ...(walk.gap ? { gap: walk.gap } : {}),
    added: sum('added'),
    removed: sum('removed'),
  }
  return { change, commitFiles: walk.files }
}

/** Commits, newest first, how far apart their ends are, and what files they touch. */
interface Walk {
  commits: readonly ReadCommit[]
  gap?: Change['gap']
  files: Since['commitFiles']
}

const NO_WALK: Walk = { commits: [], files: new Map() }

const walkBetween = async (git: Git, between: readonly [string, string]): Promise<Walk> => {
  const walked = await readCommits(git, ...between)
  if (walked === null) return NO_WALK
  const newest = walked.commits.slice(0, MAX_LOOKED).map(({ oid }) => oid)
  const [gap, files] = await Promise.all([gapOf(git, between, walked), filesOfCommits(git, newest)])
  return { commits: walked.commits, gap, files }
}

const DAY = 86_400

/** Only a range longer than what is listed has to be counted, and a base beside the walk looked up. */
const gapOf = async (
  git: Git,
  [from, to]: readonly [string, string],
  { commits, base }: { commits: readonly ReadCommit[]; base: ReadCommit | null },
): Promise<Change['gap']> => {
  const [old, all] = await Promise.all([
    base ?? readCommit(git, from),
    commits.length < MAX_COMMITS ? commits.length : countCommits(git, from, to),
  ])
  const newest = commits[0]?.at ?? old?.at ?? 0
  return { days: Math.max(0, Math.floor((newest - (old?.at ?? newest)) / DAY)), commits: all ?? commits.length }
}

const hasAttributes = (listing: ReadonlyMap<string, Entry>): boolean => {
  for (const path of listing.keys()) if (path === '.gitattributes' || path.endsWith('/.gitattributes')) return true
  return false
}
