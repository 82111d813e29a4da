import type { Settings } from '../config/settings.ts'
import type { Clock, Processes } from '../ports.ts'
import { makeCommandTarget } from './command.ts'
import type { FlyReader } from './fly/read.ts'
import { flyReader, makeFlyTarget } from './fly/target.ts'
import type { Target } from './target.ts'

export interface TargetPorts {
  processes: Processes
  clock: Clock
  env: Readonly<Record<string, string | undefined>>
}

/** What all targets of one run share: how the platform is looked at, from where the user stands, whatever checkout an act works in. */
interface Shared {
  reader: FlyReader
  home: string
}

/**
 * The target that the settings name.
 * @param ports how it reaches the world
 * @param extraArgs what the user gave after `--`
 * @param key keys the fingerprints of env values; two clones compare those only with the same key
 */
export const makeTarget = (
  settings: Pick<Settings, 'app' | 'root' | 'target'>,
  ports: TargetPorts,
  extraArgs: readonly string[],
  key: string,
  shared?: Shared,
): Target => {
  const { target, root, app } = settings
  return target.kind === 'fly'
    ? makeFlyTarget({ app, root, settings: target, extraArgs, key, ...ports, ...shared })
    : makeCommandTarget({ root, settings: target, extraArgs, ...ports, ...shared })
}

/**
 * Makes targets of one app: with the settings of now or those recorded at a known good, in the work tree or in a checkout. What one has found out, such
 * as the name under which fly is there, the others know.
 * @param at `root` is the user's repository
 */
export const makeTargets = (
  at: Pick<Settings, 'app' | 'root'>,
  ports: TargetPorts,
  extraArgs: readonly string[],
  key: string,
): ((target: Settings['target'], root: string) => Target) => {
  const shared = { reader: flyReader({ ...at, ...ports, key }), home: at.root }
  return (target, root) => makeTarget({ app: at.app, root, target }, ports, extraArgs, key, shared)
}
