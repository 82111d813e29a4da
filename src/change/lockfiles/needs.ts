import { type Between, type Force, isAskedFor } from './between.ts'
import { type Judged, unneeded } from './verdict.ts'

/**
 * Takes back needs that lead nowhere: a crossing that only others force which nobody needed either (rack 3, for a rack-session 2 that came
 * along) is as uninvited as they are, and siblings that pin each other in a circle need each other for nothing.
 */
export const withoutVainNeeds = (crossed: readonly Judged[], between: Between): Judged[] => {
  const open = new Set(crossed.filter(({ verdict }) => ['forced', 'uninvited', 'seldom'].includes(verdict)).map(({ name }) => name))
  const stands = ({ by, because }: Force): boolean => by === null || (!open.has(by) && (because !== 'moved' || mayForce(by, between)))
  for (let grew = true; grew; ) {
    grew = false
    for (const { name, forces } of crossed) if (open.has(name) && forces.some(stands)) grew = open.delete(name)
  }
  return crossed.map((one) => (one.verdict === 'forced' && open.has(one.name) ? { ...one, verdict: unneeded(one.name, between) } : one))
}

/**
 * Where constraints are not recorded: does a puller that moved need the new major? In npm and Cargo, where ranges end below the next one by
 * habit, it does; in Python, where they mostly have no end, only if its own move was asked for.
 */
const mayForce = (by: string, between: Between): boolean => between.after.lock.ecosystem !== 'python' || isAskedFor(by, between)
