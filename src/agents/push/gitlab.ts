import type { World } from '../reading.ts'
import { type Chance, each, type Found, less, namesDeploy, worst } from './deploys.ts'
import type { CiEvent } from './event.ts'
import { evaluate, isTrue, known, type Lookup, unknown } from './expression.ts'
import type { Shop } from './jobs.ts'
import { isMeant, matchesPattern } from './matches.ts'
import { listOf, pick, textAt, textsOf, valuesOf } from './pick.ts'
import { inside, weighScript } from './steps.ts'
import type { Yaml } from './yaml-flow.ts'
import { readYaml } from './yaml-lines.ts'

const GITLAB = '.gitlab-ci.yml'

/** Files that include files, templates of templates. */
const MOST_FILES = 30
const DEEPEST = 10

type Keys = Map<string, Yaml>

/** A pipeline with what it includes from its own repository; null where one of them cannot be read though it speaks of a fly deploy. */
const load = (file: string, top: string, world: World, budget: { files: number }): Keys | null => {
  const text = budget.files > 0 ? world.read(inside(top, file)) : null
  budget.files -= 1
  if (text === null) return new Map()
  const own = readYaml(text)
  if (!(own instanceof Map)) return namesDeploy(text) ? null : new Map()
  const all: Keys = new Map()
  for (const one of listOf(own.get('include'))) {
    const local = typeof one === 'string' ? (/^https?:/.test(one) ? '' : one) : textAt(one, 'local')
    // Another project's, which lies elsewhere.
    const foreign = local === '' ? [one, ...Object.values(valuesOf(one))].join(' ') : ''
    if (/\bfly/i.test(foreign)) return null
    const keys = local === '' || local.includes('*') ? new Map<string, Yaml>() : load(local, top, world, budget)
    if (keys === null) return null
    for (const [key, value] of keys) all.set(key, value)
  }
  for (const [key, value] of own) all.set(key, value)
  return all
}

/** A job with all that it extends. Each is put together once; those that extend each other end there. */
const extended = (name: string, all: Keys, seen = new Map<string, Keys>()): Keys => {
  const job = all.get(name)
  const known = seen.get(name)
  if (known || !(job instanceof Map)) return known ?? new Map()
  seen.set(name, job)
  const whole = new Map([...textsOf(job.get('extends')).flatMap((one) => [...extended(one, all, seen)]), ...job])
  seen.set(name, whole)
  return whole
}

/** What GitLab's variables hold in an event. */
const variablesOf = (event: CiEvent, set: Readonly<Record<string, string>>): Lookup => {
  const { kind, name } = event.ref
  const ref = name === null ? unknown(false) : known(name)
  const held = {
    CI_COMMIT_BRANCH: kind === 'branch' ? ref : known(null),
    CI_COMMIT_TAG: kind === 'tag' ? ref : known(null),
    CI_COMMIT_REF_NAME: ref,
    CI_PIPELINE_SOURCE: known(event.name === 'push' ? 'push' : 'web'),
    CI_DEFAULT_BRANCH: event.main === null ? unknown(false) : known(event.main),
    CI_MERGE_REQUEST_IID: known(null),
    CI_MERGE_REQUEST_ID: known(null),
    CI_OPEN_MERGE_REQUESTS: known(null),
  }
  const all = new Map(
    [...Object.entries(set).map(([key, value]) => [key, known(value)] as const), ...Object.entries(held)].map(([key, value]) => [
      `env.${key.toLowerCase()}`,
      value,
    ]),
  )
  return (asked) =>
    all.get(asked) ??
    (asked.startsWith('env.ci_merge_request') ? known(null) : asked === 'env.yes' ? known(true) : unknown(asked !== 'env.perhaps'))
}

