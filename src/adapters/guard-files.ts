import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
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
  exists: async (path) => existsSync(path),
}
