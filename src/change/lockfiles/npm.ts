import { posix } from 'node:path'
import type { Table } from '../fly-file.ts'
import { parseObject } from './js/json.ts'
import { openText, unknownVersion } from './js/open.ts'
import { folderOf } from './js/workspaces.ts'
import type { Lock, LockReader } from './lock.ts'
import { listedIn } from './npm-folders.ts'
import { linked } from './npm-resolve.ts'
import { manifestRoots, treeFolders } from './npm-tree.ts'

const NAMES = new Set(['package-lock.json', 'npm-shrinkwrap.json'])

/** Versions that say themselves what the project asks for. */
const LISTS_ALL = /"lockfileVersion"\s*:\s*[23]\b/

/**
 * npm's package-lock.json and npm-shrinkwrap.json. Versions 2 and 3 list every folder, with what its manifest asks for;
 * version 1 is a tree without the project's own wishes, which package.json has.
 */
export const npm: LockReader = {
  reads: (path) => NAMES.has(posix.basename(path)),
  beside: (path, text) => (LISTS_ALL.test(text.slice(0, 4096)) ? [] : [manifestOf(path)]),
  read: (path, text, beside) => {
    const lock = parseObject(openText(text))
    const version = lock.lockfileVersion ?? 1
    if (version === 1) return readTree(lock, manifestOf(path), beside(manifestOf(path)))
    if (version === 2 || version === 3) return readFolders(lock, version, folderOf(path))
    throw unknownVersion('lockfileVersion', version)
  },
}

const manifestOf = (path: string): string => posix.join(posix.dirname(path), 'package.json')

const readFolders = (lock: Table, version: number, at: string): Lock => {
  const { folders, askers } = listedIn(lock, at)
  return { ecosystem: 'npm', format: `package-lock ${version}`, ...linked(folders, askers) }
}

const readTree = (lock: Table, path: string, manifest: string | null): Lock => ({
  ecosystem: 'npm',
  format: 'package-lock 1',
  ...linked(treeFolders(lock), manifestRoots(path, manifest)),
})
