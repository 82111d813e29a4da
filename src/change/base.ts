import type { Git } from '../ports.ts'
import { readingBoth } from './objects.ts'

export interface Base {
  commit: string | null
  tree: string
}

/** What a change is compared with, and what of the wanted base cannot be seen here. */
export interface ResolvedBase {
  base: Base | null
  unseen: string | null
}

/**
 * Finds the best base that this clone can show: the first of the wanted ones whose tree is here, else whose commit is.
 * @param wanted the known good first, then older known goods; empty where there is none
 * @param baseless why there is none, where one is missed
 */
export const resolveBase = async (
  git: Git,
  wanted: readonly Base[],
  objectsDir: string | null,
  baseless: string | null = null,
): Promise<ResolvedBase> => {
  if (wanted.length === 0) return { base: null, unseen: baseless }
  const asked = wanted.flatMap((base) => [base.tree, `${base.commit ?? base.tree}^{tree}`])
  const ran = await git.run(['cat-file', '--batch-check=%(objecttype) %(objectname)'], {
    input: `${asked.join('\n')}\n`,
    env: readingBoth(objectsDir),
  })
  const found = ran.stdout
    .toString('utf8')
    .split('\n')
    .map((line) => (line.startsWith('tree ') ? line.slice(5) : null))
  const at = wanted.findIndex((_, i) => found[2 * i] || found[2 * i + 1])
  const short = (wanted[0]!.commit || wanted[0]!.tree).slice(0, 10)
  const gone =
    short === '' ? 'nobody recorded from which commit the last known good was built' : `the last known good (${short}) is not in this clone`
  if (at === -1) return { base: null, unseen: short === '' ? gone : `${gone}, nor is an older one` }
  const { commit, tree } = wanted[at]!
  if (at > 0)
    return {
      base: { commit, tree: (found[2 * at] ?? found[2 * at + 1])! },
      unseen: `${gone}; compared with an older one`,
    }
  if (found[0]) return { base: { commit, tree }, unseen: null }
  return {
    base: { commit, tree: found[1]! },
    unseen: `the last known good held uncommitted files that are not in this clone; compared with its commit ${short}`,
  }
}
