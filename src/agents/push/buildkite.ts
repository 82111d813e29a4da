import { type Chance, type Found, namesDeploy, worst } from './deploys.ts'
import type { CiEvent } from './event.ts'
import { evaluate, isTrue, known, type Lookup, unknown } from './expression.ts'
import { fits } from './glob.ts'
import type { Shop } from './jobs.ts'
import { listOf, pick, textAt, textsOf } from './pick.ts'
import { weighScript } from './steps.ts'
import type { Yaml } from './yaml-flow.ts'
import { readYaml } from './yaml-lines.ts'

const FILES = ['.buildkite/pipeline.yml', '.buildkite/pipeline.yaml']

/** A step that waits for a person: what follows no push starts. */
const STOPS = /^(?:block|input|manual)$/

const stepsOf = (steps: Yaml | undefined): Yaml[] => {
  const found: Yaml[] = []
  for (const step of listOf(steps)) {
    if (typeof step === 'string' ? STOPS.test(step) : step instanceof Map && [...step.keys()].some((key) => STOPS.test(key))) break
    if (pick(step, 'steps') === undefined) found.push(step)
    else found.push(...listOf(pick(step, 'steps')))
  }
  return found
}

const lookupOf =
  ({ ref }: CiEvent): Lookup =>
  (name) => {
    if (name === 'build.branch') return ref.kind === 'branch' && ref.name !== null ? known(ref.name) : unknown(false)
    if (name === 'build.tag') return ref.kind === 'tag' ? known(ref.name) : known(null)
    return name === 'build.pull_request.id' ? known(null) : unknown(name !== 'build.source')
  }

const chanceOf = (step: Yaml, event: CiEvent): Chance => {
  const { name } = event.ref
  const patterns = textAt(step, 'branches').split(/\s+/).filter(Boolean)
  const not = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  const only = patterns.filter((pattern) => !pattern.startsWith('!'))
  const meant = (some: readonly string[]): boolean => name === null || some.some((pattern) => fits(pattern.replaceAll('*', '**'), name))
  if (patterns.length > 0 && ((only.length > 0 && !meant(only)) || (name !== null && meant(not)))) return 'never'
  const condition = textAt(step, 'if').replace(/"([^"']*)"/g, "'$1'")
  const holds = condition === '' ? true : isTrue(evaluate(condition, lookupOf(event)))
  return holds === null ? 'may' : holds ? 'runs' : 'never'
}

/** What Buildkite deploys at a push, as far as its first file tells. */
export const judgeBuildkite = (event: CiEvent, what: string, shop: Shop): Found | null => {
  const file = event.name === 'push' ? FILES.find((one) => shop.world.read(`${shop.top}/${one}`) !== null) : undefined
  if (file === undefined) return null
  const text = shop.world.read(`${shop.top}/${file}`)!
  const config = readYaml(text)
  if (config === null) return namesDeploy(text) ? { verdict: 'opaque', because: `${file}, which cannot be read, may deploy ${what}` } : null
  const steps = stepsOf(Array.isArray(config) ? config : pick(config, 'steps'))
  return worst(
    steps.map((step) => {
      const runs = chanceOf(step, event)
      const script = [...textsOf(pick(step, 'command')), ...textsOf(pick(step, 'commands'))].join('\n')
      const does = runs === 'never' ? null : weighScript(script, shop, {})
      const surely = does === 'deploy' && runs === 'runs'
      const name = textAt(step, 'label') || textAt(step, 'key') || 'a step'
      return (
        does && {
          verdict: surely ? 'deploy' : 'opaque',
          because: `${name} of ${file} ${surely ? 'deploys' : 'may deploy'} ${what}, without safe-deploy`,
        }
      )
    }),
  )
}
