import { grouped } from './grouped.ts'
import type { Edge, Installed, Lock, Root } from './lock.ts'

/** A wish for a copy, and who has it: a package, or the project. */
export interface Puller {
  edge: Edge
  /** Null: the project itself. */
  by: Installed | null
}

/** A lock, made ready to be asked who pulls what. */
export interface Graph {
  lock: Lock
  byId: ReadonlyMap<string, Installed>
  /** Copies of each name. */
  copies: ReadonlyMap<string, readonly Installed[]>
  /** Who asks for each copy, by id. */
  pullers: ReadonlyMap<string, readonly Puller[]>
  /** What the project itself asks for, by name. */
  roots: ReadonlyMap<string, readonly Root[]>
  /** Shortest way from what the project runs with to each copy: the id before it, null at a root. Empty where roots are not known. */
  production: ReadonlyMap<string, string | null>
  /** The same from what it tests and builds with. */
  development: ReadonlyMap<string, string | null>
}

/** Everything is made once, in time linear in the lock. */
export const graphOf = (lock: Lock): Graph => {
  const byId = new Map(lock.packages.map((one) => [one.id, one]))
  const copies = grouped(lock.packages, ({ name }) => name)
  const roots = lock.roots ?? []
  const walkFrom = (dev: boolean) =>
    walk(
      roots.filter((root) => root.dev === dev),
      byId,
      copies,
    )
  return {
    lock,
    byId,
    copies,
    pullers: pullersById(lock, copies),
    roots: grouped(roots, ({ name }) => name),
    production: walkFrom(false),
    development: walkFrom(true),
  }
}

/** Who asks for one of these copies: the project first, then packages by name. */
export const pullersOf = ({ pullers }: Graph, copies: ReadonlySet<string>): Puller[] => {
  const all = [...copies].flatMap((id) => pullers.get(id) ?? [])
  return all.sort((a, b) => order(a.by?.name ?? '', b.by?.name ?? ''))
}

/** What the project asks for comes by its name where the copy that answers it is not told. */
const pullersById = (lock: Lock, copies: Graph['copies']): Map<string, Puller[]> => {
  const own = (lock.roots ?? []).flatMap((edge) => answers(edge, copies).map((id) => ({ id, puller: { edge, by: null } as Puller })))
  const others = lock.packages.flatMap((by) => by.edges.flatMap((edge) => (edge.to === null ? [] : { id: edge.to, puller: { edge, by } })))
  return new Map([...grouped([...own, ...others], ({ id }) => id)].map(([id, list]) => [id, list.map(({ puller }) => puller)]))
}

const answers = (root: Edge, copies: Graph['copies']): string[] =>
  root.to === null ? (copies.get(root.name) ?? []).map(({ id }) => id) : [root.to]

/** Names on the shortest way to one of these copies, from the root's on and without the copy's own; null where none leads there. */
export const pathTo = (way: Graph['production'], byId: Graph['byId'], copies: ReadonlySet<string>): string[] | null => {
  const paths = [...copies].flatMap((id) => (way.has(id) ? [namesBefore(way, byId, id)] : []))
  return paths.reduce<string[] | null>((best, path) => (best && best.length <= path.length ? best : path), null)
}

const namesBefore = (way: Graph['production'], byId: Graph['byId'], copy: string): string[] => {
  const names: string[] = []
  for (let id = way.get(copy) ?? null; id !== null; id = way.get(id) ?? null) names.unshift(byId.get(id)?.name ?? id)
  return names
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
