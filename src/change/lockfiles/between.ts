import type { Graph, Named, Puller } from './graph.ts'
import type { Installed } from './lock.ts'
import type { ReadRange } from './range.ts'

/** Two states of a lockfile, and what people said about the step between them. */
export interface Between {
  before: Named
  after: Graph
  /** How this ecosystem's constraints are read. */
  read: ReadRange
  /** Is this package named by a commit or a manifest line of the change? */
  asked: (name: string) => boolean
  /** Does a commit that touches this lockfile take something back? */
  reverts: boolean
}

/**
 * Why the old version may not do any more: a puller's constraint excludes it (`constraint`), a puller moved itself and its constraint is not
 * recorded (`moved`), or it does not take what is installed now of something it needs itself (`outgrown`).
 */
export interface Force {
  /** Who pulls, or what outgrew it. Null: the project. */
  by: string | null
  because: 'constraint' | 'moved' | 'outgrown'
  /** As written; empty where none is recorded. */
  constraint: string
}

/**
 * The pullers that the old version no longer satisfies. Where a lockfile records no constraints, a puller that stayed as it was
 * forces nothing: it lived with the old version. One that moved, or is new, may have.
 */
export const forcesOf = (pullers: readonly Puller[], from: string, { before, read }: Between): Force[] =>
  pullers.flatMap(({ by, edge: { constraint } }): Force[] => {
    if (constraint !== null)
      return read(constraint).admits(from) === false ? [{ by: by?.name ?? null, because: 'constraint', constraint }] : []
    return by && !stayed(by, before) ? [{ by: by.name, because: 'moved', constraint: '' }] : []
  })

const stayed = ({ name, version }: Installed, before: Named): boolean =>
  (before.copies.get(name) ?? []).some((one) => one.version === version)

/** What the old copies need, and would not take as it is installed now. Only where each package is there once: npm and Cargo keep a copy for each user. */
export const outgrownBy = (name: string, from: string, { before, after, read }: Between): Force[] => {
  if (['npm', 'rust', 'go'].includes(after.lock.ecosystem)) return []
  const edges = (before.copies.get(name) ?? []).filter(({ version }) => version === from).flatMap((one) => one.edges)
  return edges.flatMap((edge): Force[] => {
    const now = (after.copies.get(edge.name) ?? []).flatMap(({ version }) => version ?? [])
    const refused =
      edge.constraint !== null && now.length > 0 && now.every((version) => read(edge.constraint ?? '').admits(version) === false)
    return refused ? [{ by: edge.name, because: 'outgrown', constraint: edge.constraint ?? '' }] : []
  })
}

/** Did people ask for this package to move: by name, or by another range in the manifest? */
export const isAskedFor = (name: string, between: Between): boolean => between.asked(name) || wishChanged(name, between)

/** Another range, a new wish, one less. */
const wishChanged = (name: string, { before, after }: Between): boolean => {
  if (before.lock.roots === null || after.lock.roots === null) return false
  return wishes(before, name) !== wishes(after, name)
}

const wishes = ({ roots }: Named, name: string): string =>
  [...new Set((roots.get(name) ?? []).map(({ constraint }) => constraint ?? ''))].sort().join('\n')
