import { existsSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Parsed } from './argv.ts'
import { value } from './argv.ts'
import { FlyError } from './fail.ts'
import { readText } from './files.ts'
import type { App, Json } from './state.ts'

export type RawConfig = { [key: string]: Json }

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile()

/** Where the config is: `-c P`, `P/fly.toml`, else fly.toml, fly.json, fly.yaml in `dir`; null when there is no default one. Parents are not searched. */
const findConfig = (dir: string, given: string | undefined): string | null => {
  if (given === undefined) return ['fly.toml', 'fly.json', 'fly.yaml'].map((name) => join(dir, name)).find(isFile) ?? null
  const path = isAbsolute(given) ? given : join(dir, given)
  const found = [path, join(path, 'fly.toml')].find(isFile)
  if (!found) throw new FlyError(`config file not found at specified path: ${path} (also tried: ${join(path, 'fly.toml')})`)
  return found
}

const parse = async (path: string, text: string): Promise<unknown> => {
  if (path.endsWith('.json')) return JSON.parse(text)
  if (/\.ya?ml$/.test(path)) return (await import('yaml')).parse(text)
  return JSON.parse(JSON.stringify((await import('smol-toml')).parse(text.replace(/^\uFEFF/, ''))))
}

/** Parses a config file to plain JSON values; its syntax errors are flyctl's hard stop. */
const readConfig = async (path: string): Promise<RawConfig> => {
  try {
    const config = await parse(path, readText(path) ?? '')
    if (typeof config === 'object' && config !== null && !Array.isArray(config)) return config as RawConfig
    throw new Error('not a table')
  } catch (error) {
    throw new FlyError(`failed loading app config from ${path}: ${(error as Error).message.split('\n')[0]}`)
  }
}

export interface Local {
  path: string | null
  config: RawConfig | null
}

/** The local config a command sees: file and content, or nulls. */
export const loadLocal = async (dir: string, parsed: Parsed): Promise<Local> => {
  const path = findConfig(dir, value(parsed, 'config'))
  return { path, config: path === null ? null : await readConfig(path) }
}

const MISSING = 'the config for your app is missing an app name, add an app field to the fly.toml file or specify with the -a flag'

/** The app a command is about: `-a`, else FLY_APP, else `app` of the local config, which is only read when needed. */
export const appName = async (dir: string, env: Readonly<Record<string, string | undefined>>, parsed: Parsed): Promise<string> => {
  const given = value(parsed, 'app') || env.FLY_APP
  if (given) return given
  const name = (await loadLocal(dir, parsed)).config?.app
  if (typeof name === 'string' && name !== '') return name
  throw new FlyError(MISSING)
}

/** What deploy works with: the local config, or silently the server's when there is no file. */
export const effectiveConfig = (local: Local, app: App): RawConfig => {
  if (local.config) return { ...local.config, app: app.name }
  if (app.config) return { ...app.config, app: app.name }
  throw new FlyError(`could not create a fly.toml from any machines: no machines configuration found for app '${app.name}'`)
}
