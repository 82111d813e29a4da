import { isOn } from '../argv.ts'
import { appHere, type Run } from '../command.ts'
import { normalise } from '../config.ts'
import { loadLocal } from '../config-file.ts'
import { FlyError } from '../fail.ts'
import { renderJson } from '../render.ts'

/** `fly config show`: the definition of the current release, or with --local the file. */
export const show: Run = async (call) => {
  const { shell, parsed } = call
  const config = isOn(parsed, 'local') ? (await loadLocal(shell.cwd, parsed)).config : (await appHere(call)).config
  if (!config) throw new FlyError('no machines configuration found')
  if (isOn(parsed, 'toml')) return shell.out(`${(await import('smol-toml')).stringify(config)}\n`)
  if (isOn(parsed, 'yaml')) return shell.out((await import('yaml')).stringify(config))
  shell.out(renderJson(config, 2))
}

/** `fly config validate`: the local file only. */
export const validate: Run = async ({ shell, parsed }) => {
  const { path, config } = await loadLocal(shell.cwd, parsed)
  if (!config) throw new FlyError('App config file not found')
  shell.out(`Validating ${path}\n`)
  normalise(config)
  shell.out('✓ Configuration is valid\n')
}
