import { isOn, type Parsed } from './argv.ts'
import { appName } from './config-file.ts'
import { renderJson } from './render.ts'
import type { Scenario } from './scenario.ts'
import type { Shell } from './shell.ts'
import { type App, appOf, readState } from './state.ts'

/** What every command is called with. */
export interface Call {
  shell: Shell
  parsed: Parsed
  scenarios: ReadonlySet<Scenario>
}

export type Run = (call: Call) => Promise<void>

/** `--json`, or FLY_JSON in the environment. */
export const wantsJson = ({ shell, parsed }: Call): boolean => isOn(parsed, 'json', /^(1|ok|t|true)$/i.test(shell.env.FLY_JSON ?? ''))

const NOISE =
  'DEBUG Loaded flyctl config from /home/pocket/.fly/config.yml\nDEBUG determined hostname: "pocket"\nDEBUG --> GET https://api.machines.dev/v1/apps {"retry":[0]}\n'

/** Prints one JSON document; in the scenario noise-before-json after debug lines, as LOG_LEVEL=debug does. */
export const printJson = (call: Call, document: unknown, indent = 4): void => {
  if (call.scenarios.has('noise-before-json')) call.shell.out(NOISE)
  call.shell.out(renderJson(document, indent))
}

/** The app this call is about, as it is now. */
export const appHere = async ({ shell, parsed }: Call): Promise<App> => {
  const name = await appName(shell.cwd, shell.env, parsed)
  return appOf(readState(shell.home), name)
}
