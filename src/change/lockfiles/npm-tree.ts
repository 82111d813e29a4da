import { isTable, type Table } from '../fly-file.ts'
import { tablesOf, textsOf } from './js/json.ts'
import { parseManifest, projectWishes } from './js/manifest.ts'
import { comparable } from './js/open.ts'
import { readSpec } from './js/spec.ts'
import { UnreadableLock } from './lock.ts'
import type { Asker, Folder } from './npm-resolve.ts'

/** Folders inside folders: no install has a tenth of it. */
const DEEPEST = 64

/**
 * The tree of version 1, as folders by path.
 * @throws UnreadableLock where it is nested without end
 */
export const treeFolders = (lock: Table): Map<string, Folder> => {
  const folders = new Map<string, Folder>()
  let level = [{ at: '', entries: lock.dependencies }]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) throw new UnreadableLock('its packages are nested too deep')
    level = level.flatMap(({ at, entries }) =>
      tablesOf(entries).map(([name, entry]) => put(folders, `${at}node_modules/${name}`, name, entry)),
    )
  }
  return folders
}

const put = (folders: Map<string, Folder>, path: string, name: string, entry: Table) => {
  folders.set(path, folderOf(name, entry))
  return { at: `${path}/`, entries: entry.dependencies }
}

const folderOf = (name: string, entry: Table): Folder => {
  const version = typeof entry.version === 'string' ? entry.version : ''
  const real = version.startsWith('npm:') ? readSpec(name, version) : { name, range: version }
  return {
    name: real.name,
    version: comparable(real.range),
    wishes: textsOf(entry.requires).map(([wished, spec]) => ({ name: wished, spec, dev: false, idle: false })),
    // Where nothing is marked, only what production installs was written down (npm before 5).
    dev: entry.dev === true,
    link: null,
  }
}

/** What package.json asks for; null where there is none to read. */
export const manifestRoots = (path: string, text: string | null): Asker[] | null => {
  const manifest = parseManifest(text)
  return isTable(manifest) ? [{ path: '', from: path, wishes: projectWishes(manifest) }] : null
}
