import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Parsed } from './argv.ts'
import { type Cancel, watchSignals } from './cancel.ts'
import { type FlyConfig, normalise } from './config.ts'
import { appName, effectiveConfig, loadLocal, type RawConfig } from './config-file.ts'
import { FlyError } from './fail.ts'
import type { Scenario } from './scenario.ts'
import type { Shell } from './shell.ts'
import { type App, readState } from './state.ts'

/** One deploy under way. */
export interface Deploy {
  shell: Shell
  parsed: Parsed
  scenarios: ReadonlySet<Scenario>
  dir: string
  app: App
  raw: RawConfig
  config: FlyConfig
  cancel: Cancel
}

const ONE_MACHINE = 'pocket fly: the scenario health-timeout-partial needs two machines; run `fly scale count 2` first'

const findApp = (shell: Shell, name: string): App => {
  const app = readState(shell.home).apps[name]
  if (app) return app
  throw new FlyError(`the app name ${name} could not be found, did you create the app or misspell it in the fly.toml file or via -a?`)
}

const workingDirectory = (shell: Shell, parsed: Parsed): string => {
  const dir = resolve(shell.cwd, parsed.args[0] ?? '.')
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return dir
  throw new FlyError(`failed to change working directory to ${dir}: no such file or directory`)
}

/** Folder, config and app of a deploy; throws before anything happened. */
export const begin = async (shell: Shell, parsed: Parsed, scenarios: ReadonlySet<Scenario>): Promise<Deploy> => {
  const cancel = watchSignals(shell)
  const dir = workingDirectory(shell, parsed)
  const local = await loadLocal(dir, parsed)
  const name = await appName(dir, shell.env, parsed)
  const app = findApp(shell, name)
  shell.err('==> Verifying app config\n')
  shell.out(`Validating ${local.path ?? 'the app config of the server'}\n`)
  const raw = effectiveConfig(local, app)
  const config = normalise(raw)
  if (scenarios.has('health-timeout-partial') && app.machines.length < 2) throw new FlyError(ONE_MACHINE)
  shell.err('--> Verified app config\n')
  return { shell, parsed, scenarios, dir, app, raw, config, cancel }
}
