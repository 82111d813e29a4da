import { join } from 'node:path'
import type { Settings } from '../config/settings.ts'
import type { TreeFiles } from '../ports.ts'
import { type ParsedFly, parseFly, tableAt, textAt } from './fly-file.ts'
import { type ContextFilter, makeContextFilter } from './ignore-file.ts'
import { joinPath } from './paths.ts'

const MAX_FILE = 1024 * 1024

/** Where the build context is and which of its files ship. Paths are relative to the repository root. */
export interface BuildContext {
  dir: string
  /** fly's config file, or null for another target. */
  config: string | null
  configText: string | null
  parsed: ParsedFly | null
  dockerfile: string
  /** The ignore file in force, whether it is there or not. */
  ignoreFile: string
  filter: ContextFilter
}

/** Content of a file by its path in the repository; null where there is none. */
export type TextOf = (path: string) => string | null | Promise<string | null>

/** Reads the work tree itself: files that git ignores count as well. */
export const fromWorkTree =
  (files: TreeFiles, root: string): ((path: string) => string | null) =>
  (path) =>
    files.read(join(root, path), MAX_FILE)?.toString('utf8') ?? null

/** Path of fly's config, relative to the repository root; null where the target is none of fly's. */
const flyConfigPath = (settings: Settings): string | null =>
  settings.target.kind === 'fly' ? joinPath(settings.target.dir, settings.target.config) : null

/**
 * Looks up the build context as flyctl does: `[build]` with paths from the config's own folder, else `--ignorefile` and
 * `--dockerfile`, else `.dockerignore` and `Dockerfile` in the working directory. (The config beats the flags.)
 */
export const readBuildContext = async (textOf: TextOf, settings: Settings, argv: readonly string[]): Promise<BuildContext> => {
  const { dir } = settings.target
  const config = flyConfigPath(settings)
  const configText = config === null ? null : await textOf(config)
  const parsed = config !== null && configText !== null ? await parseFly(config, configText) : null
  const build = parsed?.ok ? tableAt(parsed.table, 'build') : {}
  const args = [...(settings.target.kind === 'fly' ? settings.target.args : []), ...argv]
  const beside = config === null ? dir : joinPath(config, '..')
  const place = (key: string, usual: string): string => {
    const written = textAt(build, key)
    return written === null ? joinPath(dir, flagValue(args, `--${key}`) ?? usual) : joinPath(beside, written)
  }
  const [ignoreFile, dockerfile] = [place('ignorefile', '.dockerignore'), place('dockerfile', 'Dockerfile')]
  return { dir, config, configText, parsed, dockerfile, ignoreFile, filter: makeContextFilter(await textOf(ignoreFile)) }
}

/** The value of a flag, as `--flag=value` or `--flag value`; the last one counts. */
const flagValue = (args: readonly string[], flag: string): string | null => {
  let value: string | null = null
  for (const [i, arg] of args.entries()) {
    if (arg.startsWith(`${flag}=`)) value = arg.slice(flag.length + 1)
    else if (arg === flag) value = args[i + 1] ?? null
  }
  return value
}
