import type { Settings } from '../config/settings.ts'
import type { Clock, Processes } from '../ports.ts'
import { makeCommandTarget } from './command.ts'
import { makeFlyTarget } from './fly/target.ts'
import type { Target } from './target.ts'

/**
 * The target that the settings name.
 * @param ports how it reaches the world
 * @param extraArgs what the user gave after `--`
 * @param key keys the fingerprints of env values; two clones compare those only with the same key
 */
export const makeTarget = (
  settings: Pick<Settings, 'app' | 'root' | 'target'>,
  ports: { processes: Processes; clock: Clock; env: Readonly<Record<string, string | undefined>> },
  extraArgs: readonly string[],
  key: string,
): Target => {
  const { target, root, app } = settings
  return target.kind === 'fly'
    ? makeFlyTarget({ app, root, settings: target, extraArgs, key, ...ports })
    : makeCommandTarget({ root, settings: target, extraArgs, ...ports })
}
