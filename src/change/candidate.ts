import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Settings } from '../config/settings.ts'
import { refuse } from '../errors.ts'
import type { Candidate } from '../model.ts'
import type { Git, TreeFiles } from '../ports.ts'
import { type BuildContext, fromWorkTree, readBuildContext } from './build-context.ts'
import { type ReadCommit, readCommit } from './commits.ts'
import { type ContextReading, readContext } from './context.ts'
import { readingBoth } from './objects.ts'
import { decodePath, splitNul } from './paths.ts'
import { dirtySubmodules } from './submodules.ts'
import { type CloneFolders, writeTree } from './tree.ts'

export interface CandidateDeps {
  git: Git
  files: TreeFiles
  /** The clone, and what HEAD is. */
  repo: CloneFolders & { head: string; branch: string | null }
  settings: Settings
  /** Arguments after `--`. */
  argv: readonly string[]
  /** Key of this clone for digests that leave it. */
  key: string | Buffer
  /** Where the candidate's objects are written; a later diff reads them there. */
  objectsDir: string
}

/** The candidate, and what was seen on the way to it. */
export interface CandidateReading {
  candidate: Candidate
  head: ReadCommit
  /** Paths that ship with edits which `git status` was told to hide. */
  hidden: string[]
  /** Tracked files that a sparse checkout leaves off the disk. */
  absent: string[]
  /** Submodules with work that is in none of their commits. */
  submodules: string[]
  context: ContextReading
  build: BuildContext
}

/**
 * What would ship right now. Leaves the clone as it is: no index, ref or object of it changes.
 * Read again before the act and compared with `sameCandidate` (what was read is what ships).
 * @throws WORK_TREE_UNREADABLE
 */
export const readCandidate = async (deps: CandidateDeps): Promise<CandidateReading> => {
  const { git, files, repo, settings } = deps
  const build = await readBuildContext(fromWorkTree(files, repo.root), settings, deps.argv)
  const [head, written, context, submodules] = await Promise.all([
    readCommit(git, repo.head),
    writeTree({ git, files }, repo, deps.objectsDir),
    readContext({ git, files }, join(repo.root, build.dir), build.filter, deps.key),
    dirtySubmodules(git, files, repo.root),
  ])
  if (!head) throw refuse('WORK_TREE_UNREADABLE', { what: `The commit ${repo.head.slice(0, 10)} cannot be read.` })
  const dirty = await dirtyPaths(git, head.tree, written.tree, deps.objectsDir)
  const candidate: Candidate = {
    tree: written.tree,
    commit: repo.head,
    subject: head.subject,
    branch: repo.branch,
    dirty,
    context: context.digest,
    config: configDigest(deps, build),
    argv: [...deps.argv],
  }
  const shown = new Set(dirty)
  return { candidate, head, hidden: written.hidden.filter((path) => shown.has(path)), absent: written.absent, submodules, context, build }
}

/** Is it still what was read? */
export const sameCandidate = (a: Candidate, b: Candidate): boolean =>
  a.tree === b.tree &&
  a.commit === b.commit &&
  a.context === b.context &&
  a.config === b.config &&
  JSON.stringify(a.argv) === JSON.stringify(b.argv)

const dirtyPaths = async (git: Git, head: string, tree: string, objectsDir: string): Promise<string[]> => {
  if (head === tree) return []
  const ran = await git.run(['diff-tree', '-r', '-z', '--name-only', '--no-renames', head, tree], { env: readingBoth(objectsDir) })
  return splitNul(ran.stdout).map(decodePath)
}

/** SHA-256 over the bytes of safe-deploy.yml and of the target's config, and the settings in force (without the clone's place). */
const configDigest = (deps: CandidateDeps, build: BuildContext): string => {
  const guard = deps.settings.file === null ? null : deps.files.read(join(deps.repo.root, deps.settings.file), 4 * 1024 * 1024)
  const { root: _root, ...settings } = deps.settings
  const parts = [guard?.toString('base64') ?? null, build.configText, settings]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
