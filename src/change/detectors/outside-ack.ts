import picomatch from 'picomatch'
import type { Ack } from '../../ledger/state.ts'
import { inside } from '../paths.ts'

/**
 * Paths that an acknowledgement does not allow to change. It names files, folders or globs; one that says the cause lies
 * outside and names none allows nothing to change.
 */
export const outsideAck = (changed: readonly string[], ack: Pick<Ack, 'paths'>): string[] => {
  const allowed = ack.paths.map((path) => path.replace(/^\.\//, '').replace(/\/+$/, ''))
  const matches = allowed.length > 0 ? picomatch(allowed, { dot: true }) : () => false
  return changed.filter((path) => !matches(path) && !allowed.some((one) => one === '' || inside(one, path)))
}
