import { isAbsolute, relative } from 'node:path'
import { next, refuse } from '../errors.ts'
import { CONFIG_FILES } from './defaults.ts'
import { upward, within } from './place.ts'
import type { ReadFile } from './sight.ts'

/** A config file: its path relative to the root, and its text. */
export interface FoundConfig {
  file: string
  text: string
}

const both = (files: string[]) =>
  refuse('CONFIG', {
    what: `There are ${files.join(' and ')}; only one of them can hold.`,
    who: 'whoever may edit the repository',
    next: [next('take one away', ['git', 'rm', files[1] ?? ''])],
  })

const notThere = (asked: string) =>
  refuse('CONFIG', {
    what: `--config names ${asked}, and there is no such file in this repository.`,
    next: [next('go without it', ['safe-deploy', 'status']), next('write one', ['safe-deploy', 'init'])],
  })

const named = async (read: ReadFile, asked: string, where: { root: string; cwd: string }): Promise<FoundConfig> => {
  const file = isAbsolute(asked) ? within(relative(where.root, asked)) : within(where.cwd, asked)
  const text = file === null ? null : await read(file)
  if (file === null || text === null) throw notThere(asked)
  return { file, text }
}

const inFolder = async (read: ReadFile, folder: string): Promise<FoundConfig[]> => {
  const found: FoundConfig[] = []
  for (const name of CONFIG_FILES) {
    const file = within(folder, name) ?? name
    const text = await read(file)
    if (text !== null) found.push({ file, text })
  }
  return found
}

/**
 * Finds safe-deploy.yml: what `--config` names (relative to the cwd), else the nearest from the cwd up to the root.
 * @param where `lenient`: of two in a folder the first is taken
 * @returns null without one
 * @throws CONFIG when the named one is missing or a folder holds two
 */
export const findConfig = async (
  read: ReadFile,
  where: { root: string; cwd: string; asked: string | null; lenient?: boolean },
): Promise<FoundConfig | null> => {
  if (where.asked !== null) return await named(read, where.asked, where)
  for (const folder of upward(where.cwd)) {
    const [first, second] = await inFolder(read, folder)
    if (first && second && !where.lenient) throw both([first.file, second.file])
    if (first) return first
  }
  return null
}
