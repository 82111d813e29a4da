import type { Ours } from '../../ledger/events.ts'
import type { FlyTruth } from '../truth.ts'
import { machineConfigOf, type Recorded } from './drift.ts'
import { sameConfig } from './fingerprint.ts'
import { secretsOf, servingOf } from './serving.ts'

/** Digests that are others now; null: the secret is gone. */
const changedDigests = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): Record<string, string | null> =>
  Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((name) => before[name] !== after[name])
      .map((name) => [name, after[name] ?? null]),
  )

/**
 * What a command of ours moved while the image stayed. What had drifted before it is not taken over: it stays for the next deploy to say or ask.
 * @returns null where another image serves, or where nobody can say
 */
export const movedSince = (before: FlyTruth, after: FlyTruth, known: Recorded): Ours | null => {
  const [was, is] = [servingOf(before), servingOf(after)]
  if (!was || !is || was.id !== is.id || is.id !== known.serving.id) return null
  const [had, has] = [machineConfigOf(before), machineConfigOf(after)]
  const asKnown = had !== null && known.machineConfig !== null && sameConfig(had, known.machineConfig)
  return {
    version: was.version === known.serving.version ? is.version : null,
    machineConfig: asKnown ? has : null,
    secrets: before.secrets && after.secrets ? changedDigests(secretsOf(before), secretsOf(after)) : {},
  }
}
