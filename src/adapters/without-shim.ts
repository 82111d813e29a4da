import { closeSync, openSync, readSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { SHIM_MARK } from '../words.ts'

/** The mark lies within the first bytes; a real fly has megabytes. */
const HEAD = 64

/** Is this file a fly of ours? */
export const isShim = (path: string): boolean => {
  try {
    const file = openSync(path, 'r')
    try {
      const head = Buffer.alloc(HEAD)
      return head.toString('latin1', 0, readSync(file, head, 0, HEAD, 0)).includes(SHIM_MARK)
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}

type Env = Readonly<Record<string, string | undefined>>

/** The environment in which `fly` is the real one: what the guard starts must not come back to the guard. */
export const withoutShim = <E extends Env>(env: E): E => {
  const folders = (env.PATH ?? '').split(delimiter)
  const kept = folders.filter((folder) => !isShim(join(folder, 'fly')) && !isShim(join(folder, 'flyctl')))
  const named = env.SAFE_DEPLOY_FLY
  return {
    ...env,
    ...(kept.length < folders.length ? { PATH: kept.join(delimiter) } : {}),
    ...(named && isShim(named) ? { SAFE_DEPLOY_FLY: undefined } : {}),
  }
}
