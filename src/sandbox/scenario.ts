import { renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { FlyError } from './fail.ts'
import { readText } from './files.ts'
import { files } from './home.ts'

/** What a scenario disturbs. */
export type Touch = 'deploy' | 'read' | 'machines' | 'secrets' | 'api'

/** Every switch, and the commands it touches (`api`: all that need the platform). */
const SCENARIOS = {
  'build-fail': ['deploy'],
  'release-command-fail': ['deploy'],
  'health-timeout-partial': ['deploy'],
  'exit1-but-serving': ['deploy'],
  'exit0-but-old': ['deploy'],
  'exit0-then-gone': ['deploy'],
  unhealthy: ['deploy'],
  'silent-127': ['deploy'],
  'silent-127-early': ['deploy'],
  'silent-127-done': ['deploy'],
  hang: ['deploy'],
  'hang-after-release': ['deploy'],
  'hang-hard': ['deploy'],
  'lease-conflict': ['deploy'],
  'noise-before-json': ['read'],
  'api-down': ['api'],
  'auth-missing': ['api'],
  'empty-machine-list': ['machines', 'deploy'],
  'concurrent-release': ['deploy'],
  'bluegreen-both': ['deploy'],
  'pruned-image': ['deploy'],
  'secrets-staged': ['secrets'],
  'worker-runs-work-fails': ['deploy'],
  slow: ['read'],
} as const satisfies Record<string, readonly Touch[]>

export type Scenario = keyof typeof SCENARIOS
export const SCENARIO_NAMES = Object.keys(SCENARIOS) as Scenario[]

/** Reads `name`, `name once` or `a,b once`. Throws on a name that is no scenario. */
export const parseScenario = (text: string): { names: Scenario[]; once: boolean } => {
  const words = text
    .trim()
    .split(/[\s,]+/)
    .filter((word) => word !== '' && word !== 'none')
  const names = words.filter((word) => word !== 'once')
  const unknown = names.find((name) => !Object.hasOwn(SCENARIOS, name))
  if (unknown) throw new FlyError(`pocket fly: unknown scenario "${unknown}", use one of: ${SCENARIO_NAMES.join(', ')}`)
  return { names: names as Scenario[], once: words.includes('once') }
}

/** Of two commands that want a `once`, the one whose rename succeeds gets it. */
const consume = (home: string): boolean => {
  const aside = `${files.scenario(home)}.${process.pid}`
  try {
    renameSync(files.scenario(home), aside)
    unlinkSync(aside)
    return true
  } catch {
    return false
  }
}

/** The scenarios that apply to a command which touches these things. The file wins over the environment; a `once` is used up by it. */
export const activeScenarios = (home: string, env: string | undefined, touches: readonly Touch[]): ReadonlySet<Scenario> => {
  const file = readText(files.scenario(home))
  const { names, once } = parseScenario(file ?? env ?? '')
  const hit = names.filter((name) => SCENARIOS[name].some((touch) => touches.includes(touch)))
  if (hit.length === 0 || (file !== null && once && !consume(home))) return new Set()
  return new Set(hit)
}

/** Sets the switch; `none` switches everything off, also what the environment says. */
export const setScenario = (home: string, words: readonly string[]): void => {
  parseScenario(words.join(' '))
  writeFileSync(files.scenario(home), `${words.join(' ')}\n`)
}
