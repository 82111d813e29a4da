import type { Ack, Failed, State } from '../../ledger/state.ts'
import type { FileChange } from '../../model.ts'
import { ago } from '../../words.ts'
import { type Detect, fact, someOf } from '../sight.ts'
import { outsideAck } from './outside-ack.ts'

/** How a candidate carries a failed change: the same tree, or every path of it as it left it. */
type Carries = 'tree' | 'files' | null

/**
 * Does the candidate ship a change that failed? A failure that recorded no paths is only known by its tree.
 * @param oidAt blob of a path in the candidate, null where there is none
 */
const carriesFailed = (failed: Failed, tree: string, oidAt: (path: string) => string | null): Carries => {
  if (failed.tree === tree) return 'tree'
  const left = Object.entries(failed.left)
  return left.length > 0 && left.every(([path, oid]) => oidAt(path) === oid) ? 'files' : null
}

/**
 * Is this failed change let through by an acknowledgement? Going forward builds on what failed, so an ack covers all that
 * failed before it; the very same tree only where it says that the cause lay outside.
 */
const covered = (ack: Ack | null, carries: Carries): boolean => ack !== null && (carries === 'files' || ack.outside !== null)

/** Failed changes coming back. */
export const detectFailedChange: Detect = ({ state, candidate, listing, now }) =>
  (state?.failed ?? []).flatMap((failed) => {
    const carries = carriesFailed(failed, candidate.tree, (path) => listing.get(path)?.oid ?? null)
    if (carries === null || covered(state?.ack ?? null, carries)) return []
    const files = Object.keys(failed.left)
    const how = carries === 'tree' ? 'is exactly what failed' : `still holds what failed (${someOf(files)})`
    return [
      fact('ships-failed-change', failed.attempt, { attempt: failed.attempt, how, when: ago(failed.at, now), why: failed.why }, files[0]),
    ]
  })

/**
 * Paths that differ from a failed candidate. What failed is the base and, above it, what it left; no git is asked, since
 * its tree may be on another machine.
 */
const changedSince = (failed: Pick<Failed, 'left'>, files: readonly FileChange[], oidAt: (path: string) => string | null): string[] => {
  const touched = new Set([...Object.keys(failed.left), ...files.flatMap(({ path, from }) => (from ? [path, from] : [path]))])
  return [...touched].filter((path) => !(path in failed.left) || failed.left[path] !== oidAt(path)).sort()
}

/** Under an acknowledgement: what changed since the failure and lies outside of what was acknowledged. */
export const detectAckOutside: Detect = ({ state, change, listing }) => {
  const ack = state?.ack
  const failed = ack && failedOf(state, ack)
  if (!ack || !failed) return []
  const changed = changedSince(failed, change.files, (path) => listing.get(path)?.oid ?? null)
  const outside = outsideAck(changed, ack)
  if (outside.length === 0) return []
  const allowed = ack.paths.length > 0 ? `only ${someOf(ack.paths, 6)}` : 'no file: the cause was said to lie outside'
  return [fact('ack-outside', 'acknowledgement', { some: someOf(outside), allowed }, outside[0])]
}

/** What the acknowledgement is about: the failure it names, else the newest. */
const failedOf = (state: State, ack: Ack): Pick<Failed, 'left'> | null =>
  state.failed.find((one) => one.attempt === ack.failed) ??
  [...state.failed].sort((a, b) => (a.at < b.at ? 1 : -1))[0] ??
  state.core.halt?.candidate ??
  null
