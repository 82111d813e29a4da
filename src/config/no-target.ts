import { type GuardError, next, refuse } from '../errors.ts'
import type { Sighted } from './sight.ts'

const inFolder = (dir: string): string => (dir === '' ? 'in this repository' : `in ${dir}`)

/** Nothing says what to deploy. */
const noTarget = ({ dir }: Sighted): GuardError =>
  refuse('NO_TARGET', {
    what: `Nothing ${inFolder(dir)} says what to deploy: there is no fly.toml, and safe-deploy.yml names no target.`,
    next: [
      next('make an app and its fly.toml, without deploying', ['fly', 'launch', '--no-deploy']),
      next('or fetch the fly.toml of an app that runs', ['fly', 'config', 'save'], ['--app']),
      next('or write safe-deploy.yml for another tool', ['safe-deploy', 'init']),
    ],
  })

/** A fly config is named, or the app is, and it is not there: fly would deploy with the config it remembers, onto whatever Dockerfile is here. */
const noConfigFile = ({ dir }: Sighted, named: string, app: string | null): GuardError =>
  refuse('NO_CONFIG_FILE', {
    what: `There is no ${named} ${inFolder(dir)}; fly would use the config it remembers, with the files that are here. Nothing was deployed.`,
    next: [
      next(
        'fetch it',
        ['fly', 'config', 'save', ...(app === null ? [] : ['--app', app]), '-c', named],
        app === null ? ['--app'] : undefined,
      ),
      next('or say where it is: target.fly.config and target.fly.dir', ['safe-deploy', 'init', '--force']),
    ],
  })

/** Why a fly target without a config file cannot be deployed. `named` is what -c or target.fly.config said, `app` what --app said. */
export const missingTarget = (seen: Sighted, named: string | null, app: string | null): GuardError =>
  named !== null || app !== null || seen.written.target?.fly ? noConfigFile(seen, named ?? 'fly.toml', app) : noTarget(seen)
