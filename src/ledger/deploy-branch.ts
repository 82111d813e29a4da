import { readingBoth } from '../change/objects.ts'
import type { Git, OnDeployBranch } from '../ports.ts'
import { FETCH, reason } from './remote.ts'
import { OURS, type Route } from './route.ts'
import { type Visiting, type Visitor, visit, whyNot } from './visit.ts'

/** How far back a commit is looked for where this clone cannot tell. Older than the last step is not decided. */
const DEPTHS = [50, 5000]
const LIST_MS = 30_000
const HISTORY_MS = 60_000
const TIP = 'refs/heads/tip'

type Answer = Awaited<ReturnType<OnDeployBranch>>

/**
 * Looks at the remote's branch as it is now; what this clone remembers of it may be years old. History comes without trees and files, into a
 * repository that is thrown away. Says yes only where the commit was found.
 * @param deps `git` in the user's clone, which is only read
 */
export const makeOnDeployBranch =
  (deps: Visitor & { shallow: boolean; route: () => Promise<Route | null> }): OnDeployBranch =>
  async (commit, branch) => {
    const route = await deps.route()
    if (!route) return no('this clone has no remote whose deploy branch could hold it')
    const ref = branch === null ? 'HEAD' : `refs/heads/${branch}`
    return visit(deps, async (git): Promise<Answer> => {
      const listed = await git(['ls-remote', '--symref', OURS, ref], { env: route.env, timeoutMs: LIST_MS })
      if (listed.code !== 0) return no(`the deploy branch of ${route.name} cannot be looked at: ${reason(listed)}`)
      const { tip, name } = readListed(listed.stdout.toString('utf8'), ref)
      if (tip === null) return no(`${route.name} has no ${branch === null ? 'default branch' : `branch ${branch}`}`)
      const place = `${name.replace(/^refs\/heads\//, '')} of ${route.name}`
      const here = tip === commit || (await heldHere(deps, commit, tip))
      if (here !== null) return here ? { on: true, branch: place } : no(`its commit is not on ${place}`)
      return lookBack(git, route, { commit, ref, place })
    }).catch((error: Error) => no(`the deploy branch of ${route.name} cannot be looked at: ${whyNot(error)}`))
  }

/** Fetches the branch's history, farther back each time, until the commit shows or nothing more can. */
const lookBack = async (
  git: Visiting,
  route: Route,
  { commit, ref, place }: Record<'commit' | 'ref' | 'place', string>,
): Promise<Answer> => {
  for (const depth of DEPTHS) {
    const fetch = [...FETCH, `--depth=${depth}`, '--filter=tree:0', OURS, `+${ref}:${TIP}`]
    const got = await git(fetch, { env: route.env, timeoutMs: HISTORY_MS })
    if (got.code !== 0) return no(`${place} cannot be looked at: ${reason(got)}`)
    const held = await git(['merge-base', '--is-ancestor', commit, TIP], { env: readingBoth(null) })
    if (held.code === 0) return { on: true, branch: place }
    const shallow = await git(['rev-parse', '--is-shallow-repository'])
    if (shallow.stdout.toString('utf8').trim() === 'false') return no(`its commit is not on ${place}`)
  }
  return no(`its commit is not among the last ${DEPTHS.at(-1)} of ${place}`)
}

const no = (why: string): Answer => ({ on: false, why })

/** Does the clone itself show it? null: it has not the history that would tell. */
const heldHere = async ({ git, shallow }: { git: Git; shallow: boolean }, commit: string, tip: string): Promise<boolean | null> => {
  const { code } = await git.run(['merge-base', '--is-ancestor', commit, tip], { env: readingBoth(null) })
  if (code === 0) return true
  return code === 1 && !shallow ? false : null
}

/** `ls-remote --symref`: `ref: TARGET TAB NAME` for a symbolic ref, then `OID TAB NAME`. A pattern also matches the ends of longer names. Pure. */
const readListed = (text: string, ref: string): { tip: string | null; name: string } => {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const values = lines.flatMap(([value, name]) => (name === ref && value !== undefined ? [value] : []))
  const target = values.find((value) => value.startsWith('ref: '))?.slice(5)
  return { tip: values.find((value) => /^[0-9a-f]{40,64}$/.test(value)) ?? null, name: target ?? ref }
}
