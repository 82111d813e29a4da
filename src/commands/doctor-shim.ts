import { next } from '../errors.ts'
import type { Finding } from './doctor.ts'

/** A shim that was installed: where, and whether it does what it should. */
export interface ShimLook {
  dir: string
  /** It is the first fly on PATH. */
  inFront: boolean
  /** As this version of the guard, where it lies now, would write it. */
  current: boolean
}

/** What there is to say of it; nothing where none is installed, since it is a choice. */
export const shimFinding = (look: ShimLook | null): Finding[] => {
  if (look === null) return []
  const again = next('', ['safe-deploy', 'shim', 'install', `--dir=${look.dir}`])
  if (!look.current)
    return [{ name: 'shim', result: 'warn', says: `${look.dir} holds one of another version, or of a guard that has moved`, next: again }]
  if (!look.inFront)
    return [{ name: 'shim', result: 'warn', says: `${look.dir} is not first on PATH: fly goes round the guard here`, next: again }]
  return [{ name: 'shim', result: 'ok', says: `fly goes through the guard (${look.dir})` }]
}
