import type { Git, Obtain } from '../ports.ts'
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

interface Deps {
  git: Git
  objectsDir: string | null
  /** Where it is left out, what is not in this clone stays unseen. */
  obtain?: Obtain
}

/**
 * Finds the best base that can be shown: the first of the wanted ones whose tree, else whose commit, is here or can be had.
 * @param wanted the known good first, then older known goods; empty where there is none
 * @param baseless why there is none, where one is missed
 */
export const resolveBase = async (deps: Deps, wanted: readonly Base[], baseless: string | null = null): Promise<ResolvedBase> => {
  const [first] = wanted
  if (!first) return { base: null, unseen: baseless }
  const here = await look(
    deps,
    wanted.flatMap((base) => [base.tree, treeOf(base)]),
  )
  const gone: string[] = []
  for (const [at, base] of wanted.entries()) {
    let [tree, ofCommit] = [here[2 * at], here[2 * at + 1]]
    if (!tree && !ofCommit) {
      const why = await lacks(deps, base)
      if (why === null) [tree, ofCommit] = await look(deps, [base.tree, treeOf(base)])
      if (!tree && !ofCommit) gone.push(why ?? `the last known good (${base.commit?.slice(0, 10)}) holds no files`)
    }
    const found = tree ?? ofCommit
    if (found) return { base: { commit: base.commit, tree: found }, unseen: unseenOf(base, at === 0 ? null : gone[0]!, Boolean(tree)) }
  }
  return { base: null, unseen: first.commit === '' ? gone[0]! : `${gone[0]}, nor is an older one` }
}

const treeOf = (base: Base): string => `${base.commit ?? base.tree}^{tree}`

const unseenOf = (base: Base, gone: string | null, exact: boolean): string | null => {
  if (gone !== null) return `${gone}; compared with an older one`
  return exact
    ? null
    : `the last known good held uncommitted files that are not in this clone; compared with its commit ${(base.commit || base.tree).slice(0, 10)}`
}

/** Brings the commit; else why the base cannot be seen. */
const lacks = async ({ obtain }: Deps, { commit, tree }: Base): Promise<string | null> => {
  if (commit === '') return 'nobody recorded from which commit the last known good was built'
  const why = commit === null ? 'it has no commit' : obtain ? await obtain.commit(commit) : ''
  if (why === null) return null
  return `the last known good (${(commit ?? tree).slice(0, 10)}) is not in this clone${why ? ` and cannot be had (${why})` : ''}`
}

/** Trees by name, null for what is not here. Git gives up on the first that a partial clone lacks: then each is asked for alone. */
const look = async (deps: Deps, names: readonly string[]): Promise<(string | null)[]> => {
  const ran = await deps.git.run(['cat-file', '--batch-check=%(objecttype) %(objectname)'], {
    input: `${names.join('\n')}\n`,
    env: readingBoth(deps.objectsDir),
  })
  if (ran.code !== 0) return names.length === 1 ? [null] : (await Promise.all(names.map((name) => look(deps, [name])))).flat()
  const lines = ran.stdout.toString('utf8').split('\n')
  return names.map((_, i) => (lines[i]?.startsWith('tree ') ? lines[i].slice(5) : null))
}
