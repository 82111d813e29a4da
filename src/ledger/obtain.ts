import { join } from 'node:path'
import { readingBoth } from '../change/objects.ts'
import type { GitRan, Obtain } from '../ports.ts'
import { FETCH, reason } from './remote.ts'
import { OURS, type Route } from './route.ts'
import { type Visitor, visit, whyNot } from './visit.ts'

/** A whole tree may be large; a ref of a ledger never is. */
const OBTAIN_MS = 120_000
/** Remotes that are asked; people who keep more know where their commits are. */
const MOST_REMOTES = 4
/** The remote answered, and will not give that object. Anything else is a remote out of reach, which is not asked again. */
const REFUSED = /not our ref|unadvertised object|remote ref/

/**
 * Fetches objects by their id from the first remote that gives them, nothing else and without history.
 * @param deps `git` in the user's clone, which is only read; `objectsDir` the guard's own objects, which take what comes; `routes` best first, asked
 * for when something lacks
 */
export const makeObtain = (deps: Visitor & { commonDir: string; objectsDir: string; routes: () => Promise<Route[]> }): Obtain => {
  const { git, files, objectsDir } = deps
  const away = new Set<string>()
  const asked = new Map<string, Promise<string | null>>()

  const bring = (oids: readonly string[], how: readonly string[] = []): Promise<string | null> => ask(oids, how).catch(whyNot)

  const ask = async (oids: readonly string[], how: readonly string[]): Promise<string | null> => {
    files.makeFolder(objectsDir)
    const whys: string[] = []
    for (const route of (await deps.routes()).slice(0, MOST_REMOTES)) {
      if (away.has(route.url)) continue
      const ran = await fetchInto(route, oids, how)
      if (ran.code === 0) return null
      if (!REFUSED.test(ran.stderr)) away.add(route.url)
      whys.push(`${route.name}: ${reason(ran).replace(/^fatal: (?:remote error: )?(?:git )?/, '')}`)
    }
    return whys.join('; ') || 'no remote of this clone can be asked for it'
  }

  const fetchInto = (route: Route, oids: readonly string[], how: readonly string[]): Promise<GitRan> =>
    visit(deps, (run) =>
      run([...FETCH, '--depth=1', ...how, '--stdin', OURS], {
        input: `${oids.join('\n')}\n`,
        // Without the clone's own objects: a host that hears of a commit of a shallow clone takes all before it for there, and sends nothing.
        env: { ...route.env, GIT_OBJECT_DIRECTORY: objectsDir },
        timeoutMs: OBTAIN_MS,
      }),
    )

  const lacking = async (roots: readonly string[]): Promise<string[]> => {
    const ran = await git.run(['rev-list', '--objects', '--missing=print', ...roots, '--'], { env: readingBoth(objectsDir) })
    return ran.stdout
      .toString('utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('?') ? [line.slice(1)] : []))
  }

  /** Packs whose missing objects the remote promised. A listing costs nothing; git is asked only where one is there. */
  const isPartial = (): boolean => (files.list(join(deps.commonDir, 'objects', 'pack')) ?? []).some((name) => name.endsWith('.promisor'))

  return {
    commit: (oid) => {
      const known = asked.get(oid) ?? bring([oid])
      asked.set(oid, known)
      return known
    },
    message: (oid) => bring([oid], ['--filter=tree:0']),
    files: async (tree, but) => {
      if (!isPartial()) return null
      const [one, other] = [`${tree}^{tree}`, `${but}^{tree}`]
      const spans =
        but === undefined
          ? [[one]]
          : [
              [one, `^${other}`],
              [other, `^${one}`],
            ]
      const oids = new Set((await Promise.all(spans.map(lacking))).flat())
      return oids.size === 0 ? null : bring([...oids])
    },
  }
}