/** GitLab's conditions, written as the others': `$A == "x" && $B =~ /y/`. */
const holds = (condition: string, lookup: Lookup): Chance => {
  const text = condition
    .slice(0, 2_000)
    .replace(/\$\{?(\w+)\}?\s*([=!])~\s*(\/(?:[^/\\\n]|\\.)*\/[a-z]*|\$\w+)/g, (_all, name: string, sign: string, pattern: string) => {
      const value = lookup(`env.${name.toLowerCase()}`)
      const found = 'is' in value ? matchesPattern(pattern, String(value.is ?? '')) : unknown(false)
      return 'is' in found ? String(Boolean(found.is) === (sign === '=')) : 'env.perhaps'
    })
    .replace(/\$\{?(\w+)\}?/g, 'env.$1')
    .replace(/"([^"']*)"/g, "'$1'")
  const found = isTrue(evaluate(text, lookup))
  return found === null ? 'may' : found ? 'runs' : 'never'
}

/** Does a push alone start it? What waits for a person does not. */
const byWhen = (when: string): Chance => (/^(?:manual|never|on_failure)$/.test(when) ? 'never' : 'runs')

/** The first rule that holds decides. Which files change is not known: such a rule counts as holding. */
const byRules = (rules: Yaml, when: string, lookup: Lookup): Chance => {
  let sure: Chance = 'runs'
  for (const rule of listOf(rules)) {
    const condition = textAt(rule, 'if')
    const match = condition === '' ? 'runs' : holds(condition, lookup)
    const then = byWhen(textAt(rule, 'when') || when)
    if (match === 'runs') return then === 'never' ? (sure === 'may' ? 'may' : 'never') : less(sure, then)
    if (match === 'may' && then !== 'never') sure = 'may'
  }
  return sure === 'may' ? 'may' : 'never'
}

const KINDS: Readonly<Record<string, (event: CiEvent) => boolean>> = {
  branches: ({ ref }) => ref.kind === 'branch',
  tags: ({ ref }) => ref.kind === 'tag',
  pushes: ({ name }) => name === 'push',
  web: ({ name }) => name !== 'push',
}
const OTHER_KINDS = /^(?:api|chat|external|external_pull_requests|merge_requests|pipelines|schedules|triggers)$/

const refMeant = (word: string, event: CiEvent): boolean => {
  const kind = KINDS[word]
  if (kind) return kind(event)
  return !OTHER_KINDS.test(word) && (event.ref.name === null || isMeant(word.replace(/@.*$/, ''), event.ref.name))
}

const byOnly = (job: Keys, event: CiEvent): Chance => {
  const refs = (key: string): string[] | null => {
    const said = job.get(key)
    const held = said instanceof Map ? said.get('refs') : said
    return held === undefined ? null : textsOf(held)
  }
  const only = refs('only') ?? ['branches', 'tags']
  const taken = only.some((word) => refMeant(word, event)) && !(refs('except') ?? []).some((word) => refMeant(word, event))
  return taken ? 'runs' : 'never'
}

const MOST_LINES = 2_000

const RESERVED = /^(?:default|include|stages|variables|workflow|image|services|cache|before_script|after_script|spec)$/

/** The lines of a script; `!reference [job, script]` stands for another's. */
const linesOf = (script: Yaml | undefined, all: Keys, depth = 0, room = { left: MOST_LINES }): string[] =>
  listOf(script).flatMap((one) => {
    room.left -= 1
    if (typeof one === 'string') return [one]
    const to = textsOf(pick(one, '!reference'))
    return to.length > 1 && depth < DEEPEST && room.left > 0
      ? linesOf(pick(extended(to[0]!, all), ...to.slice(1)), all, depth + 1, room)
      : []
  })

/** What the jobs of GitLab deploy at an event. */
export const judgeGitlab = (event: CiEvent, what: string, shop: Shop, file = GITLAB, depth = 0): Found | null => {
  const all = load(file, shop.top, shop.world, { files: MOST_FILES })
  if (all === null) return { verdict: 'opaque', because: `${file}, which cannot be read, may deploy ${what}` }
  const set = valuesOf(all.get('variables'))
  const flow = pick(all, 'workflow', 'rules')
  const whole = flow === undefined ? 'runs' : byRules(flow, 'always', variablesOf(event, set))
  const names = [...all.keys()].filter((name) => !RESERVED.test(name) && !name.startsWith('.') && all.get(name) instanceof Map)
  const chances = new Map<string, Chance>()
  const chance = (name: string, left = DEEPEST): Chance => {
    const seen = chances.get(name)
    if (seen) return seen
    const job = extended(name, all)
    const when = textAt(job, 'when') || 'on_success'
    const rules = job.get('rules')
    const lookup = variablesOf(event, { ...set, ...valuesOf(job.get('variables')) })
    const own = rules === undefined ? less(byOnly(job, event), byWhen(when)) : byRules(rules, when, lookup)
    chances.set(name, less(whole, own))
    const needs = left > 0 ? textsOf(job.get('needs')).filter((one) => all.has(one)) : []
    const found = needs.reduce<Chance>((least, one) => less(least, chance(one, left - 1)), less(whole, own))
    chances.set(name, found)
    return found
  }
  return worst(each(names, (name) => judgeJob(name, chance(name), all, event, what, shop, file, depth)))
}

const judgeJob = (
  name: string,
  runs: Chance,
  all: Keys,
  event: CiEvent,
  what: string,
  shop: Shop,
  file: string,
  depth: number,
): Found | null => {
  if (runs === 'never') return null
  const job = extended(name, all)
  const child = textAt(job, 'trigger', 'include') || textAt(listOf(pick(job, 'trigger', 'include'))[0], 'local')
  if (child && depth < 2) return judgeGitlab(event, what, shop, child, depth + 1)
  const script = ['before_script', 'script', 'after_script']
    .flatMap((key) => linesOf(job.get(key) ?? pick(all, 'default', key) ?? all.get(key), all))
    .join('\n')
  const env = { ...valuesOf(all.get('variables')), ...valuesOf(job.get('variables')) }
  const does = weighScript(script, shop, env)
  if (does === null) return null
  const surely = does === 'deploy' && runs === 'runs'
  return {
    verdict: surely ? 'deploy' : 'opaque',
    because: `the job ${name} of ${file} ${surely ? 'deploys' : 'may deploy'} ${what}, without safe-deploy`,
  }
}

/** How far a job of GitLab's deploys that a person starts by hand; `not-here` where there is none of that name. */
export const judgeByHand = (name: string, shop: Shop): 'deploy' | 'opaque' | 'not-here' | null => {
  const all = load(GITLAB, shop.top, shop.world, { files: MOST_FILES })
  if (!all?.has(name)) return 'not-here'
  return weighScript(linesOf(extended(name, all).get('script'), all).join('\n'), shop, {})
}
