import { join } from 'node:path'
import type { World } from '../reading.ts'
import { pick, textAt } from './pick.ts'
import { readYaml } from './yaml-lines.ts'

const folderOf = ({ env }: World): string | null =>
  env.GH_CONFIG_DIR ?? (env.XDG_CONFIG_HOME ? join(env.XDG_CONFIG_HOME, 'gh') : env.HOME ? join(env.HOME, '.config', 'gh') : null)

/**
 * What a word stands for among gh's own aliases: `!…` is a shell line, anything else words of gh's; null where it is none.
 * `co` for `pr checkout` comes with gh and matters to nobody here.
 */
export const ghAlias = (name: string, world: World): string | null => {
  const folder = folderOf(world)
  const text = folder === null || !/^[\w-]+$/.test(name) ? null : world.read(join(folder, 'config.yml'))
  return text === null ? null : textAt(pick(readYaml(text), 'aliases'), name) || null
}
