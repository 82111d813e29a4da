import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ReadText, TextRead } from '../ports.ts'

const writeAll = (fd: number, text: string): void => {
  const bytes = Buffer.from(text)
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
}

/** Runs `act` on an open file and closes it whatever happens. */
const withFile = <T>(path: string, flags: string, act: (fd: number) => T): T => {
  const fd = openSync(path, flags, 0o600)
  try {
    return act(fd)
  } finally {
    closeSync(fd)
  }
}

/** A rename or a new name survives a power cut only when its directory was flushed; some file systems refuse that and need none. */
const syncDir = (path: string): void => {
  try {
    withFile(path, 'r', fsyncSync)
  } catch (error) {
    if (!['EISDIR', 'EINVAL', 'EPERM', 'EACCES', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** Makes a directory and its parents, for the owner only. */
const makeDir = (path: string): void => {
  mkdirSync(path, { recursive: true, mode: 0o700 })
}

/** Replaces a file as one act: after a power cut it is the old one or the whole new one. @throws system errors (ENOSPC, EROFS, …) */
export const writeDurable = (path: string, text: string): void => {
  const folder = dirname(path)
  makeDir(folder)
  const fresh = join(folder, `.${basename(path)}.${process.pid}.${process.hrtime.bigint().toString(36)}`)
  try {
    withFile(fresh, 'wx', (fd) => {
      writeAll(fd, text)
      fsyncSync(fd)
    })
    renameSync(fresh, path)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  }
  syncDir(folder)
}

/** Appends and flushes; returns only when it would survive a power cut. @throws system errors */
export const appendDurable = (path: string, text: string): void => {
  makeDir(dirname(path))
  withFile(path, 'a', (fd) => {
    writeAll(fd, text)
    fsyncSync(fd)
  })
  syncDir(dirname(path))
}

/** Makes a file that must not be there yet, flushed. False when it was there. @throws other system errors */
export const createDurable = (path: string, text: string): boolean => {
  makeDir(dirname(path))
  try {
    withFile(path, 'wx', (fd) => {
      writeAll(fd, text)
      fsyncSync(fd)
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  syncDir(dirname(path))
  return true
}

const readBytes = (path: string, maxBytes: number): TextRead => {
  const stat = statSync(path)
  if (!stat.isFile()) return { ok: false, why: 'unreadable', code: stat.isDirectory() ? 'EISDIR' : 'ENXIO' }
  const tooBig = { ok: false, why: 'too-big', code: 'EFBIG' } as const
  if (stat.size > maxBytes) return tooBig
  const bytes = readFileSync(path)
  if (bytes.length > maxBytes) return tooBig
  if (bytes.includes(0)) return { ok: false, why: 'not-text', code: 'EILSEQ' }
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  return { ok: true, text, bytes: bytes.length }
}

/** Reads a text file of at most `maxBytes` bytes as UTF-8, a byte order mark kept. Devices, pipes and folders are `unreadable`. */
export const readText: ReadText = (path, maxBytes) => {
  try {
    return readBytes(path, maxBytes)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'EIO'
    if (code === 'ENOENT' || code === 'ENOTDIR') return { ok: false, why: 'missing', code }
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { ok: false, why: 'not-text', code: 'EILSEQ' }
    return { ok: false, why: 'unreadable', code }
  }
}

/** Names in a directory, sorted; one that is missing is empty. @throws other system errors */
export const listDir = (path: string): string[] => {
  try {
    return readdirSync(path).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Removes a file or a folder with all in it, flushed; nothing there is fine. @throws system errors */
export const remove = (path: string): void => {
  rmSync(path, { recursive: true, force: true })
  try {
    syncDir(dirname(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
