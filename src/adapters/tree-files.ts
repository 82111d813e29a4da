import {
  chmodSync,
  closeSync,
  copyFileSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileLook, TreeFiles } from '../ports.ts'
import { atExit } from './at-exit.ts'

/** The work tree's files, read one after the other; every read is bounded by its caller. */
export const makeTreeFiles = (): TreeFiles => ({
  look: (path) => orNull(() => lookAt(path)),
  read: (path, maxBytes) => orNull(() => readStart(path, maxBytes)),
  link: (path) => orNull(() => readlinkSync(path)),
  list: (folder) => orNull(() => readdirSync(folder).sort()),
  copy: copyWithTime,
  makeFolder: (path) => {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  },
  temporary: (within = tmpdir()) => {
    const path = mkdtempSync(join(within, 'safe-deploy-'))
    const removeNow = () => rmSync(path, { recursive: true, force: true, maxRetries: 3 })
    const release = atExit(removeNow)
    const remove = () => {
      release()
      removeNow()
    }
    return { path, remove }
  },
})

const orNull = <T>(read: () => T): T | null => {
  try {
    return read()
  } catch {
    return null
  }
}

const lookAt = (path: string): FileLook => {
  const stat = lstatSync(path)
  const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'other'
  return { kind, mode: stat.mode, size: stat.size, mtimeMs: stat.mtimeMs }
}

const readStart = (path: string, maxBytes: number): Buffer | null => {
  // A pipe or device would block or never end: only regular files are opened.
  if (!statSync(path).isFile()) return null
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(Math.min(fstatSync(file).size, maxBytes))
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0))
  } finally {
    closeSync(file)
  }
}

/**
 * The time matters: git takes a file as changed or not by comparing its time with the index's own, so a copy that looks
 * newer than the original would hide an edit made within the same tick. Rounded down, it only makes git look twice.
 */
const copyWithTime = (from: string, to: string): boolean => {
  const stat = orNull(() => statSync(from))
  if (!stat) return false
  copyFileSync(from, to)
  chmodSync(to, 0o600)
  const seconds = Math.floor(stat.mtimeMs) / 1000
  utimesSync(to, seconds, seconds)
  return true
}
