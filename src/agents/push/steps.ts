import type { Reading, World } from '../reading.ts'
import { asJob } from './as-job.ts'
import { type Chance, namesDeploy } from './deploys.ts'
import { evaluate, isTrue, type Lookup } from './expression.ts'
import { listOf, pick, textAt, valuesOf } from './pick.ts'
import type { ReadLine } from './run-lines.ts'
import type { Yaml } from './yaml-flow.ts'
import { readYaml } from './yaml-lines.ts'

/** Where steps run, and what is known there. */
export interface Bench {
  world: World
  /** The top of the repository. */
  top: string
  readLine: ReadLine
  lookup: Lookup
  env: Readonly<Record<string, string>>
  /** `defaults.run.working-directory` */
  folder: string
  /** Actions within actions. */
  depth: number
  /** Jobs and actions that may still be looked at for this command. */
  left: { jobs: number }
}

const DEEPEST = 4

/** Does an `if:` hold? */
export const chanceOf = (condition: string, lookup: Lookup): Chance => {
  if (condition === '') return 'runs'
  const value = evaluate(condition, lookup)
  const holds = isTrue(value)
  return holds === null ? ('may' in value && value.may ? 'may' : 'runs') : holds ? 'runs' : 'never'
}

/** A text with its `${{ }}` filled in as far as known; the rest becomes a word that means nothing. */
export const filled = (text: string, lookup: Lookup): string =>
  text.replace(/\$\{\{(.{0,1000}?)\}\}/gs, (_all, expression: string) => {
    const value = evaluate(expression, lookup)
    return 'is' in value ? String(value.is ?? '') : 'EXPR'
  })

/** How far a list of steps deploys: `deploy` or `opaque` where one does that runs, or may run. */
export const judgeSteps = (steps: Yaml | undefined, bench: Bench): 'deploy' | 'opaque' | null => {
  let found: 'deploy' | 'opaque' | null = null
  for (const step of listOf(steps)) {
    const chance = chanceOf(textAt(step, 'if'), bench.lookup)
    const does = chance === 'never' ? null : judgeStep(step, bench)
    if (does === 'deploy' && chance === 'runs') return 'deploy'
    if (does !== null) found = 'opaque'
  }
  return found
}

const judgeStep = (step: Yaml, bench: Bench): 'deploy' | 'opaque' | null => {
  const uses = textAt(step, 'uses')
  return uses ? judgeAction(uses, step, bench) : textAt(step, 'run') ? judgeRun(step, bench) : null
}

const SHELLS = /^(?:$|sh\b|bash\b)/

const judgeRun = (step: Yaml, bench: Bench): 'deploy' | 'opaque' | null => {
  const script = filled(textAt(step, 'run'), bench.lookup)
  if (!SHELLS.test(textAt(step, 'shell'))) return namesDeploy(script) ? 'opaque' : null
  const folder = filled(textAt(step, 'working-directory') || bench.folder, bench.lookup)
  const world = { ...asJob(bench.world, bench.top), cwd: inside(bench.top, folder), env: { ...bench.env, ...valuesOf(pick(step, 'env')) } }
  return weigh(bench.readLine(script, world), script)
}

/** Scripts that nobody can read are common in pipelines; they count only where they speak of fly. */
const weigh = (reading: Reading, script: string): 'deploy' | 'opaque' | null =>
  reading.verdict === 'deploy' ? 'deploy' : reading.verdict === 'opaque' && /\bfly(?:ctl)?\b/i.test(script) ? 'opaque' : null

/** How far a script of another host's pipelines deploys, run at the top of the repository. */
export const weighScript = (
  script: string,
  shop: Pick<Bench, 'world' | 'top' | 'readLine'>,
  env: Bench['env'],
): 'deploy' | 'opaque' | null =>
  script.trim() === '' ? null : weigh(shop.readLine(script, { ...asJob(shop.world, shop.top), cwd: shop.top, env }), script)

/** A path of the repository. What would lead out of it is its top. */
export const inside = (top: string, path: string): string => {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return parts.includes('..') ? top : [top, ...parts].join('/')
}

/** Actions that set fly up, and the tools round it, deploy nothing. */
const HARMLESS = /(?:^|\/)(?:setup-[\w-]+|safe-deploy(?:\/[\w./-]+)?)(?:@|$)/

const judgeAction = (uses: string, step: Yaml, bench: Bench): 'deploy' | 'opaque' | null => {
  if (HARMLESS.test(uses)) return null
  if (/^\.\//.test(uses)) return judgeOwnAction(uses, step, bench)
  const args = filled(textAt(step, 'with', 'args'), bench.lookup)
  if (/^superfly\/flyctl-actions(?:@|$)|^docker:\/\/[\w./-]*flyctl/.test(uses))
    return weigh(bench.readLine(`flyctl ${args}`, { ...asJob(bench.world, bench.top), cwd: bench.top, env: {} }), 'fly')
  return namesDeploy(`${uses} ${Object.keys(valuesOf(pick(step, 'with'))).join(' ')}`) ? 'opaque' : null
}

/** An action of the repository itself: its steps, with what the step hands it. */
const judgeOwnAction = (uses: string, step: Yaml, bench: Bench): 'deploy' | 'opaque' | null => {
  const folder = inside(bench.top, uses)
  const text = bench.world.read(`${folder}/action.yml`) ?? bench.world.read(`${folder}/action.yaml`)
  const action = text === null ? null : readYaml(text)
  const steps = pick(action, 'runs', 'steps')
  const spoken = namesDeploy(`${uses} ${Object.keys(valuesOf(pick(step, 'with'))).join(' ')} ${text ?? ''}`)
  bench.left.jobs -= 1
  if (!steps || bench.depth >= DEEPEST || bench.left.jobs < 0) return spoken ? 'opaque' : null
  return judgeSteps(steps, { ...bench, depth: bench.depth + 1, folder: '', lookup: withInputs(step, action, bench.lookup) })
}

const withInputs = (step: Yaml, action: Yaml | null, outer: Lookup): Lookup => {
  return (name) => {
    const input = /^inputs\.(.+)$/.exec(name)?.[1]
    if (input === undefined) return outer(name)
    const given = textAt(step, 'with', input) || textAt(action, 'inputs', input, 'default')
    const whole = /^\$\{\{([^}]*)\}\}$/.exec(given)?.[1]
    return whole === undefined ? { is: filled(given, outer) } : evaluate(whole, outer)
  }
}
