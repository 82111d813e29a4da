import type { State } from '../ledger/state.ts'
import type { Change, Fact } from '../model.ts'
import type { Obtain } from '../ports.ts'
import type { Truth } from '../targets/truth.ts'
import { type Base, type ResolvedBase, resolveBase } from './base.ts'
import { type BuildContext, fromWorkTree } from './build-context.ts'
import { type CandidateDeps, type CandidateReading, readCandidate } from './candidate.ts'
import { readCommit } from './commits.ts'
import { parseFly } from './fly-file.ts'
import { gather } from './gather.ts'
import { makeContextFilter } from './ignore-file.ts'
import { listTree } from './listing.ts'
import { joinPath } from './paths.ts'
import { makeOnce, type Sight } from './sight.ts'
import { readSince } from './since.ts'

/** What git and the work tree show; the target and the ledger are not needed for it. */
export type Seen = Omit<Sight, 'truth' | 'state' | 'now'>

export interface ChangeReading extends CandidateReading {
  change: Change
  seen: Seen
}

export interface ChangeDeps extends CandidateDeps {
  /** The last known good first, then older ones, else the incumbent's commit; empty where there is none. */
  bases: readonly Base[]
  /** Why there is none, where one is missed. */
  baseless?: string | null
  /** Is the commit on a branch of a remote? Only asked where a rule wants to know. */
  pushed?: () => Promise<boolean | null>
  /** Brings what this clone lacks of the base; without it that stays unseen. */
  obtain?: Obtain
  /** Keys of encrypted files; only with `read: { decrypt: true }`. */
  keys?: Sight['keys']
}

/** Reads the candidate and its change since the known good. About ten git calls, as parallel as they can be. */
export const readChange = async (deps: ChangeDeps): Promise<ChangeReading> => {
  const { repo } = deps
  const [reading, resolved, pushed] = await Promise.all([
    readCandidate(deps),
    resolveBase(deps, deps.bases, deps.baseless),
    deps.pushed?.() ?? null,
  ])
  const base = await withFiles(deps.obtain, resolved, reading.candidate.tree)
  const seen = await readSeen(deps, reading, base, {
    root: repo.root,
    pushed,
    fallback: fromWorkTree(deps.files, repo.root),
    keys: deps.keys,
  })
  return { ...reading, change: seen.change, seen }
}

/** A partial clone has names and no lines of what it never checked out. */
const withFiles = async (obtain: Obtain | undefined, resolved: ResolvedBase, tree: string): Promise<ResolvedBase> => {
  const why = resolved.base ? await obtain?.files(resolved.base.tree, tree) : null
  return why ? { ...resolved, unseen: [resolved.unseen, `not all of its files can be had (${why})`].filter(Boolean).join('; ') } : resolved
}

interface Around {
  root: string
  pushed: boolean | null
  /** Files that are in no tree, e.g. ignored by git. */
  fallback: (path: string) => string | null
  /** Commits are judged, of which nothing is deployed; `whole`: all of one. */
  range?: { whole: boolean }
  keys?: Sight['keys']
}

/** They are most of the code there is: read while git, which has told all names, makes the patches. */
const loadDetectors = () => import('./detectors/all.ts')

/** Everything that detectors want to see of a candidate that is already known. */
export const readSeen = async (
  deps: Pick<CandidateDeps, 'git' | 'settings'> & { objectsDir: string | null },
  reading: Pick<CandidateReading, 'candidate' | 'build' | 'hidden' | 'absent' | 'submodules' | 'context'>,
  base: ResolvedBase,
  around: Around,
): Promise<Seen> => {
  const { git, settings, objectsDir } = deps
  const { candidate, build, context, hidden, absent, submodules } = reading
  const listed = listTree(git, candidate.tree, objectsDir)
  const span = { base, tree: candidate.tree, commit: candidate.commit, root: around.root, listing: listed, objectsDir }
  const [listing, { change, commitFiles }] = await Promise.all([listed, readSince(git, span, () => void loadDetectors())])
  const { DETECTORS } = await loadDetectors()
  const glimpse = {
    onDisk: around.fallback,
    change,
    candidate,
    settings,
    listing,
    build,
    once: makeOnce(),
    whole: around.range?.whole ?? false,
    judgesCommits: around.range !== undefined,
    ...(around.keys ? { keys: around.keys } : {}),
  }
  const sources = { base: change.base?.tree ?? null, candidate: candidate.tree, fallback: around.fallback }
  const gathered = await gather(deps, DETECTORS, glimpse, sources, (text) => whatWas(build, change, text), [
    ...[build.config, build.ignoreFile, build.dockerfile].flatMap((path) => path ?? []),
    ...settings.protect.map(({ file }) => file),
  ])
  return {
    ...glimpse,
    ...gathered,
    ignored: context.files.map((path) => joinPath(build.dir, path)),
    hidden,
    absent,
    submodules,
    commitFiles,
    pushed: around.pushed,
  }
}

/** The target's config and the ignore file at the base. */
const whatWas = async (build: BuildContext, change: Change, text: Sight['text']): Promise<Sight['was']> => {
  const config = build.config === null ? null : text('base', build.config)
  return {
    fly: build.config !== null && config !== null ? await parseFly(build.config, config) : null,
    filter: change.base === null ? null : makeContextFilter(text('base', build.ignoreFile)),
  }
}

/** The facts about what was seen, once ledger and target are known too. Pure. */
export const factsOf = async (seen: Seen, world: { truth: Truth | null; state: State | null; now: number }): Promise<Fact[]> => {
  const { detect } = await loadDetectors()
  return detect({ ...seen, ...world })
}

/** What a change leaves: path → blob (null: deleted), as an intent records it. */
export const leftBy = (change: Change): Record<string, string | null> => {
  const left: Record<string, string | null> = {}
  for (const { path, from, status, oids } of change.files) {
    if (from) left[from] = null
    left[path] = status === 'D' ? null : oids[1]
  }
  return left
}

/** Blob of a path in the candidate, as records name files. */
export const blobAt = (seen: Pick<Seen, 'listing'>, path: string): { path: string; oid: string | null } => ({
  path,
  oid: seen.listing.get(path)?.oid ?? null,
})

/** Trailers of HEAD and, for a merge, of the commit it merged, which a shallow clone lacks: answers that travel with the commit. */
export const deployTrailers = async (
  deps: Pick<ChangeDeps, 'git' | 'objectsDir' | 'obtain'>,
  head: Pick<CandidateReading['head'], 'trailers' | 'parents'>,
): Promise<Record<string, string[]>> => {
  const merged = head.parents[1] ? await readMerged(deps, head.parents[1]) : null
  const all: Record<string, string[]> = { ...merged?.trailers }
  for (const [key, values] of Object.entries(head.trailers)) all[key] = [...(all[key] ?? []), ...values]
  return all
}

const readMerged = async ({ git, objectsDir, obtain }: Pick<ChangeDeps, 'git' | 'objectsDir' | 'obtain'>, oid: string) =>
  (await readCommit(git, oid, objectsDir)) ?? ((await obtain?.message(oid)) === null ? readCommit(git, oid, objectsDir) : null)
