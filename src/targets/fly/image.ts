import type { Machine } from '../truth.ts'

const DIGEST = /@(sha256:[0-9a-f]{64})$/
const TAG = /:([\w][\w.-]{0,127})$/

/** The repository of a reference: without digest and tag. A registry's port is no tag: a slash follows it. */
const repository = (ref: string): string => ref.replace(DIGEST, '').replace(TAG, '')

/** A reference that names exactly these bytes, wherever its tag points later. */
export const pinned = (image: string, digest: string): string => `${repository(image)}@${digest}`

/** Does this machine run exactly this: a digest, or, where nobody knows one yet, what a reference names? `null` where it does not say. */
export const runsWanted = (machine: Machine, wanted: string): boolean | null => {
  if (!wanted.startsWith('sha256:')) return runsImage(machine, wanted)
  return machine.digest === null ? null : machine.digest === wanted
}

/** Does this machine run what the release says it should? `null` where the two cannot be compared. */
export const runsImage = (machine: Machine, ref: string | null): boolean | null => {
  if (ref === null) return null
  const digest = DIGEST.exec(ref)?.[1]
  if (digest !== undefined) return machine.digest === null ? null : machine.digest === digest
  const wanted = TAG.exec(ref)?.[1]
  const has = machine.image === null ? undefined : TAG.exec(machine.image)?.[1]
  return wanted === undefined || has === undefined ? null : wanted === has
}
