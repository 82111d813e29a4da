import { createHash } from 'node:crypto'
import { isGuardError } from '../errors.ts'
import { type FoundConfig, findConfig } from './find.ts'
import { mergedApp } from './merge.ts'
import { pickApp } from './pick.ts'
import { folderOf, within } from './place.ts'
import { configRefusal, problemLine } from './problem.ts'
import type { Written } from './schema.ts'
import type { Settings } from './settings.ts'
import { settle } from './settle.ts'
import { type ReadFile, type Sighted, sight } from './sight.ts'

export interface LoadInput {
  /** Reads from the work tree, or from the tree of a commit. */
  read: ReadFile
  /** Absolute path of the repository's top level. */
  root: string
  /** Relative to the root; '' is the root. */
  cwd: string
  flags: { app: string | null; config: string | null }
  /** What the user gave after `--`. */
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  /** For a rollback: problems become warnings, and what they touch is left out. */
  lenient?: boolean
  /** The command line as one types it with an app named, for who has to say which. */
  naming?: (key: string) => string[]
}

export interface Loaded {
  settings: Settings
  warnings: string[]
  /** SHA-256 over the bytes of safe-deploy.yml and of the target's config file. */
  digest: string
  /** Every app of the config, by key; one with key null without `apps:`. */
  apps: { key: string | null; app: string | null; dir: string }[]
}

interface Read {
  found: FoundConfig | null
  written: Written | null
  warnings: string[]
}

const readConfig = async ({ read, root, cwd, flags, lenient = false }: LoadInput): Promise<Read> => {
  const found = await findConfig(read, { root, cwd, asked: flags.config, lenient })
  if (!found) return { found, written: null, warnings: [] }
  // The parser and the schema are half of what starts; a repository without a config needs neither.
  const { parseConfig } = await import('./parse.ts')
  const { written, salvaged, problems } = parseConfig(found.text, found.file)
  if (problems.length === 0) return { found, written, warnings: [] }
  if (!lenient) throw configRefusal(problems)
  return { found, written: salvaged, warnings: problems.map(problemLine) }
}

const digestOf = (...texts: (string | null | undefined)[]): string =>
  createHash('sha256')
    .update(JSON.stringify(texts.map((text) => text ?? null)))
    .digest('hex')

const sightAll = async (input: LoadInput, { found, written }: Read): Promise<Sighted[]> => {
  const { read, cwd, argv } = input
  const base = found ? folderOf(found.file) : null
  const keys = Object.keys(written?.apps ?? {})
  return await Promise.all((keys.length > 0 ? keys : [null]).map((key) => sight(key, mergedApp(written, key), { read, cwd, base, argv })))
}

/** `.env` beside the target, where there is one. */
const envFilesOf = async (read: ReadFile, { dir }: Sighted): Promise<string[]> => {
  const path = within(dir, '.env') ?? '.env'
  try {
    return (await read(path)) === null ? [] : [path]
  } catch (error) {
    if (isGuardError(error)) return [path]
    throw error
  }
}

const settleOne = async (input: LoadInput, config: Read, all: Sighted[], seen: Sighted): Promise<Loaded> => {
  const { read, root, flags, argv, env } = input
  const file = config.found?.file ?? null
  const base = file === null ? '' : folderOf(file)
  const envFiles = await envFilesOf(read, seen)
  const settings = settle({ seen, root, file, base, envFiles, flag: flags.app, argv, env, lenient: input.lenient ?? false })
  return {
    settings,
    warnings: config.warnings,
    digest: digestOf(config.found?.text, seen.text),
    apps: all.map(({ key, app, dir }) => ({ key, app, dir })),
  }
}

/**
 * Finds, reads, checks and settles the configuration of the app that is meant. Without safe-deploy.yml the nearest fly.toml is enough.
 * @throws CONFIG with all problems, WHICH_APP, APP_DISAGREES, NO_TARGET, NO_CONFIG_FILE
 */
export const loadSettings = async (given: LoadInput): Promise<Loaded> => {
  const warnings: string[] = []
  const input = given.lenient ? { ...given, read: passingOver(given.read, warnings) } : given
  const config = await readConfig(input)
  const all = await sightAll(input, config)
  const base = config.found ? folderOf(config.found.file) : ''
  const { cwd, flags, naming } = input
  const loaded = await settleOne(input, config, all, pickApp(all, { flag: flags.app, base, cwd, naming }))
  return { ...loaded, warnings: [...new Set(warnings), ...loaded.warnings] }
}

/** A file that cannot be read passes for none, with a warning. */
const passingOver =
  (read: ReadFile, warnings: string[]): ReadFile =>
  async (path) => {
    try {
      return await read(path)
    } catch (error) {
      if (!isGuardError(error)) throw error
      warnings.push(error.refusal.what)
      return null
    }
  }

/** The same for every app of the config, in the order they are written. */
export const loadEveryApp = async (input: LoadInput): Promise<Loaded[]> => {
  const config = await readConfig(input)
  const all = await sightAll(input, config)
  return await Promise.all(
    all.map((seen) => settleOne({ ...input, flags: { ...input.flags, app: seen.key ?? input.flags.app } }, config, all, seen)),
  )
}
