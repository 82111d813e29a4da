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
  const byId = new Map<string, Copy[]>()
  for (const copy of copies) {
    const others = byId.get(copy.id)
    if (others) others.push(copy)
    else byId.set(copy.id, [copy])
  }
  return [...byId.values()].flatMap((all) => joined(all, of))
}

const joined = (all: readonly Copy[], of: CopiesOf): Installed | [] => {
  const first = all[0]
  if (!first) return []
  const { id, name, version } = first
  const wishes = unique(all.flatMap((one) => one.wishes)).filter((wish) => wish.name !== name || (wish.id !== undefined && wish.id !== id))
  return { id, name, version, dev: devOf(all), edges: wishes.flatMap((wish) => edgesOf(wish, of)) }
}

/** For tests and development where all that say it say so. */
const devOf = (all: readonly Copy[]): boolean | null => {
  const told = all.flatMap(({ dev }) => dev ?? [])
  return told.length > 0 ? told.every(Boolean) : null
}

/** Where a name has several copies, which one answers depends on the environment: each may. */
const edgesOf = ({ name, constraint, optional, id }: Wish, of: CopiesOf): Edge[] => {
  const all = optional ? [] : of(name)
  const ids = id !== undefined && all.includes(id) ? [id] : all
  return ids.length > 0 ? ids.map((to) => ({ name, to, constraint })) : [{ name, to: null, constraint }]
}

/** Wishes of the project, matched. */
export const rootsOf = (wishes: readonly RootWish[], of: CopiesOf): Root[] =>
  wishes.flatMap((wish) => edgesOf(wish, of).map((edge) => ({ ...edge, dev: wish.dev, from: wish.from })))

const unique = (wishes: readonly Wish[]): Wish[] => [
  ...new Map(wishes.map((wish) => [`${wish.name} ${wish.constraint} ${wish.optional} ${wish.id}`, wish])).values(),
]
