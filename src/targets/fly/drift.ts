import type { Serving } from '../../model.ts'
import type { FlyTruth } from '../truth.ts'
import { joinFingerprints, sameConfig } from './fingerprint.ts'
import { secretsOf, servingOf } from './serving.ts'

/** What the ledger knows of what should serve. */
export interface Recorded {
  serving: Serving
  machineConfig: string | null
  secrets: Readonly<Record<string, string>>
}

/**
 * How far what serves is from what is recorded. `image`: somebody deployed round the guard. `config`: the same image, configured otherwise.
 * `noted`: secrets were set, machines scaled, restarted or moved. `none`: as recorded.
 */
export interface Drift {
  grade: 'none' | 'noted' | 'config' | 'image'
  /** Each a sentence part, e.g. `secret DATABASE_URL changed`. */
  what: string[]
  serving: Serving | null
}

/** Fingerprint of the configuration of all machines, for drift; null without machines. */
export const machineConfigOf = (truth: FlyTruth): string | null =>
  joinFingerprints(truth.machines.filter((machine) => machine.reachable && !machine.canary))

/** Names of secrets that came, went or changed, by the platform's digests. */
export const changedSecrets = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((name) => {
    if (before[name] === after[name]) return []
    return [`secret ${name} ${before[name] === undefined ? 'was added' : after[name] === undefined ? 'was removed' : 'changed'}`]
  })

const imageSays = (truth: FlyTruth, serving: Serving | null, recorded: Serving): string[] => {
  if (serving === null) return []
  if (serving.id !== recorded.id) return [`another image serves: ${serving.image ?? serving.id} (v${serving.version ?? '?'})`]
  const others = truth.machines.filter((machine) => machine.reachable && machine.digest !== null && machine.digest !== recorded.id)
  return others.length > 0 ? [`${others.length} of ${truth.machines.length} machines run another image`] : []
}

const lesserSays = (truth: FlyTruth, serving: Serving | null, recorded: Recorded): string[] => [
  ...(serving?.version && recorded.serving.version && serving.version !== recorded.serving.version
    ? [`release v${serving.version} came after v${recorded.serving.version}, with the same image`]
    : []),
  ...(truth.secrets === null ? [] : changedSecrets(recorded.secrets, secretsOf(truth))),
]

/** Compares what serves with what is recorded. Without machines there is nothing to compare: the caller has to look at why. */
export const flyDrift = (truth: FlyTruth, recorded: Recorded): Drift => {
  const serving = servingOf(truth)
  const image = imageSays(truth, serving, recorded.serving)
  const lesser = lesserSays(truth, serving, recorded)
  if (image.length > 0) return { grade: 'image', what: [...image, ...lesser], serving }
  const config = machineConfigOf(truth)
  if (config !== null && recorded.machineConfig !== null && !sameConfig(config, recorded.machineConfig))
    return { grade: 'config', what: ['the machines are configured otherwise', ...lesser], serving }
  return { grade: lesser.length > 0 ? 'noted' : 'none', what: lesser, serving }
}
