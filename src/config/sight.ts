import { type GuardError, isGuardError } from '../errors.ts'
import { readFlyArgs } from '../targets/fly/args.ts'
import { FLY_FILES } from './defaults.ts'
import { flyAppOf } from './fly-app.ts'
import { upward, within } from './place.ts'
import type { WrittenApp } from './schema.ts'

/** Text of a file of the repository, by its path relative to the root; null when there is no such file. */
export type ReadFile = (path: string) => Promise<string | null>

/** One app as written, and what its target's config file was seen to say. */
export interface Sighted {
  /** Name in `apps:`, or null. */
  key: string | null
  written: WrittenApp
  kind: 'fly' | 'command'
  /** Folder of the target, relative to the root. */
  dir: string
  /** Name of fly's config relative to dir; null when none was found. */
  config: string | null
  /** Its path relative to the root, and its text. */
  path: string | null
  text: string | null
  /** The name in fly's config, or of the command target. */
  app: string | null
  /** Why the config file cannot be read. */
  trouble: GuardError | null
}

export interface SightInput {
  read: ReadFile
  /** Relative to the root. */
  cwd: string
  /** Is there a safe-deploy.yml, and in which folder? */
  base: string | null
  /** What the user gave after `--`. */
  argv: readonly string[]
}

interface Found {
  config: string
  path: string
  text: string
}

const firstFound = async (read: ReadFile, dir: string, names: readonly string[]): Promise<Found | null> => {
  for (const config of names) {
    const path = within(dir, config)
    const text = path === null ? null : await read(path)
    if (path !== null && text !== null) return { config, path, text }
  }
  return null
}

/** `-c P` is P, then P/fly.toml, as fly has it; without one fly tries its three names and no parent folder. */
const namesOf = (named: string | null | undefined): readonly string[] => (named ? [named, `${named}/fly.toml`] : FLY_FILES)

/** Without safe-deploy.yml the app is the one around the cwd: the nearest folder upward with a config of fly's. */
const foldersOf = (written: WrittenApp, { base, cwd }: SightInput): string[] =>
  base === null ? upward(cwd) : [within(base, written.target?.fly?.dir ?? '') ?? '']

const nameIn = async ({ path, text }: Found): Promise<Pick<Sighted, 'app' | 'trouble'>> => {
  try {
    return { app: await flyAppOf(path, text), trouble: null }
  } catch (error) {
    if (!isGuardError(error)) throw error
    return { app: null, trouble: error }
  }
}

const sightFly = async (written: WrittenApp, input: SightInput): Promise<Omit<Sighted, 'key' | 'written' | 'kind'>> => {
  const args = readFlyArgs([...(written.target?.fly?.args ?? []), ...input.argv])
  const folders = foldersOf(written, input)
  for (const dir of folders) {
    const found = await firstFound(
      input.read,
      within(dir, args.workingDirectory ?? '') ?? dir,
      namesOf(args.config ?? written.target?.fly?.config),
    )
    if (found) return { dir, ...found, ...(await nameIn(found)) }
  }
  return { dir: (input.base === null ? input.cwd : folders[0]) ?? '', config: null, path: null, text: null, app: null, trouble: null }
}

/** Looks where an app's target is, without judging it. */
export const sight = async (key: string | null, written: WrittenApp, input: SightInput): Promise<Sighted> => {
  const command = written.target?.command
  if (!command) return { key, written, kind: 'fly', ...(await sightFly(written, input)) }
  const dir = within(input.base ?? '', command.dir ?? '') ?? ''
  return { key, written, kind: 'command', dir, config: null, path: null, text: null, app: command.name, trouble: null }
}
