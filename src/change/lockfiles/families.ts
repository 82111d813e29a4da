import type { Between } from './between.ts'
import type { Crossing } from './crossing.ts'
import { grouped } from './grouped.ts'
import { majorOf } from './versions.ts'

/** Siblings from which on a joint step is one thing. */
const ENOUGH = 3

/**
 * Packages that crossed together because they are one framework or monorepo: from the same major to the same, at least three of them, and
 * tied by a scope or vendor (`@babel/`, `symfony/`), by one prefix and one version (`opentelemetry-`), or by exact pins (rails and its parts).
 */
export const familiesOf = (crossed: readonly Crossing[], between: Between): Crossing[][] => {
  const steps = grouped(crossed, ({ from, to }) => `${majorOf(from)} ${majorOf(to)}`)
  return [...steps.values()].filter((step) => step.length >= ENOUGH).flatMap((step) => tied(step, between))
}

const tied = (step: readonly Crossing[], between: Between): Crossing[][] => {
  const heads = new Map(step.map(({ name }) => [name, name]))
  const headOf = (name: string): string => {
    let head = name
    while (heads.get(head) !== head) head = heads.get(head)!
    heads.set(name, head)
    return head
  }
  const tie = (a: string, b: string): unknown => heads.set(headOf(a), headOf(b))
  for (const kin of [...grouped(step, scopeOf).values(), ...grouped(step, prefixOf).values()])
    for (const { name } of kin.slice(1)) tie(name, kin[0]!.name)
  for (const one of step) for (const by of pinnersOf(one, between)) if (heads.has(by)) tie(one.name, by)
  return [...grouped(step, ({ name }) => headOf(name)).values()].filter((kin) => kin.length >= ENOUGH)
}

/** `@babel` of `@babel/core`, `symfony` of `symfony/mime`; the whole name where there is none. */
const scopeOf = ({ name }: Crossing): string => /^(@?[^/]+)\//.exec(name)?.[1] ?? name

/** The word before the first dash, with the version: monorepos without a scope move in step. */
const prefixOf = ({ name, to }: Crossing): string => {
  const prefix = /^([a-z0-9]{4,})[-_.]/i.exec(name)?.[1]
  return prefix ? `${prefix}- ${to}` : name
}

/** Packages that ask for exactly this version. */
export const pinnersOf = ({ arrived, to }: Crossing, { after }: Between): string[] =>
  [...arrived].flatMap((id) =>
    (after.pullers.get(id) ?? []).flatMap(({ edge, by }) => (by && isExactly(edge.constraint, to) ? by.name : [])),
  )

const isExactly = (constraint: string | null, version: string): boolean =>
  constraint?.replace(/^[=\s]+/, '') === version.replace(/^[=\s]+/, '')
