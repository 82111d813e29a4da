import type { Graph, Puller } from './graph.ts'
import type { ReadRange } from './range.ts'

/** Two states of a lockfile, and what people said about the step between them. */
export interface Between {
  before: Graph
  after: Graph
  /** How this ecosystem's constraints are read. */
  read: ReadRange
  /** Is this package named by a commit or a manifest line of the change? */
  asked: (name: string) => boolean
  /** Does a commit that touches this lockfile take something back? */
  reverts: boolean
}

/** Why a puller may not do with the old version: its constraint excludes it, or it moved itself and its constraint is not recorded. */
export interface Force {
  puller: Puller
  because: 'constraint' | 'moved'
}

/**
 * The pullers that the old version no longer satisfies. Where a lockfile records no constraints, a puller that stayed as it was
 * forces nothing: it lived with the old version. One that moved, or is new, may have.
 */
export const forcesOf = (pullers: readonly Puller[], from: string, { before, read }: Between): Force[] =>
  pullers.flatMap((puller): Force[] => {
    const { constraint } = puller.edge
    if (constraint !== null) return read(constraint).admits(from) === false ? [{ puller, because: 'constraint' }] : []
    return puller.by && !stayed(puller.by, before) ? [{ puller, because: 'moved' }] : []
  })

const stayed = ({ name, version }: NonNullable<Puller['by']>, before: Graph): boolean =>
  (before.copies.get(name) ?? []).some((one) => one.version === version)

/** Did people ask for this package to move: by name, or by another range in the manifest? */
export const isAskedFor = (name: string, between: Between): boolean => between.asked(name) || wishChanged(name, between)

/** Another range, a new wish, one less. */
const wishChanged = (name: string, { before, after }: Between): boolean => {
  if (before.lock.roots === null || after.lock.roots === null) return false
  return wishes(before, name) !== wishes(after, name)
}

const wishes = ({ roots }: Graph, name: string): string =>
  [...new Set((roots.get(name) ?? []).map(({ constraint }) => constraint ?? ''))].sort().join('\n')
