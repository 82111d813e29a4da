import { type Found, namesDeploy, worst } from './deploys.ts'
import type { CiEvent } from './event.ts'
import type { Shop } from './jobs.ts'
import { isMeant } from './matches.ts'
import { listOf, pairsOf, pick, textAt, textsOf } from './pick.ts'
import { weighScript } from './steps.ts'
import type { Yaml } from './yaml-flow.ts'
import { readYaml } from './yaml-lines.ts'

const FILE = '.circleci/config.yml'
const DEEPEST = 6

/** A job's place in a workflow. */
interface Entry {
  /** As it is called there. */
  name: string
  /** What it is. */
  job: string
  with: Yaml
}

const entriesOf = (workflow: Yaml | undefined): Entry[] =>
  listOf(pick(workflow, 'jobs')).flatMap((one) => {
    if (typeof one === 'string') return [{ name: one, job: one, with: '' }]
    const [job, held] = pairsOf(one)[0] ?? []
    return job === undefined || held === undefined ? [] : [{ name: textAt(held, 'name') || job, job, with: held }]
  })

/** Do the filters of an entry let the ref in? Without any, branches are let in and tags are not. */
const letsIn = (entry: Entry, { ref }: CiEvent): boolean => {
  const filters = pick(entry.with, 'filters', ref.kind === 'branch' ? 'branches' : 'tags')
  if (filters === undefined) return ref.kind === 'branch'
  const { name } = ref
  if (name === null) return true
  const [only, ignore] = [pick(filters, 'only'), pick(filters, 'ignore')]
  const meant = (words: Yaml): boolean => textsOf(words).some((word) => isMeant(word, name))
  return (only === undefined || meant(only)) && (ignore === undefined || !meant(ignore))
}

/** Does a person have to approve first? */
const waits = (entry: Entry, all: readonly Entry[], seen = new Set<Entry>()): boolean => {
  if (textAt(entry.with, 'type') === 'approval') return true
  seen.add(entry)
  const before = textsOf(pick(entry.with, 'requires'))
  return all.some((one) => before.includes(one.name) && !seen.has(one) && waits(one, all, seen))
}

/** `<< parameters.args >>` as the entry gives it, else as the job has it. */
const filledIn = (text: string, given: Yaml, declared: Yaml | undefined): string =>
  text.replace(
    /<<\s*parameters\.([\w-]+)\s*>>/g,
    (_all, name: string) => textAt(given, name) || textAt(declared, name, 'default') || 'EXPR',
  )

/** What the steps of one job may come to, own commands followed. */
const MOST_STEPS = 2_000

interface Steps {
  config: Yaml
  /** What the job or command is handed, and what it has where it is not. */
  given: Yaml
  declared: Yaml | undefined
  depth: number
  room: { left: number }
}

/** The lines that steps run, own commands followed. */
const linesOf = (steps: Yaml | undefined, at: Steps): string[] =>
  at.depth > DEEPEST
    ? []
    : listOf(steps).flatMap((step) => {
        at.room.left -= 1
        if (at.room.left < 0) return []
        if (typeof step === 'string') return commandLines(step, '', at)
        const [name = '', held = ''] = pairsOf(step)[0] ?? []
        if (name === 'run') return [filledIn(typeof held === 'string' ? held : textAt(held, 'command'), at.given, at.declared)]
        if (name === 'when' || name === 'unless') return linesOf(pick(held, 'steps'), { ...at, depth: at.depth + 1 })
        return commandLines(name, held, at)
      })

const commandLines = (name: string, held: Yaml, at: Steps): string[] => {
  const command = pick(at.config, 'commands', name)
  const inner = { ...at, given: held, declared: pick(command, 'parameters'), depth: at.depth + 1 }
  // What an orb of fly's does is made elsewhere.
  if (command === undefined) return namesDeploy(inOrb(name, at.config)) ? ['flyctl "$ORB"'] : []
  return linesOf(pick(command, 'steps'), inner)
}

/** `f/deploy` with the orb that `f` stands for. */
const inOrb = (name: string, config: Yaml): string => (name.includes('/') ? `${textAt(config, 'orbs', name.split('/')[0]!)} ${name}` : '')

/** What CircleCI deploys at a push. */
export const judgeCircle = (event: CiEvent, what: string, shop: Shop): Found | null => {
  const text = event.name === 'push' ? shop.world.read(`${shop.top}/${FILE}`) : null
  if (text === null) return null
  const config = readYaml(text)
  if (config === null) return namesDeploy(text) ? { verdict: 'opaque', because: `${FILE}, which cannot be read, may deploy ${what}` } : null
  const workflows = pairsOf(pick(config, 'workflows')).filter(([, one]) => one instanceof Map && pick(one, 'triggers') === undefined)
  return worst(workflows.flatMap(([, workflow]) => judgeWorkflow(workflow, config, event, what, shop)))
}

const judgeWorkflow = (workflow: Yaml, config: Yaml, event: CiEvent, what: string, shop: Shop): (Found | null)[] => {
  const all = entriesOf(workflow)
  const conditional = pick(workflow, 'when') !== undefined || pick(workflow, 'unless') !== undefined
  return all
    .filter((entry) => letsIn(entry, event) && !waits(entry, all))
    .map((entry) => {
      const does = judgeEntry(entry, config, shop)
      const surely = does === 'deploy' && !conditional
      return does === null
        ? null
        : {
            verdict: surely ? 'deploy' : 'opaque',
            because: `the job ${entry.job} of ${FILE} ${surely ? 'deploys' : 'may deploy'} ${what}, without safe-deploy`,
          }
    })
}

const judgeEntry = (entry: Entry, config: Yaml, shop: Shop): 'deploy' | 'opaque' | null => {
  const job = pick(config, 'jobs', entry.job)
  if (job === undefined) return namesDeploy(inOrb(entry.job, config)) ? 'opaque' : null
  const at = { config, given: entry.with, declared: pick(job, 'parameters'), depth: 0, room: { left: MOST_STEPS } }
  return weighScript(linesOf(pick(job, 'steps'), at).join('\n'), shop, {})
}
