import { type Table, tablesAt, textAt } from '../fly-file.ts'
import { cargoManifests, type Member, wishIn } from './cargo-manifest.ts'
import { type Copy, copiesOf, installed, type RootWish, rootsOf, type Wish } from './copies.ts'
import { type LockReader, UnreadableLock } from './lock.ts'
import { baseOf, folderOf, nearby } from './nearby.ts'
import { textsOf, tomlTable } from './tables.ts'

/** Cargo.lock 1 to 4. What is for building and testing is only told by the members' manifests, as are ranges. */
export const cargo: LockReader = {
  reads: (path) => baseOf(path) === 'Cargo.lock',
  beside: (path, _text, known) => nearby(path, known, /^Cargo\.toml$/),
  read: async (path, text, beside) => {
    const lock = await tomlTable(text)
    const version = versionOf(lock)
    // Before 2017 the root was a table of its own.
    const crates = [...tablesAt(lock, 'package'), ...tablesAt(lock, 'root')].flatMap(crateOf)
    const find = finderOf(crates)
    const members = await cargoManifests(path, new Set(crates.flatMap(({ name, member }) => (member ? name : []))), beside)
    const copies = crates.map(({ table, member, ...copy }): Copy => ({ ...copy, wishes: member ? [] : wishesOf(table, find) }))
    const of = copiesOf(copies)
    const wishes = crates.flatMap(({ table, member, name }) =>
      member ? rootWishes(table, members.get(name) ?? { path: `${folderOf(path)}Cargo.toml`, wishes: [], helper: false }, find) : [],
    )
    return {
      ecosystem: 'rust',
      format: `cargo ${version}`,
      packages: installed(copies, of),
      roots: members.size > 0 ? rootsOf(wishes, of) : null,
    }
  },
}

const versionOf = ({ version = 1 }: Table): number => {
  if (typeof version === 'number' && [1, 2, 3, 4].includes(version)) return version
  throw new UnreadableLock(`its version is ${String(version).slice(0, 12)}: known are 1 to 4`)
}

interface Crate extends Omit<Copy, 'wishes'> {
  table: Table
  /** Of the workspace, or a folder beside it. */
  member: boolean
}

const crateOf = (table: Table): Crate | [] => {
  const name = textAt(table, 'name')
  const version = textAt(table, 'version')
  if (name === null || version === null) return []
  const source = textAt(table, 'source')
  const registry = source !== null && !source.startsWith('git+')
  const id = registry || source === null ? `${name}@${version}` : `${name}@${version} (git)`
  return { id, name, version: registry ? version : null, dev: null, table, member: source === null }
}

type Find = (dependency: string) => Crate | null

/** A dependency is written `name`, `name version` or `name version (source)`, as much as tells it apart; the source without its commit. */
const finderOf = (crates: readonly Crate[]): Find => {
  const byText = new Map<string, Crate>()
  for (const crate of crates) {
    const short = `${crate.name} ${textAt(crate.table, 'version')}`
    const source = textAt(crate.table, 'source')?.replace(/#.*$/, '')
    for (const key of [crate.name, short, `${short} (${source})`]) if (!byText.has(key)) byText.set(key, crate)
  }
  return (dependency) => byText.get(dependency.replace(/#[^)]*/, '')) ?? byText.get(dependency.split(' ').slice(0, 2).join(' ')) ?? null
}

const wishesOf = (table: Table, find: Find): Wish[] =>
  textsOf(table.dependencies).map((text) => ({ name: text.split(' ')[0] ?? text, constraint: null, id: find(text)?.id }))

const rootWishes = (table: Table, member: Member, find: Find): RootWish[] =>
  wishesOf(table, find).map((wish) => ({
    ...wish,
    ...wishIn(member, wish.name, wish.id?.slice(wish.name.length + 1) ?? ''),
    from: member.path,
  }))
