import type { App, Command, Machine } from './state.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What every local program needs to find its interpreter; nothing else of the caller's environment reaches an app. */
const BASE = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SystemRoot']

const base = (outer: Env): Record<string, string> =>
  Object.fromEntries(BASE.flatMap((key) => (outer[key] === undefined ? [] : [[key, outer[key]]])))

/** The environment of a machine: base, image, [env], secrets, then what the platform sets. */
export const machineEnv = (app: App, machine: Machine, outer: Env): Record<string, string> => ({
  ...base(outer),
  ...machine.image.env,
  ...machine.env,
  ...machine.secrets,
  ...machine.inject,
  ...(machine.port === null ? {} : { PORT: String(machine.port) }),
  FLY_APP_NAME: app.name,
  FLY_MACHINE_ID: machine.id,
  FLY_MACHINE_VERSION: machine.instanceId,
  FLY_RELEASE_VERSION: String(machine.releaseVersion),
  FLY_IMAGE_REF: machine.image.ref,
  FLY_PROCESS_GROUP: machine.group,
  FLY_REGION: machine.region,
})

/** Program and arguments of a command; a line goes through the shell, as an image's entrypoint does. */
export const programOf = (command: Command | null): [string, string[]] => {
  if (command === null) return ['/bin/sh', ['-c', 'echo "no command specified" >&2; exit 1']]
  if ('shell' in command) return ['/bin/sh', ['-c', command.shell]]
  return [command.argv[0]!, command.argv.slice(1)]
}
