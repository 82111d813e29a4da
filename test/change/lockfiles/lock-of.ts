import type { Edge, Lock, Root } from '../../../src/change/lockfiles/lock.ts'

interface Shape extends Partial<Pick<Lock, 'ecosystem' | 'format'>> {
  /** `name@version` → what it asks for: `name` or `name@version` → constraint; null where none is recorded. */
  has: Readonly<Record<string, Readonly<Record<string, string | null>>>>
  /** The project's wishes; null where they are not known. */
  asks?: Readonly<Record<string, string | null>> | null
  tests?: Readonly<Record<string, string | null>>
}

/** A lock as few words. A wish by name alone goes to the first copy of that name. */
export const lockOf = ({ ecosystem = 'ruby', format = 'test 1', has, asks = {}, tests = {} }: Shape): Lock => {
  const ids = Object.keys(has)
  const nameOf = (id: string): string => id.slice(0, id.lastIndexOf('@') > 0 ? id.lastIndexOf('@') : undefined)
  const edges = (wishes: Readonly<Record<string, string | null>>): Edge[] =>
    Object.entries(wishes).map(([wish, constraint]) => ({
      name: nameOf(wish),
      to: ids.find((id) => id === wish || nameOf(id) === wish) ?? null,
      constraint,
    }))
  const roots = (wishes: Readonly<Record<string, string | null>>, dev: boolean): Root[] =>
    edges(wishes).map((edge) => ({ ...edge, dev, from: 'manifest' }))
  return {
    ecosystem,
    format,
    packages: ids.map((id) => ({ id, name: nameOf(id), version: id.slice(id.lastIndexOf('@') + 1), edges: edges(has[id]!), dev: null })),
    roots: asks === null ? null : [...roots(asks, false), ...roots(tests, true)],
  }
}
