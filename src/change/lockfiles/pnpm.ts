import { posix } from 'node:path'
import type { Table } from '../fly-file.ts'
import { tablesOf, textsOf } from './js/json.ts'
import { optionalOf } from './js/manifest.ts'
import { openText, unknownVersion } from './js/open.ts'
import { folderOf } from './js/workspaces.ts'
import { readYaml } from './js/yaml.ts'
import { type Edge, type Installed, type Lock, type LockReader, UnreadableLock } from './lock.ts'
import { keyMeant, type Named, namedBy, type Spelling, spellingOf, withoutPeers } from './pnpm-key.ts'
import { type PnpmLock, rootsOf } from './pnpm-roots.ts'

/** What a package is, not what it asks for. */
const IGNORE = {
  depth: 2,
  keys: new Set(['resolution', 'engines', 'cpu', 'os', 'libc', 'hasBin', 'deprecated', 'requiresBuild', 'transitivePeerDependencies']),
  sections: new Set(['packages', 'snapshots']),
}

/**
 * pnpm-lock.yaml of lockfileVersion 5, 6 and 9; in a file of two documents the last one is the lock. It keeps no ranges
 * but those of peers and of the project's own wishes. Copies that differ only in their peers are one.
 */
export const pnpm: LockReader = {
  reads: (path) => posix.basename(path) === 'pnpm-lock.yaml',
  beside: () => [],
  read: (path, text) => {
    const table = readYaml(openText(text), IGNORE)
    const version = typeof table.lockfileVersion === 'string' ? table.lockfileVersion : ''
    const spelling = spellingOf(version)
    if (!spelling) throw unknownVersion('lockfileVersion', version)
    return readLock({ table, spelling, known: knownIn(table, spelling) }, version, folderOf(path))
  },
}

const readLock = (lock: PnpmLock, version: string, at: string): Lock => {
  const { roots, links } = rootsOf(lock, at)
  return { ecosystem: 'npm', format: `pnpm ${version}`, packages: [...installedIn(lock), ...links], roots }
}

/** Every package by its key without peers. */
const knownIn = (table: Table, spelling: Spelling): Map<string, Named> => {
  const known = new Map<string, Named>()
  for (const [key, entry] of tablesOf(table.packages)) {
    const bare = withoutPeers(spelling, key)
    known.set(bare, namedBy(spelling, bare, entry))
  }
  return known
}

/** What each package asks for: in version 9 that stands in `snapshots`, before it with the package. */
const installedIn = (lock: PnpmLock): Installed[] => {
  const { table, spelling, known } = lock
  const split = spelling === 'bare'
  if (split && known.size > 0 && table.snapshots === undefined) throw new UnreadableLock('it ends too early')
  const copies = new Map<string, Installed>()
  for (const [key, entry] of tablesOf(split ? table.snapshots : table.packages)) {
    const self = known.get(withoutPeers(spelling, key))
    if (!self) throw dangling()
    const { id, name, version } = self
    const copy = { id, name, version, edges: edgesOf(lock, entry, split ? self.entry : entry), dev: split ? null : entry.dev === 'true' }
    const before = copies.get(id)
    copies.set(id, before ? joined(before, copy) : copy)
  }
  if (split && copies.size < known.size) throw dangling()
  return [...copies.values()]
}

/** One copy of two that were installed beside other peers. */
const joined = (before: Installed, copy: Installed): Installed => {
  const has = new Set(before.edges.map(spoken))
  const dev = before.dev === null ? null : before.dev && copy.dev === true
  return { ...before, edges: [...before.edges, ...copy.edges.filter((edge) => !has.has(spoken(edge)))], dev }
}
const spoken = (edge: Edge): string => `${edge.name} ${edge.to}`

const NOTHING: ReadonlyMap<string, string> = new Map()

const edgesOf = (lock: PnpmLock, entry: Table, about: Table): Edge[] => {
  const peers = about.peerDependencies === undefined ? NOTHING : new Map(textsOf(about.peerDependencies))
  const idle = optionalOf(about.peerDependenciesMeta)
  const edges: Edge[] = []
  for (const kind of KINDS)
    for (const [name, reference] of textsOf(entry[kind])) {
      const to = idle.includes(name) && peers.has(name) ? null : copyOf(lock, name, reference, kind === 'dependencies')
      edges.push({ name: to?.name ?? name, to: to?.id ?? null, constraint: peers.get(name) ?? null })
    }
  return edges
}
const KINDS = ['dependencies', 'optionalDependencies']

/** The package a reference means; null for a link. */
const copyOf = ({ spelling, known }: PnpmLock, name: string, reference: string, must: boolean): Named | null => {
  const key = keyMeant(spelling, name, reference)
  const found = key === null ? null : (known.get(key) ?? null)
  if (found === null && key !== null && must) throw dangling()
  return found
}

const dangling = (): UnreadableLock => new UnreadableLock('it names packages that it does not describe: it was cut short or merged wrongly')
