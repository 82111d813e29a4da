import { isTable, type Table, tableAt, tablesAt, textAt } from '../fly-file.ts'
import type { RootWish } from './copies.ts'
import { isDevGroup } from './dev-group.ts'
import { folderOf, within } from './nearby.ts'
import { ANY, extrasIn, pyName } from './pep508.ts'
import { textsOf } from './tables.ts'
import { uvWish } from './uv-entry.ts'

interface Project {
  members: ReadonlySet<Table>
  /** Null where the lockfile belongs to no project. */
  wishes: RootWish[] | null
}

/** Members of the workspace, and what they and its root ask for. */
export const uvProject = (path: string, lock: Table, tables: readonly Table[]): Project => {
  const manifest = tableAt(lock, 'manifest')
  const names = new Set(textsOf(manifest.members).map(pyName))
  const members = tables.filter((table) => (names.size > 0 ? names.has(pyName(textAt(table, 'name') ?? '')) : placeOf(table) === '.'))
  const own = ownWishes(manifest, `${folderOf(path)}pyproject.toml`)
  const wishes = [...own, ...members.flatMap((member) => memberWishes(member, folderOf(path)))]
  return { members: new Set(members), wishes: members.length > 0 || own.length > 0 ? wishes : null }
}

const placeOf = (table: Table): string | null => {
  const source = tableAt(table, 'source')
  return textAt(source, 'virtual') ?? textAt(source, 'editable') ?? textAt(source, 'directory')
}

/** A workspace's root without a project of its own, or a script. */
const ownWishes = (manifest: Table, from: string): RootWish[] => {
  const groups = tableAt(manifest, 'dependency-groups')
  const wish = (dev: boolean) => (entry: Table) => ({ name: pyName(textAt(entry, 'name') ?? ''), constraint: rangeIn(entry), dev, from })
  return [
    ...tablesAt(manifest, 'requirements').map(wish(false)),
    ...Object.keys(groups).flatMap((group) => tablesAt(groups, group).map(wish(isDevGroup(group)))),
  ]
}

const memberWishes = (member: Table, folder: string): RootWish[] => {
  const place = placeOf(member) ?? '.'
  const manifest = within(folder, `${place}/pyproject.toml`) ?? 'pyproject.toml'
  const dist = tablesAt(tableAt(member, 'metadata'), 'requires-dist')
  const extra = (name: string | null) => dist.filter((entry) => extrasIn(textAt(entry, 'marker') ?? '').join() === (name ?? ''))
  const groups = (key: string, recorded: (group: string) => Table[]) =>
    Object.keys(tableAt(member, key)).flatMap((group) =>
      wishesIn(tablesAt(tableAt(member, key), group), recorded(group), isDevGroup(group), manifest),
    )
  return [
    ...wishesIn(tablesAt(member, 'dependencies'), extra(null), false, manifest),
    ...groups('optional-dependencies', (name) => extra(pyName(name))),
    ...groups('dev-dependencies', (name) => tablesAt(tableAt(member, 'metadata', 'requires-dev'), name)),
  ]
}

/** Wishes with the range that the metadata records for the name. */
const wishesIn = (entries: readonly Table[], recorded: readonly Table[], dev: boolean, from: string): RootWish[] =>
  entries.flatMap(uvWish).map((wish) => {
    const found = recorded.filter((entry) => pyName(textAt(entry, 'name') ?? '') === wish.name)
    return { ...wish, constraint: rangeIn(found.find((entry) => textAt(entry, 'specifier') !== null) ?? found[0]), dev, from }
  })

/** Null for what comes from git, a folder or a URL. */
const rangeIn = (entry: Table | undefined): string | null => {
  if (!isTable(entry) || ['git', 'url', 'path', 'directory', 'editable', 'virtual'].some((key) => entry[key] !== undefined)) return null
  return textAt(entry, 'specifier') ?? ANY
}
