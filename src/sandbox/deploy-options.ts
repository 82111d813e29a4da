import { isOn, type Parsed, slice, value, values } from './argv.ts'
import { assignmentFor, type Wish } from './assign.ts'
import { megabytes, sizeOf } from './config.ts'
import type { Deploy } from './deploy-begin.ts'
import { durationMs, speedOf } from './duration.ts'
import { FlyError } from './fail.ts'
import type { Rollout } from './rollout.ts'
import type { Guest, Image, Release } from './state.ts'

const STRATEGIES = ['rolling', 'canary', 'bluegreen', 'immediate']

const guestFlags = (parsed: Parsed): Partial<Guest> => {
  const memory = megabytes(value(parsed, 'vm-memory'))
  const cpus = value(parsed, 'vm-cpus')
  const kind = value(parsed, 'vm-cpu-kind')
  return {
    ...sizeOf(value(parsed, 'vm-size')),
    ...(memory === undefined ? {} : { memory_mb: memory }),
    ...(cpus === undefined ? {} : { cpus: Number(cpus) }),
    ...(kind === undefined ? {} : { cpu_kind: kind }),
  }
}

const pairs = (given: readonly string[]): Record<string, string> =>
  Object.fromEntries(given.map((pair) => [pair.split('=')[0]!, pair.slice(pair.indexOf('=') + 1)]))

/** What the flags and the config ask of the machines. */
export const wishOf = (deploy: Deploy, image: Image, release: Release): Wish => ({
  config: deploy.config,
  image,
  release,
  guest: guestFlags(deploy.parsed),
  env: pairs(values(deploy.parsed, 'env')),
  inject: deploy.scenarios.has('worker-runs-work-fails') ? { POCKET_WORK_FAILS: '1' } : {},
})

/** `--strategy`, else the config's, else rolling. */
export const strategyOf = (deploy: Deploy): string => {
  const strategy = value(deploy.parsed, 'strategy') ?? deploy.config.strategy ?? 'rolling'
  if (STRATEGIES.includes(strategy)) return strategy
  throw new FlyError(`unsupported deployment strategy: '${strategy}'`)
}

/** How this deploy brings machines to its release. */
export const rolloutOf = (deploy: Deploy, wish: Wish, strategy: string): Rollout => {
  const { shell, parsed, cancel } = deploy
  const blind = isOn(parsed, 'detach') || strategy === 'immediate'
  const waitMs = durationMs(value(parsed, 'wait-timeout') ?? '5m') ?? 300_000
  return {
    shell,
    app: deploy.app.name,
    region: deploy.config.primaryRegion,
    critical: deploy.scenarios.has('unhealthy'),
    assign: (app, group, before) => assignmentFor(wish, app, group, before),
    patience: {
      speed: speedOf(shell.env),
      waitMs,
      smoke: !blind && isOn(parsed, 'smoke-checks', true),
      health: !blind,
      guard: cancel.check,
    },
  }
}

/** The fleet filters. */
export const selection = (parsed: Parsed) => ({
  only: slice(parsed, 'only-machines'),
  except: slice(parsed, 'exclude-machines'),
  groups: slice(parsed, 'process-groups'),
  regions: slice(parsed, 'regions'),
  exceptRegions: slice(parsed, 'exclude-regions'),
})
