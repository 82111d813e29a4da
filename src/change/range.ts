import type { Settings } from '../config/settings.ts'
import { next, refuse } from '../errors.ts'
import type { Git, Obtain } from '../ports.ts'
import { readBuildContext } from './build-context.ts'
import type { CandidateReading } from './candidate.ts'
import { readCommit } from './commits.ts'
import { emptyTree } from './diff.ts'
import { readPaths } from './listing.ts'
import { readSeen, type Seen } from './read.ts'

/**
 * Any two commits as base and candidate (`plan --base A --head B`), or the whole tree of one (`base` null: `--all`). Nothing of the work tree is looked at.
 * @param revisions as a person types them
 * @throws USAGE for a revision that is no commit here
 */
export const readRange = async (
  deps: { git: Git; settings: Settings; root: string; objectsDir?: string; obtain?: Obtain; keys?: Seen['keys'] },
  revisions: { base: string | null; head: string },
): Promise<Pick<CandidateReading, 'candidate' | 'build' | 'context' | 'hidden' | 'absent' | 'submodules' | 'head'> & { seen: Seen }> => {
  const { git, settings, objectsDir = null } = deps
  const head = await commitAt(git, revisions.head)
  const base = revisions.base === null ? { commit: null, tree: emptyTree(head.tree) } : await commitAt(git, revisions.base)
  const lacking = await deps.obtain?.files(head.tree, base.tree)
  const textOf = async (path: string): Promise<string | null> => {
    const found = (await readPaths(git, [[head.tree, path]], objectsDir)).get(`${head.tree}:${path}`)
    return found && 'text' in found ? found.text : null
  }
  const build = await readBuildContext(textOf, settings, [])
  const reading = {
    candidate: {
      tree: head.tree,
      commit: head.commit,
      subject: head.read.subject,
      branch: null,
      dirty: [],
      context: '',
      config: '',
      argv: [],
    },
    head: head.read,
    build,
    context: { digest: '', files: [], bounded: false },
    hidden: [],
    absent: [],
    submodules: [],
  }
  const seen = await readSeen(
    { git, settings, objectsDir },
    reading,
    { base: { commit: base.commit, tree: base.tree }, unseen: lacking ? `not all of its files can be had (${lacking})` : null },
    { root: deps.root, pushed: null, fallback: () => null, whole: revisions.base === null, keys: deps.keys },
  )
  return { ...reading, seen }
}

type At = { commit: string; tree: string; read: CandidateReading['head'] }

const commitAt = async (git: Git, revision: string): Promise<At> => {
  const ran = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
  const read = ran.code === 0 ? await readCommit(git, ran.stdout.toString('utf8').trim()) : null
  if (read) return { commit: read.oid, tree: read.tree, read }
  throw refuse('USAGE', {
    what: `${revision} is no commit in this clone.`,
    next: [next('shows the commits that are here', ['git', 'log', '--oneline', '-20'])],
  })
}
