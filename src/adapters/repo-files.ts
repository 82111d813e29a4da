import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { RepoFile, RepoFiles } from '../ports.ts'
import { readText } from './files.ts'

/** A hook or instruction file is some kilobytes. */
const MOST_BYTES = 1024 * 1024
const WHY = {
  'too-big': 'it is larger than a megabyte',
  'not-text': 'it is no UTF-8 text',
  unreadable: 'it cannot be read',
  missing: 'it is gone',
} as const

/** The first thing on the way to a path that is no folder: a link could lead anywhere. */
const inTheWay = (root: string, path: string): string | null => {
  const parts = dirname(path) === '.' ? [] : dirname(path).split('/')
  for (let i = 1; i <= parts.length; i++) {
    const folder = parts.slice(0, i).join('/')
    const stat = lstatSync(join(root, folder), { throwIfNoEntry: false })
    if (stat && !stat.isDirectory())
      return `${folder} is ${stat.isSymbolicLink() ? 'a link' : 'no folder'}, and nothing is written through it`
  }
  return null
}

const look = (root: string, path: string): RepoFile => {
  const why = inTheWay(root, path)
  if (why) return { kind: 'unfit', why }
  const full = join(root, path)
  const stat = lstatSync(full, { throwIfNoEntry: false })
  if (!stat) return { kind: 'none' }
  if (stat.isSymbolicLink()) return { kind: 'link', to: readlinkSync(full) }
  if (stat.isDirectory()) return { kind: 'folder' }
  const read = readText(full, MOST_BYTES)
  return read.ok ? { kind: 'file', text: read.text, executable: (stat.mode & 0o100) !== 0 } : { kind: 'unfit', why: WHY[read.why] }
}

const write = (root: string, path: string, text: string, executable: boolean): void => {
  const why = inTheWay(root, path)
  if (why) throw Object.assign(new Error(`${path} was not written: ${why}`), { code: 'ELOOP' })
  const full = join(root, path)
  const stat = lstatSync(full, { throwIfNoEntry: false })
  mkdirSync(dirname(full), { recursive: true })
  const fresh = join(dirname(full), `.${basename(path)}.${process.pid}`)
  try {
    const file = openSync(fresh, 'wx', executable ? 0o777 : 0o666)
    writeFileSync(file, text)
    fsyncSync(file)
    closeSync(file)
    if (stat) chmodSync(fresh, (stat.mode & 0o777) | (executable ? 0o111 : 0))
    renameSync(fresh, full)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  }
}

const removeFolder = (root: string, path: string): boolean => {
  if (inTheWay(root, path) || look(root, path).kind !== 'folder') return false
  try {
    rmdirSync(join(root, path))
    return true
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

/** The files of a repository, for what is written into them together with their users. */
export const makeRepoFiles = (root: string): RepoFiles => ({
  look: (path) => look(root, path),
  write: (path, text, executable) => write(root, path, text, executable),
  remove: (path) => {
    if (!inTheWay(root, path)) rmSync(join(root, path), { force: true })
  },
  removeFolder: (path) => removeFolder(root, path),
})
