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
export const pullerText = (puller: Puller, read: ReadRange): string => {
  const constraint = puller.edge.constraint
  if (constraint === null) return `${nameOf(puller)} (constraint ${UNRECORDED})`
  const { ceiling } = read(constraint)
  return ceiling === 'any version' ? `${nameOf(puller)} (any version)` : `${nameOf(puller)} ${constraint.slice(0, 60)} (${ceiling})`
}

/** Who needs the new major, as far as that is known: `joi ^11.0.7`, or `calamine, which moved too`. */
export const forcesText = (forces: readonly Force[]): string =>
  someOf(
    unique(
      forces.map(({ puller, because }) =>
        because === 'moved' ? `${nameOf(puller)}, which moved too` : `${nameOf(puller)} ${(puller.edge.constraint ?? '').slice(0, 60)}`,
      ),
    ),
  )

/** Why a major that came along was not needed, with what speaks against it. */
export const unneededText = (forces: readonly Force[], major: string): string => {
  const told = unique(forces.filter(({ because }) => because === 'constraint').map(({ puller }) => nameOf(puller)))
  const moved = unique(forces.filter(({ because }) => because === 'moved').map(({ puller }) => nameOf(puller)))
  if (told.length > 0) return `nobody needed ${major} but ${someOf(told)}, which came along as well`
  return moved.length > 0 ? `nothing recorded here needed ${major}, though ${someOf(moved)} moved too` : `nobody needed ${major}`
}

/** The package, or the manifest in which the project itself asks. */
const nameOf = ({ by, edge }: Puller): string => by?.name ?? (edge as Root).from

const unique = (texts: readonly string[]): string[] => [...new Set(texts)]

const comma = (texts: readonly string[]): string =>
  texts.length > SHOWN ? `${texts.slice(0, SHOWN).join(', ')} and ${texts.length - SHOWN} more` : texts.join(', ')
