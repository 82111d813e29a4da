import { isTable, type Table, tableAt, textAt } from '../fly-file.ts'
import { tablesOf } from './js/json.ts'
import { readSpec } from './js/spec.ts'
import { inFolder } from './js/workspaces.ts'
import { type Edge, type Installed, type Root, UnreadableLock } from './lock.ts'
import { keyMeant, type Named, type Spelling } from './pnpm-key.ts'

export interface PnpmLock {
  table: Table
  spelling: Spelling
  /** Packages by their key without peers. */
  known: ReadonlyMap<string, Named>
}

interface Asked {
  roots: Root[]
  /** Folders that a wish is answered by, once each. */
  links: Installed[]
}

const KINDS = [
  ['dependencies', false],
  ['optionalDependencies', false],
  ['devDependencies', true],
] as const

/** What the project and its workspaces ask for. A file without `importers` is of one project. */
export const rootsOf = (lock: PnpmLock, at: string): Asked => {
  const importers: [string, Table][] = lock.table.importers === undefined ? [['.', lock.table]] : tablesOf(lock.table.importers)
  const links = new Map<string, Installed>()
  const roots = importers.flatMap(([folder, importer]) => {
    const from = inFolder(at, `${folder}/package.json`)
    return KINDS.flatMap(([kind, dev]) => wishesIn(importer, kind).map((wish) => ({ ...rootOf(lock, folder, wish, links), dev, from })))
  })
  return { roots, links: [...links.values()] }
}

interface ImporterWish {
  name: string
  reference: string
  specifier: string | null
}

/** `name: { specifier, version }`, in older files `name: version` with the specifiers in a list of their own. */
const wishesIn = (importer: Table, kind: string): ImporterWish[] => {
  const specifiers = tableAt(importer, 'specifiers')
  return Object.entries(tableAt(importer, kind)).flatMap(([name, wish]) => {
    const [reference, specifier] = isTable(wish) ? [textAt(wish, 'version'), textAt(wish, 'specifier')] : [wish, textAt(specifiers, name)]
    return typeof reference === 'string' ? [{ name, reference, specifier }] : []
  })
}

const rootOf = (lock: PnpmLock, folder: string, { name, reference, specifier }: ImporterWish, links: Map<string, Installed>): Edge => {
  const answer = answerOf(lock, folder, name, reference, links)
  return { name: answer?.name ?? name, to: answer?.id ?? null, constraint: rangeOf(lock.table, name, specifier) }
}

const answerOf = (
  { spelling, known }: PnpmLock,
  folder: string,
  name: string,
  reference: string,
  links: Map<string, Installed>,
): Installed | Named | null => {
  const key = keyMeant(spelling, name, reference)
  if (key !== null && known.size === 0) throw new UnreadableLock('it ends too early')
  if (key !== null) return known.get(key) ?? null
  const id = `link:${inFolder(folder, reference.slice('link:'.length))}`
  const link = links.get(id) ?? { id, name, version: null, edges: [], dev: null }
  links.set(id, link)
  return link
}

const rangeOf = (table: Table, name: string, written: string | null): string | null => {
  if (written === null) return null
  if (!written.startsWith('catalog:')) return readSpec(name, written).range
  const catalog = tableAt(table, 'catalogs', written.slice('catalog:'.length) || 'default')
  const specifier = textAt(tableAt(catalog, name), 'specifier')
  return specifier === null ? null : readSpec(name, specifier).range
}
