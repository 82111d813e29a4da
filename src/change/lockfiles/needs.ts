import { type Between, type Force, isAskedFor } from './between.ts'
import { grouped } from './grouped.ts'
import { type Judged, unneeded } from './verdict.ts'

/**
 * Sees through needs that lead nowhere. A crossing that only others force which nobody needed either (rack 3, for a rack-session 2 that came
 * along) is their consequence: it stays forced, and names what brought it.
 */
export const withConsequences = (crossed: readonly Judged[], between: Between): Judged[] => {
  const vain = vainOf(crossed, between)
  const brought = broughtIn(crossed, vain)
  return crossed.map((one): Judged => {
    const broughtBy = brought.get(one.name) ?? null
    if (broughtBy !== null) return { ...one, broughtBy }
    return vain.has(one.name) && one.verdict === 'forced' ? { ...one, verdict: unneeded(one.name, between) } : one
  })
}

/** Names of crossings that nobody outside of them asked for or needed: all, without those that a true need reaches along the forces. */
const vainOf = (crossed: readonly Judged[], between: Between): ReadonlySet<string> => {
  const vain = new Set(crossed.filter(({ verdict }) => ['forced', 'uninvited', 'seldom'].includes(verdict)).map(({ name }) => name))
  const needs = crossed.flatMap(({ name, forces }) => forces.map((force) => ({ name, ...force }))).filter((need) => counts(need, between))
  const byForce = grouped(needs, ({ by }) => by ?? '')
  const queue = needs.filter(({ by }) => by === null || !vain.has(by)).map(({ name }) => name)
  for (const name of queue) if (vain.delete(name)) for (const next of byForce.get(name) ?? []) queue.push(next.name)
  return vain
}

/**
 * What each vain crossing was brought by: from those that no other forces on, along the forces. Of a circle the one that most others pull
 * counts as its origin.
 */
const broughtIn = (crossed: readonly Judged[], vain: ReadonlySet<string>): Map<string, string> => {
  const open = crossed.filter(({ name }) => vain.has(name))
  const forcedBy = grouped(
    open.flatMap(({ name, forces }) => forces.flatMap(({ by }) => (by !== null && vain.has(by) ? { name, by } : []))),
    ({ by }) => by,
  )
  const forced = new Set([...forcedBy.values()].flat().map(({ name }) => name))
  const free = (one: Judged): number => (forced.has(one.name) ? 0 : 1)
  const origins = new Map<string, string>()
  for (const { name } of [...open].sort((a, b) => free(b) - free(a) || b.pullers.length - a.pullers.length)) {
    if (origins.has(name)) continue
    origins.set(name, name)
    const queue = [name]
    for (const by of queue)
      for (const next of forcedBy.get(by) ?? []) {
        if (origins.has(next.name)) continue
        origins.set(next.name, name)
        queue.push(next.name)
      }
  }
  return new Map([...origins].filter(([name, origin]) => name !== origin))
}

/**
 * Where constraints are not recorded: does a puller that moved need the new major? In npm and Cargo, where ranges end below the next one by
 * habit, it does; in Python, where they mostly have no end, only if its own move was asked for.
 */
const counts = ({ by, because }: Force, between: Between): boolean =>
  because !== 'moved' || between.after.lock.ecosystem !== 'python' || isAskedFor(by ?? '', between)
