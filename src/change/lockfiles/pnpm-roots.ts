import { isTable, type Table, tableAt, textAt } from '../fly-file.ts'
import { tablesOf } from './js/json.ts'
import { readSpec } from './js/spec.ts'
import { inFolder } from './js/workspaces.ts'
import type { Installed, Root } from './lock.ts'
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
  const importers = lock.table.importers === undefined ? [['.', lock.table] as [string, Table]] : tablesOf(lock.table.importers)
  const links = new Map<string, Installed>()
  const roots = importers.flatMap(([folder, importer]) =>
    KINDS.flatMap(([kind, dev]) =>
      Object.entries(tableAt(importer, kind)).flatMap(([name, wish]) => {
        const reference = isTable(wish) ? textAt(wish, 'version') : typeof wish === 'string' ? wish : null
        if (reference === null) return []
        const written = isTable(wish) ? textAt(wish, 'specifier') : textAt(tableAt(importer, 'specifiers'), name)
        const answer = answerOf(lock, folder, name, reference, links)
        return [
          {
            name: answer?.name ?? name,
            to: answer?.id ?? null,
            constraint: rangeOf(lock.table, name, written),
            dev,
            from: inFolder(at, `${folder}/package.json`),
          },
        ]
      }),
    ),
  )
  return { roots, links: [...links.values()] }
}

const answerOf = (
  { spelling, known }: PnpmLock,
  folder: string,
  name: string,
  reference: string,
  links: Map<string, Installed>,
): Named | null => {
  const key = keyMeant(spelling, name, reference)
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
