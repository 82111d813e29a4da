import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { isShim } from './without-shim.ts'

const NAMES = ['fly', 'flyctl'] as const

/** Where the shim lies if nobody says otherwise: beside other data of this account, or where XDG says that is. */
export const usualShimDir = (env: Readonly<Record<string, string | undefined>>): string =>
  join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'safe-deploy', 'shim')

/** The folder's real path, made where it is not there. */
export const makeShimDir = (dir: string): string => {
  mkdirSync(dir, { recursive: true, mode: 0o755 })
  return realpathSync(dir)
}

/** Files in the folder that have these names and are not ours. */
export const foreignIn = (dir: string): string[] => NAMES.map((name) => join(dir, name)).filter((path) => existsSync(path) && !isShim(path))

/** Writes both, executable. */
export const writeShims = (dir: string, text: string): void => {
  for (const name of NAMES) {
    writeFileSync(join(dir, name), text)
    chmodSync(join(dir, name), 0o755)
  }
}

/** Takes ours away, and the folder where nothing else is in it. Returns what was there. */
export const removeShims = (dir: string): string[] => {
  const ours = NAMES.map((name) => join(dir, name)).filter(isShim)
  for (const path of ours) rmSync(path)
  if (existsSync(dir) && readdirSync(dir).length === 0) rmdirSync(dir)
  return ours
}

const isThere = (path: string): boolean => existsSync(path)

/** The first fly of a PATH, and the first that is none of ours; null where there is none. */
export const fliesOn = (path: string): { first: string | null; real: string | null } => {
  const all = path
    .split(delimiter)
    .flatMap((dir) => NAMES.map((name) => resolve(dir || '.', name)))
    .filter(isThere)
  return { first: all[0] ?? null, real: all.find((one) => !isShim(one)) ?? null }
}

/**
 * Looks for an installed shim: the first fly of PATH that is ours, else the one in the usual folder.
 * @param textFor what a shim in a folder should hold
 * @returns null where none is installed
 */
export const lookForShim = (usual: string, path: string, textFor: (dir: string) => string) => {
  const onPath = path.split(delimiter).find((folder) => folder !== '' && isShim(join(folder, 'fly')))
  const dir = onPath ?? (isShim(join(usual, 'fly')) ? usual : null)
  if (dir === null) return null
  const real = realpathSync(dir)
  return { dir: real, inFront: fliesOn(path).first === join(dir, 'fly'), current: readFileSync(join(dir, 'fly'), 'utf8') === textFor(real) }
}
