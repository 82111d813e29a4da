import { type Between, type Force, forcesOf, isAskedFor, outgrownBy } from './between.ts'
import { isDated } from './calendar.ts'
import type { Crossing } from './crossing.ts'
import { type Puller, pathTo, pullersOf } from './graph.ts'
import { isRolling } from './rolling.ts'
import { isSeldomLoaded } from './seldom.ts'

type Verdict = 'invited' | 'forced' | 'uninvited' | 'grouped' | 'calver' | 'rolling' | 'undo' | 'seldom'
export type Known = 'yes' | 'no' | 'unknown'

/** A crossing, judged. */
export interface Judged extends Crossing {
  verdict: Verdict
  /** Does the project itself ask for it? */
  direct: Known
  /** Only tests and development reach it? */
  dev: Known
  /** Names on the shortest way to it, from the project's own wish on; null where no way is known. */
  path: readonly string[] | null
  pullers: readonly Puller[]
  forces: readonly Force[]
  /** The crossing that nobody needed and that leads to this one. */
  broughtBy: string | null
}

/** What a crossing is by itself, apart from what crossed beside it. */
export const judgeCrossing = (crossing: Crossing, between: Between): Judged => {
  const pullers = pullersOf(between.after, crossing.arrived)
  const forces = [...forcesOf(pullers, crossing.from, between), ...outgrownBy(crossing.name, crossing.from, between)]
  const { production, development, byId } = between.after
  const dev = devOf(crossing, between)
  return {
    ...crossing,
    verdict: verdictOf(crossing, forces, between),
    direct: namedNow(crossing.name, between),
    dev,
    path: pathTo(dev === 'yes' ? development : production, byId, crossing.arrived),
    pullers,
    forces,
    broughtBy: null,
  }
}

/** People's word first; then what a new number means for this package; then who needed it. */
const verdictOf = ({ name, from, to, direction }: Crossing, forces: readonly Force[], between: Between): Verdict => {
  if (isAskedFor(name, between) || forces.some(({ by }) => by === null)) return 'invited'
  if (direction === 'down' && between.reverts) return 'undo'
  if (isDated(name, from, to)) return 'calver'
  if (isRolling(name)) return 'rolling'
  return forces.length > 0 ? 'forced' : unneeded(name, between)
}

/** What it is where nobody needed it. */
export const unneeded = (name: string, between: Between): 'seldom' | 'uninvited' =>
  isSeldomLoaded(between.after.lock.ecosystem, name) && directOf(name, between) !== 'yes' ? 'seldom' : 'uninvited'

/** Of the project as it is now. */
const namedNow = (name: string, { after }: Between): Known => (after.lock.roots === null ? 'unknown' : after.roots.has(name) ? 'yes' : 'no')

/** Also where it is no longer asked for: who took a wish away has looked at it. */
const directOf = (name: string, { before, after }: Between): Known => {
  if (before.lock.roots === null && after.lock.roots === null) return 'unknown'
  return before.roots.has(name) || after.roots.has(name) ? 'yes' : 'no'
}

/** By the lockfile's own marks; where it has none, by a walk from the project's wishes. Of the copy that is told. */
const devOf = ({ arrived, to }: Crossing, { after }: Between): Known => {
  const told = [...arrived].filter((id) => after.byId.get(id)?.version === to)
  const ids = told.length > 0 ? told : [...arrived]
  const marks = ids.map((id) => after.byId.get(id)?.dev ?? null)
  if (marks.includes(false)) return 'no'
  if (marks.every((mark) => mark === true)) return 'yes'
  if (ids.some((id) => after.production.has(id))) return 'no'
  return after.lock.roots !== null && ids.some((id) => after.development.has(id)) ? 'yes' : 'unknown'
}
