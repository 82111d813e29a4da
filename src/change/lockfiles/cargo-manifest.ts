import { isTable, type Table, tableAt, textAt } from '../fly-file.ts'
import type { Beside } from './lock.ts'
import { folderOf, within } from './nearby.ts'
import { manifestToml, textsOf } from './tables.ts'

/** A crate of the project. */
export interface Member {
  /** Of its manifest. */
  path: string
  wishes: readonly CrateWish[]
  /** Other members only ask for it in tests and builds. */
  helper: boolean
}

interface CrateWish {
  name: string
  constraint: string | null
  dev: boolean
}

/** Manifests that are looked at for one lockfile at most. */
const MOST = 500

/**
 * The manifests of a workspace's members, by the crate's name: those the root lists, and from there every path that one names for a dependency, as Cargo
 * finds them. Where the root has a pattern, `crates/*`, folders are tried by the names of the crates.
 * @param names crates that the lockfile has from a folder
 */
export const cargoManifests = async (lock: string, names: ReadonlySet<string>, beside: Beside): Promise<Map<string, Member>> => {
  const top = folderOf(lock)
  const found = new Map<string, Member>()
  const folders = new Set([top])
  let shared: Table = {}
  for (const folder of folders) {
    const path = `${folder}Cargo.toml`
    const manifest = await manifestToml(beside(path))
    if (!manifest) continue
    if (folder === top) shared = tableAt(manifest, 'workspace', 'dependencies')
    const name = textAt(tableAt(manifest, 'package'), 'name')
    if (name && names.has(name) && !found.has(name)) found.set(name, { path, wishes: wishesOf(manifest, shared), helper: false })
    for (const place of placesOf(manifest, names)) {
      const next = within(folder, place)
      if (next !== null && folders.size < MOST) folders.add(next === '' ? '' : `${next}/`)
    }
  }
  return withHelpers(found)
}

/** Folders of other crates that a manifest names. */
const placesOf = (manifest: Table, names: ReadonlySet<string>): string[] => {
  const workspace = tableAt(manifest, 'workspace')
  const listed = textsOf(workspace.members).flatMap((member) =>
    member.endsWith('/*') ? [...names].map((name) => member.slice(0, -1) + name) : member,
  )
  const told = [...tablesOf(manifest), workspace].flatMap((table) =>
    [...KINDS.keys()].flatMap((kind) => Object.values(tableAt(table, kind))),
  )
  return [...listed, ...told.flatMap((value) => (isTable(value) ? (textAt(value, 'path') ?? []) : []))]
}

/** Kinds of dependencies, each only for tests and builds or not. Those of the build run when it is built: what breaks there breaks the build. */
const KINDS: ReadonlyMap<string, boolean> = new Map([
  ['dependencies', false],
  ['dev-dependencies', true],
  ['dev_dependencies', true],
  ['build-dependencies', true],
  ['build_dependencies', true],
])

/** A manifest, and what it says of single targets. */
const tablesOf = (manifest: Table): Table[] => [manifest, ...Object.values(tableAt(manifest, 'target')).filter(isTable)]

const wishesOf = (manifest: Table, shared: Table): CrateWish[] =>
  tablesOf(manifest).flatMap((table) =>
    [...KINDS].flatMap(([kind, dev]) => Object.entries(tableAt(table, kind)).map(([name, value]) => wishOf(name, value, shared, dev))),
  )

const wishOf = (alias: string, value: unknown, shared: Table, dev: boolean): CrateWish => {
  const told = isTable(value) && value.workspace === true && Object.hasOwn(shared, alias) ? shared[alias] : value
  const name = isTable(told) ? (textAt(told, 'package') ?? alias) : alias
  return { name, constraint: typeof told === 'string' ? told : isTable(told) ? textAt(told, 'version') : null, dev }
}

/**
 * How a member asks for a crate. It may ask for several versions under names of its own: that with the same leading numbers is meant.
 * @param version that the lockfile has for it
 */
export const wishIn = (member: Member, name: string, version: string): { constraint: string | null; dev: boolean } => {
  const all = member.wishes.filter((wish) => wish.name === name)
  const numbers = (text: string | null, count: number) => (text?.match(/\d+/g) ?? []).slice(0, count).join('.')
  const near = [2, 1].map((count) => all.filter((wish) => numbers(wish.constraint, count) === numbers(version, count)))
  const meant = near.find((some) => some.length > 0) ?? all
  return { constraint: meant[0]?.constraint ?? null, dev: member.helper || (meant.length > 0 && meant.every((wish) => wish.dev)) }
}

const withHelpers = (members: ReadonlyMap<string, Member>): Map<string, Member> => {
  const asked = new Map<string, boolean>()
  for (const [owner, { wishes }] of members)
    for (const { name, dev } of wishes) if (members.has(name) && name !== owner) asked.set(name, (asked.get(name) ?? true) && dev)
  return new Map([...members].map(([name, member]) => [name, { ...member, helper: asked.get(name) === true }]))
}
