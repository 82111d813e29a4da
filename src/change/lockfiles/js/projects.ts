import { textAt } from '../../fly-file.ts'
import type { Beside } from '../lock.ts'
import { parseManifest, projectWishes, type Wish } from './manifest.ts'
import { folderOf, inFolder, workspaceMatcher } from './workspaces.ts'

/** A package.json of the project: its own or a workspace's. */
export interface Project {
  /** Relative to the lockfile's folder, `` for the first. */
  folder: string
  from: string
  name: string | null
  wishes: Wish[]
}

/**
 * What the package.json beside a lockfile says, and those of the workspaces it names.
 * @param named manifests that are there
 * @returns null without the first one
 */
export const projectsOf = (at: string, beside: Beside, named: readonly string[]): Project[] | null => {
  const first = inFolder(at, 'package.json')
  const root = parseManifest(beside(first))
  if (!root) return null
  const isWorkspace = workspaceMatcher(root)
  const others = named.filter((path) => path !== first && isWorkspace(below(at, folderOf(path))))
  return [first, ...others].flatMap((from) => {
    const manifest = from === first ? root : parseManifest(beside(from))
    return manifest ? [{ folder: below(at, folderOf(from)), from, name: textAt(manifest, 'name'), wishes: projectWishes(manifest) }] : []
  })
}

/** A folder in or at another one, relative to that. */
const below = (at: string, folder: string): string => (at === '' ? folder : folder.slice(at.length + 1))
