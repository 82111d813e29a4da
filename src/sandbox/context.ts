import { createHash } from 'node:crypto'
import {
  chmodSync,
  constants,
  copyFileSync,
  type Dirent,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { readText } from './files.ts'

/** One entry of a build context, by its path relative to it. */
interface Entry {
  path: string
  kind: 'file' | 'link'
}

const ALWAYS_OUT = new Set(['fly.toml', '.git'])

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

const walk = (root: string, under: string): Entry[] =>
  readdirSync(join(root, under), { withFileTypes: true })
    .sort(byName)
    .flatMap((entry): Entry[] => {
      const path = under === '' ? entry.name : `${under}/${entry.name}`
      if (ALWAYS_OUT.has(path)) return []
      if (entry.isDirectory()) return walk(root, path)
      if (entry.isSymbolicLink()) return [{ path, kind: 'link' }]
      return entry.isFile() ? [{ path, kind: 'file' }] : []
    })

/** What an ignore file leaves in. The ignore file and the Dockerfile always stay. */
const keeper = async (rules: string | null, dockerfile: string): Promise<(path: string) => boolean> => {
  if (rules === null) return () => true
  const { default: module } = await import('@balena/dockerignore')
  const ignore = module.default()
  ignore.add(rules.split(/\r?\n/))
  return (path) => path === '.dockerignore' || path === dockerfile || !ignore.ignores(path)
}

/** The entries of the build context at `dir`, sorted: everything but fly.toml, .git and what the ignore file names. */
export const listContext = async (dir: string, ignorefile: string | undefined, dockerfile: string): Promise<Entry[]> => {
  const keep = await keeper(readText(join(dir, ignorefile ?? '.dockerignore')), dockerfile)
  return walk(dir, '').filter((entry) => keep(entry.path))
}

const copyFile = (from: string, to: string): { bytes: number; content: Buffer; executable: boolean } => {
  copyFileSync(from, to, constants.COPYFILE_FICLONE)
  const executable = (lstatSync(to).mode & 0o111) !== 0
  chmodSync(to, executable ? 0o755 : 0o644)
  const content = readFileSync(to)
  return { bytes: content.length, content, executable }
}

/** Copies entries of `from` into the new folder `to`. Returns the digest over the sorted paths and contents, and the bytes. A file that vanished meanwhile is left out. */
export const copyContext = (from: string, to: string, entries: readonly Entry[]): { content: string; bytes: number } => {
  const hash = createHash('sha256')
  let bytes = 0
  for (const { path, kind } of entries) {
    mkdirSync(join(to, path, '..'), { recursive: true })
    try {
      if (kind === 'link') {
        const target = readlinkSync(join(from, path))
        symlinkSync(target, join(to, path))
        hash.update(`l\0${path}\0${target}\0`)
      } else {
        const file = copyFile(join(from, path), join(to, path))
        hash.update(`${file.executable ? 'x' : 'f'}\0${path}\0${file.bytes}\0`).update(file.content)
        bytes += file.bytes
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return { content: hash.digest('hex'), bytes }
}
