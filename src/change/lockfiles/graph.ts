import { grouped } from './grouped.ts'
import type { Edge, Installed, Lock, Root } from './lock.ts'

/** A wish for a copy, and who has it: a package, or the project. */
export interface Puller {
  edge: Edge
  /** Null: the project itself. */
  by: Installed | null
}

/** A lock by the names in it. */
export interface Named {
  lock: Lock
  /** Copies of each name. */
  copies: ReadonlyMap<string, readonly Installed[]>
  /** What the project itself asks for, by name. */
  roots: ReadonlyMap<string, readonly Root[]>
}

/** A lock, made ready to be asked who pulls what. */
export interface Graph extends Named {
  byId: ReadonlyMap<string, Installed>
  /** Who asks for each copy, by id. */
  pullers: ReadonlyMap<string, readonly Puller[]>
  /** Shortest way from what the project runs with to each copy: the id before it, null at a root. Empty where roots are not known. */
  production: ReadonlyMap<string, string | null>
  /** The same from what it tests and builds with. */
  development: ReadonlyMap<string, string | null>
}

export const namedOf = (lock: Lock): Named => ({
  lock,
  copies: grouped(lock.packages, ({ name }) => name),
  roots: grouped(lock.roots ?? [], ({ name }) => name),
})

/** Everything is made once, in time linear in the lock. */
export const graphOf = (lock: Lock): Graph => {
  const named = namedOf(lock)
  const byId = new Map(lock.packages.map((one) => [one.id, one]))
  const walkFrom = (dev: boolean) => {
    const roots = (lock.roots ?? []).filter((root) => root.dev === dev)
    return walk(roots, byId, named.copies)
  }
  return { ...named, byId, pullers: pullersById(lock, named.copies), production: walkFrom(false), development: walkFrom(true) }
}

/** Who asks for one of these copies: the project first, then packages by name. */
export const pullersOf = ({ pullers }: Graph, copies: ReadonlySet<string>): Puller[] => {
  const all = [...copies].flatMap((id) => pullers.get(id) ?? [])
  return all.sort((a, b) => order(a.by?.name ?? '', b.by?.name ?? ''))
}

/** What the project asks for comes by its name where the copy that answers it is not told. */
const pullersById = (lock: Lock, copies: Graph['copies']): Map<string, Puller[]> => {
  const pullers = new Map<string, Puller[]>()
  const add = (id: string, puller: Puller): void => {
    const known = pullers.get(id)
    if (known) known.push(puller)
    else pullers.set(id, [puller])
  }
  for (const edge of lock.roots ?? []) for (const id of answers(edge, copies)) add(id, { edge, by: null })
  for (const by of lock.packages) for (const edge of by.edges) if (edge.to !== null) add(edge.to, { edge, by })
  return pullers
}

const answers = (root: Edge, copies: Graph['copies']): string[] =>
  root.to === null ? (copies.get(root.name) ?? []).map(({ id }) => id) : [root.to]

/** Names on the shortest way to one of these copies, from the root's on and without the copy's own; null where none leads there. */
export const pathTo = (way: Graph['production'], byId: Graph['byId'], copies: ReadonlySet<string>): string[] | null => {
  const paths = [...copies].flatMap((id) => (way.has(id) ? [namesBefore(way, byId, id)] : []))
  return paths.reduce<string[] | null>((best, path) => (best && best.length <= path.length ? best : path), null)
}

/** Steps that a way is followed back; the start of a longer one is left out. */
const MAX_STEPS = 50

const namesBefore = (way: Graph['production'], byId: Graph['byId'], copy: string): string[] => {
  const names: string[] = []
  let id = way.get(copy) ?? null
  for (; id !== null && names.length < MAX_STEPS; id = way.get(id) ?? null) names.push(byId.get(id)?.name ?? id)
  return [...(id === null ? [] : ['…']), ...names.reverse()]
}

/** Breadth first, so that the first way found is a shortest one. */
const walk = (roots: readonly Root[], byId: Graph['byId'], copies: Graph['copies']): Map<string, string | null> => {
  const from = new Map<string, string | null>()
  const queue: string[] = []
  const visit = (ids: readonly string[], by: string | null): void => {
    for (const id of ids) {
      if (from.has(id) || !byId.has(id)) continue
      from.set(id, by)
      queue.push(id)
    }
  }
  for (const root of roots) visit(answers(root, copies), null)
  for (let at = 0; at < queue.length; at++) for (const { to } of byId.get(queue[at]!)!.edges) if (to !== null) visit([to], queue[at]!)
  return from
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
