import type { Settings } from '../../config/settings.ts'
import { mutedKeys, sinkAddress } from './mute.ts'

/** What `inherit: minimal` passes, and what is never taken away. */
const ESSENTIAL = new Set(['PATH', 'HOME', 'LANG', 'TERM', 'TMPDIR', 'USER', 'SHELL'])
const isEssential = (name: string): boolean => ESSENTIAL.has(name) || name.startsWith('LC_')

type Env = Readonly<Record<string, string | undefined>>
type Values = Record<string, string>

export interface EnvironmentInput {
  settings: Pick<Settings, 'env' | 'smoke'>
  /** The environment we were started with. */
  shell: Env
  /** Values of the env files, by key. */
  file: Readonly<Values>
  /** Names of the target's secrets. */
  secretNames: readonly string[]
}

/** The environments smokes run in. None holds a value of the env files but what `inject` names. */
export interface Environment {
  /** The app has to load the rest itself. */
  base: Values
  /** The same with every value of the env files: passing only here means that the app did not load them. */
  injected: Values
  /** Keys that are in `injected` and not in `base`. */
  added: string[]
  /** Keys that point at the sink. */
  muted: string[]
}

const pick = (env: Env, keep: (name: string) => boolean): Values =>
  Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined && keep(pair[0])))

/** Names that belong to the app and not to the toolchain. */
const appKeys = ({ settings, file, secretNames }: EnvironmentInput): Set<string> =>
  new Set([
    ...Object.keys(file),
    ...settings.env.required,
    ...settings.env.inject,
    ...secretNames,
    ...settings.smoke.flatMap((s) => s.proves),
  ])

const inherited = (input: EnvironmentInput): Values => {
  const { inherit } = input.settings.env
  if (inherit === 'all') return pick(input.shell, () => true)
  if (inherit === 'minimal') return pick(input.shell, isEssential)
  const own = appKeys(input)
  return pick(input.shell, (name) => isEssential(name) || !own.has(name))
}

/** What production injects: from the env files, else from the shell. */
const injectedByName = ({ settings, file, shell }: EnvironmentInput): Values =>
  pick(Object.fromEntries(settings.env.inject.map((name) => [name, file[name] ?? shell[name]])), () => true)

/** Every key the app could read. */
const knownKeys = (input: EnvironmentInput): Set<string> => new Set([...appKeys(input), ...Object.keys(input.shell)])

/** Is there anything to mute? Only then a sink is opened. */
export const toMute = (input: EnvironmentInput): string[] => mutedKeys(input.settings.env.mute, knownKeys(input))

/**
 * Puts the environments together. Pure.
 * Muted keys are set last: an existing variable wins over the env file in dotenv, python-dotenv and pydantic, so the app's own loading does not unmute them.
 * @param sinkUrl where muted keys point
 */
export const makeEnvironment = (input: EnvironmentInput, sinkUrl: string): Environment => {
  const muted = toMute(input)
  const silence = Object.fromEntries(muted.map((key) => [key, sinkAddress(sinkUrl, key)]))
  const base = { ...inherited(input), ...injectedByName(input), ...silence }
  const fromFile = pick(input.file, (name) => !isEssential(name))
  const injected = { ...base, ...fromFile, ...injectedByName(input), ...silence }
  return { base, injected, added: Object.keys(fromFile).filter((name) => base[name] !== injected[name]), muted }
}

/** Would a smoke see this variable of the shell? */
export const isPassed = (input: EnvironmentInput, name: string): boolean =>
  name in inherited(input) || (input.settings.env.inject.includes(name) && input.shell[name] !== undefined)
