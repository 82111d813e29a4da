import type { World } from '../reading.ts'
import { type Chance, each, type Found, less, namesDeploy, worst } from './deploys.ts'
import { type CiEvent, contextOf } from './event.ts'
import { evaluate, known, type Value } from './expression.ts'
import { pairsOf, pick, textAt, textsOf, valuesOf } from './pick.ts'
import type { ReadLine } from './run-lines.ts'
import { chanceOf, filled, inside, judgeSteps } from './steps.ts'
import type { Yaml } from './yaml-flow.ts'
import { readYaml } from './yaml-lines.ts'

/** The repository that pipelines run in. */
export interface Shop {
  world: World
  /** Its top, absolute. */
  top: string
  readLine: ReadLine
  /** Jobs that may still be looked at for this command. */
  left: { jobs: number }
}

/** More than any repository has, even where many branches are pushed at once. */
export const MOST_JOBS = 5_000
const TOO_MANY: Found = { verdict: 'opaque', because: 'there are more jobs than are read' }

/** Workflows that call workflows. */
const DEEPEST = 4

/** An `if:` with one of these runs whatever became of the jobs before. */
const WHATEVER = /\b(?:always|cancelled|failure)\s*\(/

/**
 * What the jobs of a workflow deploy at an event.
 * @param file the path people know it by: `.github/workflows/fly.yml`
 * @param what how the event reads in a clause: `what is pushed to main`
 */
export const judgeJobs = (workflow: Yaml, file: string, event: CiEvent, what: string, shop: Shop, depth = 0): Found | null => {
  const jobs = new Map(pairsOf(pick(workflow, 'jobs')))
  const env = valuesOf(pick(workflow, 'env'))
  const chances = new Map<string, Chance>()
  const named = (job: Yaml): CiEvent => ({ ...event, named: event.named || names(textAt(job, 'if'), event) })
  const chance = (name: string, job: Yaml, level: number): Chance => {
    const seen = chances.get(name)
    if (seen) return seen
    if (level > DEEPEST_NEED) return 'may'
    const own = chanceOf(textAt(job, 'if'), contextOf(named(job), env))
    // Jobs that need each other end here.
    chances.set(name, own)
    const needs = WHATEVER.test(textAt(job, 'if')) ? [] : textsOf(pick(job, 'needs'))
    const all = needs.reduce<Chance>((least, need) => (jobs.has(need) ? less(least, chance(need, jobs.get(need)!, level + 1)) : least), own)
    chances.set(name, all)
    return all
  }
  return worst(
    each(jobs, ([name, job]) => {
      shop.left.jobs -= 1
      if (shop.left.jobs < 0) return TOO_MANY
      const runs = chance(name, job, 0)
      const does = runs === 'never' ? null : judgeJob(job, workflow, named(job), what, shop, depth)
      if (does === null) return null
      if (typeof does !== 'string') return runs === 'may' ? { ...does, verdict: 'opaque' } : does
      const surely = does === 'deploy' && runs === 'runs'
      return {
        verdict: surely ? 'deploy' : 'opaque',
        because: `the job ${name} of ${file} ${surely ? 'deploys' : 'may deploy'} ${what}, without safe-deploy`,
      }
    }),
  )
}

/** Does a condition name the branch? */
const names = (condition: string, { ref }: CiEvent): boolean =>
  ref.name !== null && (condition.includes(`/${ref.name}'`) || condition.includes(`'${ref.name}'`))

const DEEPEST_NEED = 50

const judgeJob = (
  job: Yaml,
  workflow: Yaml,
  event: CiEvent,
  what: string,
  shop: Shop,
  depth: number,
): Found | 'deploy' | 'opaque' | null => {
  const env = { ...valuesOf(pick(workflow, 'env')), ...valuesOf(pick(job, 'env')) }
  const lookup = contextOf(event, env)
  const uses = textAt(job, 'uses')
  if (uses) return judgeCalled(uses, job, event, what, shop, depth)
  const folder = textAt(job, 'defaults', 'run', 'working-directory') || textAt(workflow, 'defaults', 'run', 'working-directory')
  return judgeSteps(pick(job, 'steps'), { ...shop, lookup, env, folder: filled(folder, lookup), depth: 0 })
}

/** A job that is another workflow: of this repository, or one nobody can read here. */
const judgeCalled = (uses: string, job: Yaml, event: CiEvent, what: string, shop: Shop, depth: number): Found | 'opaque' | null => {
  if (/\/safe-deploy\/\.github\//.test(uses)) return null
  const file = uses.replace(/^\.\//, '')
  const text = uses.startsWith('./') && depth < DEEPEST ? shop.world.read(inside(shop.top, file)) : null
  const called = text === null ? null : readYaml(text)
  if (called === null)
    return namesDeploy(`${uses} ${Object.keys(valuesOf(pick(job, 'secrets'))).join(' ')} ${text ?? ''}`) ? 'opaque' : null
  return judgeJobs(called, file, { ...event, inputs: inputsOf(job, called, event) }, what, shop, depth + 1)
}

const inputsOf = (job: Yaml, called: Yaml, event: CiEvent): ReadonlyMap<string, Value> => {
  const lookup = contextOf(event, {})
  const value = (text: string): Value => {
    const whole = /^\$\{\{([^}]*)\}\}$/.exec(text.trim())?.[1]
    return whole === undefined ? known(filled(text, lookup)) : evaluate(whole, lookup)
  }
  const declared = pairsOf(pick(called, 'on', 'workflow_call', 'inputs')).map(([name, one]) => [name, textAt(one, 'default')] as const)
  const given = Object.entries(valuesOf(pick(job, 'with')))
  return new Map(
    [...declared, ...given].map(([name, text]) => [
      name.toLowerCase(),
      text === '' || text === 'false' ? known(text === '' ? null : false) : value(text),
    ]),
  )
}
