import type { Glimpse } from '../sight.ts'
import { foldersUp, type Gone, nameOfPath } from './files.ts'
import type { Tree } from './naming.ts'

/** The candidate's files and folders by their last name; made once, where something went at all. */
export const treeOf = ({ listing, build }: Pick<Glimpse, 'listing' | 'build'>, gone: readonly Gone[]): Tree => {
  const byName = new Map<string, string[]>()
  const folders = new Set<string>()
  const add = (path: string): void => {
    const name = nameOfPath(path)
    const list = byName.get(name)
    if (list) list.push(path)
    else byName.set(name, [path])
  }
  for (const path of listing.keys()) {
    add(path)
    for (const folder of foldersUp(path)) {
      if (folders.has(folder)) break
      folders.add(folder)
      add(folder)
    }
  }
  return {
    has: (path) => listing.has(path) || folders.has(path),
    hasTail: (tail) => (byName.get(nameOfPath(tail)) ?? []).some((path) => path === tail || path.endsWith(`/${tail}`)),
    twins: twice(gone.map(({ path }) => nameOfPath(path))),
    roots: build.dir === '' ? [] : [build.dir],
  }
}

const twice = (names: readonly string[]): Set<string> => new Set(names.filter((name, i) => names.indexOf(name) !== i))
