import type { Settings } from '../config/settings.ts'
import type { Git, Obtain } from '../ports.ts'
import { readBuildContext } from './build-context.ts'
import type { CandidateReading } from './candidate.ts'
import { emptyTree } from './diff.ts'
import { readPaths } from './listing.ts'
import type { RangeSource } from './range-source.ts'
import { readSeen, type Seen } from './read.ts'

/**
 * Any two commits as base and candidate (`plan --base A --head B`), or the whole tree of one (base null: `--all`). Nothing of the work tree is looked at.
 */
export const readRange = async (
  deps: { git: Git; settings: Settings; root: string; objectsDir?: string; obtain?: Obtain; keys?: Seen['keys'] },
  source: RangeSource,
): Promise<Pick<CandidateReading, 'candidate' | 'build' | 'context' | 'hidden' | 'absent' | 'submodules' | 'head'> & { seen: Seen }> => {
  const { git, settings, objectsDir = null } = deps
  const { head } = source
  const base = source.base === null ? { commit: null, tree: emptyTree(head.tree) } : { commit: source.base.oid, tree: source.base.tree }
  const lacking = await deps.obtain?.files(head.tree, base.tree)
  const textOf = async (path: string): Promise<string | null> => {
    const usual = source.usual(head, path)
    if (usual !== undefined) return usual
    const found = (await readPaths(git, [[head.tree, path]], objectsDir)).get(`${head.tree}:${path}`)
    return found && 'text' in found ? found.text : null
  }
  const build = await readBuildContext(textOf, settings, [])
  const reading = {
    candidate: {
      tree: head.tree,
      commit: head.oid,
      subject: head.subject,
      branch: null,
      dirty: [],
      context: '',
      config: '',
      argv: [],
    },
    head,
    build,
    context: { digest: '', files: [], bounded: false },
    hidden: [],
    absent: [],
    submodules: [],
  }
  const seen = await readSeen(
    { git, settings, objectsDir },
    reading,
    { base, unseen: lacking ? `not all of its files can be had (${lacking})` : null },
    { root: deps.root, pushed: null, fallback: () => null, range: { whole: source.base === null }, keys: deps.keys },
  )
  return { ...reading, seen }
}
