import type { Edge, Installed, Root } from './lock.ts'

/** A wish before it is known which copy answers it. */
export interface Wish {
  name: string
  constraint: string | null
  /** Its target is only there if something else asks for it too. */
  optional?: boolean
  /** The copy, where the lockfile names it. */
  id?: string | undefined
}

/** A wish of the project. */
export interface RootWish extends Wish {
  dev: boolean
  from: string
}

/** An installed copy before its wishes are matched. */
export interface Copy extends Omit<Installed, 'edges'> {
  wishes: readonly Wish[]
}

/** Which copies there are of a name. */
export type CopiesOf = (name: string) => readonly string[]

export const copiesOf = (copies: Iterable<Pick<Copy, 'id' | 'name'>>): CopiesOf => {
  const byName = new Map<string, string[]>()
  for (const { id, name } of copies) {
    const ids = byName.get(name)
    if (!ids) byName.set(name, [id])
    else if (!ids.includes(id)) ids.push(id)
  }
  return (name) => byName.get(name) ?? []
}

/**
 * Copies with the wishes matched. Entries of one id are one copy: a gem for each platform, a Python package with and without an extra. A wish for
 * itself (`httpx[socks]` for `httpx`) is none; one for another version of itself is (a crate that only stands for its next major).
 */
export const installed = (copies: readonly Copy[], of: CopiesOf = copiesOf(copies)): Installed[] => {
  const byId = new Map<string, Copy>()
  for (const copy of copies) {
    const other = byId.get(copy.id)
    byId.set(copy.id, other ? joined(other, copy) : copy)
  }
  return [...byId.values()].map(({ wishes, ...copy }) => ({
    ...copy,
    edges: unique(wishes.filter(({ name, id }) => name !== copy.name || (id !== undefined && id !== copy.id))).flatMap((wish) =>
      edgesOf(wish, of),
    ),
  }))
}

/** Where a name has several copies, which one answers depends on the environment: each may. */
export const edgesOf = ({ name, constraint, optional, id }: Wish, of: CopiesOf): Edge[] => {
  const all = optional ? [] : of(name)
  const ids = id !== undefined && all.includes(id) ? [id] : all
  return ids.length > 0 ? ids.map((to) => ({ name, to, constraint })) : [{ name, to: null, constraint }]
}

/** Wishes of the project, matched. */
export const rootsOf = (wishes: readonly RootWish[], of: CopiesOf): Root[] =>
  wishes.flatMap((wish) => edgesOf(wish, of).map((edge) => ({ ...edge, dev: wish.dev, from: wish.from })))

const joined = (one: Copy, other: Copy): Copy => ({
  ...one,
  dev: one.dev === null || other.dev === null ? (one.dev ?? other.dev) : one.dev && other.dev,
  wishes: [...one.wishes, ...other.wishes],
})

const unique = (wishes: readonly Wish[]): Wish[] => [
  ...new Map(wishes.map((wish) => [`${wish.name} ${wish.constraint} ${wish.optional} ${wish.id}`, wish])).values(),
]
