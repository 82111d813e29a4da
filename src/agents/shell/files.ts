import { basename, dirname, resolve } from 'node:path'
import { HOLE, type Shell } from './shell.ts'

/** Where a path leads from here; null where nobody knows. */
export const pathOf = (shell: Shell, path: string): string | null => {
  if (path.includes(HOLE) || path === '' || path.length + (shell.cwd?.length ?? 0) > 4_096) return null
  if (path.startsWith('/')) return resolve(path)
  return shell.cwd === null ? null : resolve(shell.cwd, path)
}

/** The text of a file: what the line itself wrote there, else what lies on the disk. Null where there is none, or too much was read already. */
export const fileAt = (shell: Shell, path: string): string | null => {
  const full = pathOf(shell, path)
  if (full === null) return null
  const written = shell.files.get(full)
  if (written !== undefined) return written
  if (!shell.disk.has(full)) shell.disk.set(full, fromDisk(shell, full))
  return shell.disk.get(full) ?? null
}

/** A line that wants more files, or larger ones, than anybody reads asks for too much. */
const fromDisk = (shell: Shell, path: string): string | null => {
  const text = shell.left.files > 0 && shell.left.bytes > 0 ? shell.world.read(path) : null
  shell.left.files -= 1
  shell.left.bytes -= text?.length ?? 0
  if (shell.left.files < 0 || shell.left.bytes < 0) shell.left.steps = 0
  return text
}

/** Is there something under that path, whatever it is? */
export const isThere = (shell: Shell, path: string): boolean => {
  const full = pathOf(shell, path)
  return full !== null && (shell.files.has(full) || shell.world.list(dirname(full)).includes(basename(full)))
}

/** Does something in another folder, and comes back. */
export const within = <T>(shell: Shell, folder: string | null, act: () => T): T => {
  const before = shell.cwd
  shell.cwd = folder
  const told = act()
  shell.cwd = before
  return told
}
