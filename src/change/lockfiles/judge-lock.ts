import type { Between } from './between.ts'
import { isDated } from './calendar.ts'
import type { Crossing } from './crossing.ts'
import { familiesOf, pinnersOf } from './families.ts'
import { withConsequences } from './needs.ts'
import { isRolling } from './rolling.ts'
import { type Judged, judgeCrossing } from './verdict.ts'

/** Packages of one framework that crossed together, and who leads them. */
export interface Family {
  leader: Judged
  members: readonly Judged[]
}

/** What crossed in a lockfile, judged. Members of a family are `grouped`, save a leader that nobody asked for: it speaks for itself. */
export const judgeLock = (found: readonly Crossing[], between: Between): { crossed: Judged[]; families: Family[] } => {
  const judged = withConsequences(
    found.map((one) => judgeCrossing(one, between)),
    between,
  )
  const alone = new Map(judged.map((one) => [one.name, one]))
  const families = familiesOf(found.filter(movesAsOne), between).map((members) => family(members, alone, between))
  const leaders = new Map(families.flatMap(({ leader, members }) => members.map((one) => [one.name, leader] as const)))
  const crossed = judged.map((one): Judged => {
    const leader = leaders.get(one.name)
    if (leader === undefined) return one
    return leader.name === one.name && leader.verdict === 'uninvited' ? leader : { ...one, verdict: 'grouped' }
  })
  return { crossed, families }
}

const movesAsOne = ({ copy, name, from, to }: Crossing): boolean => copy === 'cross' && !isDated(name, from, to) && !isRolling(name)

const family = (members: readonly Crossing[], alone: ReadonlyMap<string, Judged>, between: Between): Family => {
  const judged = members.map(({ name }) => alone.get(name)!)
  const pins = new Map<string, number>()
  for (const one of members) for (const by of new Set(pinnersOf(one, between))) pins.set(by, (pins.get(by) ?? 0) + 1)
  const own = new Set(members.map(({ name }) => name))
  const rank = (one: Judged): number => standing(one, own) + Math.min(99, pins.get(one.name) ?? 0)
  const leader = judged.reduce((best, one) => (rank(one) > rank(best) ? one : best))
  // That its own siblings brought it is no need.
  return { leader: own.has(leader.broughtBy ?? '') ? { ...leader, verdict: 'uninvited', broughtBy: null } : leader, members: judged }
}

/** Who was asked for leads, then what the project names, then whom somebody outside needs, then whom no sibling pulls; then who pins most. */
const standing = ({ verdict, direct, forces, pullers }: Judged, own: ReadonlySet<string>): number =>
  (verdict === 'invited' ? 800 : 0) +
  (direct === 'yes' ? 400 : 0) +
  (verdict === 'forced' && forces.some(({ by }) => !own.has(by ?? '')) ? 200 : 0) +
  (pullers.some(({ by }) => own.has(by?.name ?? '')) ? 0 : 100)
