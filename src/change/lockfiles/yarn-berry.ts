import { posix } from 'node:path'
import { type Table, tableAt, textAt } from '../fly-file.ts'
import { onlyCopies } from './js/by-name.ts'
import { tablesOf, textsOf } from './js/json.ts'
import { optionalOf, parseManifest, projectWishes } from './js/manifest.ts'
import { comparable, openText, refuseCut, unknownVersion } from './js/open.ts'
import { readSpec } from './js/spec.ts'
import { folderOf, inFolder } from './js/workspaces.ts'
import { readYaml } from './js/yaml.ts'
import { type Beside, type Edge, type Installed, type Lock, type LockReader, type Root, UnreadableLock } from './lock.ts'
import { type Rewrite, rewritesOf } from './yarn-rewrites.ts'

/** Versions of `__metadata` that this was written for: yarn 2 to 4. */
const VERSIONS = /^(?:[4-9]|10)$/
/** What a package is, not what it asks for. */
const IGNORE = { depth: 1, keys: new Set(['checksum', 'languageName', 'linkType', 'bin', 'conditions']), sections: null }
/** Workspaces whose manifest is asked for at most. */
const MOST = 500
/** What has a version to compare, patched or not. */
const REGISTRY = /^(?:npm:|patch:[^#]*@(?:npm%3A|[\d^~]))/
const WORKSPACE = /^ {2}resolution: "?[^"\n]*@workspace:([^"\n]+)"?\r?$/gm

/**
 * yarn.lock of yarn 2 and later. Workspaces are entries among the others, with dependencies of all kinds in one list: which
 * of them are for development, their package.json says.
 */
export const yarnBerry: LockReader = {
  reads: (path) => posix.basename(path) === 'yarn.lock',
  beside: (path, text) => {
    const folders = [...text.matchAll(WORKSPACE)].slice(0, MOST).map(([, folder]) => folder!)
    return [...new Set([...folders.map((folder) => manifestOf(path, folder)), manifestOf(path, '.'), settingsOf(path)])]
  },
  read: (path, text, beside) => {
    const lock = readYaml(openText(text), IGNORE)
    const version = textAt(tableAt(lock, '__metadata'), 'version') ?? ''
    if (!VERSIONS.test(version)) throw unknownVersion('version of __metadata', version)
    const rewrite = rewritesOf(beside(manifestOf(path, '.')), beside(settingsOf(path)))
    const from = ({ folder }: Entry): string => manifestOf(path, folder ?? '.')
    const entries = entriesOf(lock)
    refuseCut(text, () => lacks(entries))
    return { ecosystem: 'npm', format: `yarn ${version}`, ...resolved(entries, from, beside, rewrite) }
  },
}

const settingsOf = (path: string): string => inFolder(folderOf(path), '.yarnrc.yml')
const manifestOf = (path: string, folder: string): string => inFolder(folderOf(path), `${folder}/package.json`)

interface Entry {
  keys: string[]
  copy: Pick<Installed, 'id' | 'name' | 'version'>
  /** Where it is, of a workspace. */
  folder: string | null
  table: Table
}

const entriesOf = (lock: Table): Entry[] => tablesOf(lock).flatMap(([key, table]) => (key === '__metadata' ? [] : [entryOf(key, table)]))

/** `resolution` is what answers, `name@npm:1.0.0`, whatever it was asked for as. */
const entryOf = (key: string, table: Table): Entry => {
  const [id, version] = [textAt(table, 'resolution'), textAt(table, 'version')]
  if (id === null || version === null) throw new UnreadableLock('a package in it has no resolution: it was cut short')
  const at = id.indexOf('@', 1)
  const reference = at === -1 ? '' : id.slice(at + 1)
  return {
    keys: key.split(',').map((one) => one.trim()),
    copy: {
      id,
      name: at === -1 ? id : id.slice(0, at),
      version: REGISTRY.test(reference) ? comparable(version) : null,
    },
    folder: reference.startsWith('workspace:') ? reference.slice('workspace:'.length) : null,
    table,
  }
}

/** Is a package asked for of which there is no copy by any name? */
const lacks = (entries: readonly Entry[]): boolean => {
  const names = new Set(entries.flatMap(({ keys }) => keys.map((key) => key.slice(0, key.indexOf('@', 1)))))
  return entries.some(({ table }) => textsOf(table.dependencies).some(([name]) => !names.has(name)))
}

const resolved = (
  entries: readonly Entry[],
  from: (entry: Entry) => string,
  beside: Beside,
  rewrite: Rewrite,
): Pick<Lock, 'packages' | 'roots'> => {
  const asked = askedBy(entries, rewrite)
  const packages = entries.map((entry): Installed => {
    const edges = entry.folder === null ? asked(entry).map(([, edge]) => edge) : []
    return { ...entry.copy, edges, dev: null }
  })
  const roots = entries.flatMap((entry): Root[] => {
    if (entry.folder === null) return []
    const manifest = from(entry)
    const dev = devNames(beside(manifest))
    return asked(entry).map(([name, edge]) => ({ ...edge, dev: dev.has(name), from: manifest }))
  })
  return { packages, roots }
}

/** What an entry asks for, by the name it uses. A peer is whatever copy of that name there is, if there is one only. */
const askedBy = (entries: readonly Entry[], rewrite: Rewrite): ((entry: Entry) => [string, Edge][]) => {
  const find = finder(entries)
  // A path that the project itself wrote is bound to the project.
  const root = entries.find((entry) => entry.folder === '.') ?? null
  return (entry) => {
    const wishes = new Map(textsOf(entry.table.dependencies))
    const idle = new Set(optionalOf(entry.table.peerDependenciesMeta))
    const peers = textsOf(entry.table.peerDependencies).filter(([name]) => !wishes.has(name))
    return [
      ...[...wishes].map(([name, written]) => {
        const spec = rewrite(entry.copy.name, name, written)
        return edgeOf(
          name,
          written.startsWith('catalog:') ? spec : written,
          (spec === written ? null : find(root, name, spec)) ?? find(entry, name, written) ?? find(null, name, spec),
        )
      }),
      ...peers.map(([name, spec]) => edgeOf(name, spec, idle.has(name) ? null : find(null, name, spec))),
    ]
  }
}

const edgeOf = (name: string, spec: string, to: Entry['copy'] | null): [string, Edge] => {
  const meant = readSpec(name, spec)
  return [name, { name: to?.name ?? meant.name, to: to?.id ?? null, constraint: meant.range }]
}

/** The copy for an entry's wish, which a path in it may bind to the entry; without an entry, the only copy of the name. */
const finder = (entries: readonly Entry[]): ((entry: Entry | null, name: string, spec: string) => Entry['copy'] | null) => {
  const byKey = new Map(entries.flatMap(({ keys, copy }) => keys.map((key) => [key, copy] as const)))
  const only = onlyCopies(entries.map(({ copy }) => copy))
  return (entry, name, spec) => {
    const found = byKey.get(`${name}@${spec}`) ?? byKey.get(`${name}@npm:${spec}`)
    if (found || entry === null) return found ?? only.get(readSpec(name, spec).name) ?? null
    return byKey.get(`${name}@${spec}::locator=${encodeURIComponent(entry.copy.id.replace(LONE, ''))}`) ?? null
  }
}

/** Half a character, of which no address can be made. */
const LONE = /\p{Surrogate}/gu

/** What a manifest wants for development only. */
const devNames = (text: string | null): Set<string> => {
  const manifest = parseManifest(text)
  if (!manifest) return new Set()
  const wishes = projectWishes(manifest)
  const always = new Set(wishes.flatMap(({ dev, name }) => (dev ? [] : [name])))
  return new Set(wishes.flatMap(({ dev, name }) => (dev && !always.has(name) ? [name] : [])))
}
