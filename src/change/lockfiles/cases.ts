import { grouped } from './grouped.ts'
import type { Judged } from './verdict.ts'

/** The word by which rules tell crossings apart, and what a crossing brought with it. */
export interface Case {
  case: string
  brings: readonly Judged[]
}

/** The case of each crossing, by name. One that another brought is told with that one, where that one is told by itself. */
export const casesOf = (crossed: readonly Judged[]): ReadonlyMap<string, Case> => {
  const alone = new Map(crossed.map((one) => [one.name, aloneOf(one)]))
  const brought = grouped(
    crossed.filter((one) => isTold(one) && one.broughtBy !== null && SPEAKS.has(alone.get(one.broughtBy) ?? '')),
    ({ broughtBy }) => broughtBy ?? '',
  )
  const quiet = new Set([...brought.values()].flat().map(({ name }) => name))
  return new Map(
    crossed.map(({ name }) => [name, { case: quiet.has(name) ? 'brought' : alone.get(name)!, brings: brought.get(name) ?? [] }]),
  )
}

/** Cases that have a finding of their own. */
const SPEAKS = new Set(['uninvited', 'uninvited-direct'])

const isTold = ({ copy, verdict, dev }: Judged): boolean => copy === 'cross' && dev !== 'yes' && ['forced', 'seldom'].includes(verdict)

const aloneOf = ({ copy, verdict, dev, direct, pullers }: Judged): string => {
  if (copy === 'second-copy') return 'second-copy'
  if (['grouped', 'calver', 'rolling', 'undo'].includes(verdict)) return verdict
  if (dev === 'yes') return 'dev'
  if (verdict !== 'uninvited') return verdict
  if (direct === 'yes') return 'uninvited-direct'
  return pullers.length === 0 ? 'unrecorded' : 'uninvited'
}
