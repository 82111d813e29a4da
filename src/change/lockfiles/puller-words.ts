import { someOf } from '../sight.ts'
import type { Force } from './between.ts'
import type { Puller } from './graph.ts'
import type { Root } from './lock.ts'
import type { ReadRange } from './range.ts'

/** Pullers that are named; the rest is counted. */
const SHOWN = 8
const UNRECORDED = 'not recorded in this lockfile'

/** Each puller once, with its constraint and whether that has a ceiling: `sidekiq >= 2.5.0 (no ceiling), redis-client (any version)`. */
export const pullersText = (pullers: readonly Puller[], read: ReadRange): string => {
  if (pullers.length === 0) return `what pulls it is ${UNRECORDED}`
  const told = pullers.filter(({ edge }) => edge.constraint !== null).map((puller) => pullerText(puller, read))
  const untold = unique(pullers.filter(({ edge }) => edge.constraint === null).map(nameOf))
  const quiet = untold.length > 0 ? [`${someOf(untold, SHOWN)} (constraint ${UNRECORDED})`] : []
  return comma([...unique(told), ...quiet])
}

/** One puller, as in the list. */
const pullerText = (puller: Puller, read: ReadRange): string => {
  const constraint = puller.edge.constraint
  if (constraint === null) return `${nameOf(puller)} (constraint ${UNRECORDED})`
  const { ceiling } = read(constraint)
  return ceiling === 'any version' ? `${nameOf(puller)} (any version)` : `${nameOf(puller)} ${constraint.slice(0, 60)} (${ceiling})`
}

/** Why the old version did no longer: `joi ^11.0.7`, `calamine, which moved too`, `the old one takes railties < 8`. */
export const forcesText = (forces: readonly Force[]): string => someOf(unique(forces.map(forceText)))

const forceText = ({ by, because, constraint }: Force): string => {
  if (because === 'moved') return `${by}, which moved too`
  return because === 'outgrown'
    ? `the old one takes ${by} ${constraint.slice(0, 60)}`
    : `${by ?? 'the manifest'} ${constraint.slice(0, 60)}`
}

/** Why a major that came along was not needed, with what speaks against it. */
export const unneededText = (forces: readonly Force[], major: string): string => {
  const told = unique(forces.filter(({ because }) => because !== 'moved').map(({ by }) => by ?? 'the manifest'))
  const moved = unique(forces.filter(({ because }) => because === 'moved').map(({ by }) => by ?? 'the manifest'))
  if (told.length > 0) return `nobody needed ${major} but ${someOf(told)}, which came along as well`
  return moved.length > 0 ? `nothing recorded here needed ${major}, though ${someOf(moved)} moved too` : `nobody needed ${major}`
}

/** The package, or the manifest in which the project itself asks. */
const nameOf = ({ by, edge }: Puller): string => by?.name ?? (edge as Root).from

const unique = (texts: readonly string[]): string[] => [...new Set(texts)]

const comma = (texts: readonly string[]): string =>
  texts.length > SHOWN ? `${texts.slice(0, SHOWN).join(', ')} and ${texts.length - SHOWN} more` : texts.join(', ')
