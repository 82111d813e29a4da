import type { Wish } from './js/manifest.ts'
import { readSpec, type Spec } from './js/spec.ts'
import type { Edge, Installed, Root } from './lock.ts'

/** A folder that npm fills. */
export interface Folder {
  name: string
  version: string | null
  wishes: readonly Wish[]
  dev: boolean | null
  /** The path it points to, where it is only a link. */
  link: string | null
}

/** The project or one of its workspaces. */
export interface Asker {
  path: string
  from: string
  wishes: readonly Wish[]
}

interface Tree {
  folders: ReadonlyMap<string, Folder>
  holders: ReadonlySet<string>
}

/** Folders above a wish that are looked into at most, and characters of a path that one has. */
const HIGHEST = 64
const LONGEST = 4096

/**
 * Finds the copy for each wish, as Node does: in the node_modules of the folder itself, then of those above. A copy that
 * somebody asked for by an address has no version to compare, whatever its manifest says.
 */
export const linked = (
  folders: ReadonlyMap<string, Folder>,
  askers: readonly Asker[] | null,
): { packages: Installed[]; roots: Root[] | null } => {
  const addressed = new Set<string>()
  const holders = holdersIn(folders)
  const edge = (from: string, wish: Wish): Edge => {
    const spec = readSpec(wish.name, wish.spec)
    const to = wish.idle ? null : find({ folders, holders }, from, wish.name)
    if (to !== null && !spec.registry) addressed.add(to)
    return { name: nameOf(folders, to, spec), to, constraint: spec.range }
  }
  const real = [...folders].filter(([, { link }]) => link === null || !folders.has(link))
  const packages = real.map(([id, { name, version, dev, wishes }]) => ({
    id,
    name,
    version,
    dev,
    edges: wishes.map((wish) => edge(id, wish)),
  }))
  const roots = askers?.flatMap(({ path, from, wishes }) => wishes.map((wish) => ({ ...edge(path, wish), dev: wish.dev, from }))) ?? null
  return { packages: packages.map((one) => (addressed.has(one.id) ? { ...one, version: null } : one)), roots }
}

const nameOf = (folders: ReadonlyMap<string, Folder>, to: string | null, spec: Spec): string =>
  (to === null ? undefined : folders.get(to)?.name) ?? spec.name

/** Folders that hold a node_modules: most hold none, and no copy is looked for in those. */
const holdersIn = (folders: ReadonlyMap<string, Folder>): Set<string> =>
  new Set([...folders.keys()].map((path) => path.slice(0, Math.max(0, path.lastIndexOf('node_modules/') - 1))))

const find = ({ folders, holders }: Tree, from: string, name: string): string | null => {
  let at = from.length > LONGEST ? '' : from
  for (let height = 0; height < HIGHEST; height++) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    const folder = holders.has(at) ? folders.get(path) : undefined
    if (folder) return folder.link !== null && folders.has(folder.link) ? folder.link : path
    // What lies outside of the project finds nothing in it.
    if (at === '' || at === '..' || at.endsWith('/..')) return null
    at = at.slice(0, Math.max(0, at.lastIndexOf('/')))
  }
  return null
}
