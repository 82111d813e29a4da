import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Files } from '../ports.ts'
import { appendDurable, createDurable, listDir, readText, remove, writeDurable } from './files.ts'

const MAX_BYTES = 16 * 1024 * 1024

/** The port over the file adapter's functions. */
export const guardFiles: Files = {
  readText: async (path, maxBytes = MAX_BYTES) => {
    const read = readText(path, maxBytes)
    if (read.ok) return read.text
    if (read.why === 'missing') return null
    throw new Error(`${path} cannot be read: ${read.why} (${read.code})`)
  },
  writeDurable: async (path, text) => writeDurable(path, text),
  appendDurable: async (path, text) => appendDurable(path, text),
  writeCache: async (path, text) => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const fresh = `${path}.${process.pid}.tmp`
    writeFileSync(fresh, text, { mode: 0o600 })
    renameSync(fresh, path)
  },
  create: async (path, text) => createDurable(path, text),
  list: async (dir) => listDir(dir),
  remove: async (path) => remove(path),
  move: async (from, to) => move(from, to),
  exists: async (path) => existsSync(path),
}

/** Is there a file with something in it? After a power cut one may be there and empty. */
export const holdsBytes = (path: string): boolean => {
  const stat = statSync(path, { throwIfNoEntry: false })
  return !!stat?.isFile() && stat.size > 0
}

const move = (from: string, to: string): boolean => {
  try {
    renameSync(from, to)
  } catch (error) {
    if (existsSync(from) && existsSync(to)) return false
    throw error
  }
  flushFolder(dirname(to))
  return true
}

/** Some file systems refuse to flush a folder, and need none. */
const flushFolder = (path: string): void => {
  try {
    const fd = openSync(path, 'r')
    fsyncSync(fd)
    closeSync(fd)
  } catch {
    // The rename itself is done.
  }
}
