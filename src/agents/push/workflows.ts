import { each, type Found, namesDeploy, worst } from './deploys.ts'
import type { CiEvent } from './event.ts'
import { judgeJobs, type Shop } from './jobs.ts'
import { pick, textAt } from './pick.ts'
import { isNamed, isTriggered } from './triggers.ts'
import type { Yaml } from './yaml-flow.ts'
import { readYaml } from './yaml-lines.ts'

/** A workflow of GitHub's. */
export interface Workflow {
  /** `.github/workflows/fly.yml` */
  file: string
  /** Null where it cannot be had as text. */
  text: string | null
  /** Null where it could not be read as YAML. */
  yaml: Yaml | null
  /** As it names itself, else its file. */
  name: string
}

const WORKFLOWS = '.github/workflows'

/** More than any repository has. */
const MOST_FILES = 200

/** The workflows that lie in a repository. */
export const workflowsOf = (shop: Shop): Workflow[] =>
  shop.world
    .list(`${shop.top}/${WORKFLOWS}`)
    .filter((name) => /\.ya?ml$/.test(name))
    .slice(0, MOST_FILES)
    .map((name) => {
      const file = `${WORKFLOWS}/${name}`
      const text = shop.world.read(`${shop.top}/${file}`)
      const yaml = text === null ? null : readYaml(text)
      return { file, text, yaml, name: textAt(yaml, 'name') || file }
    })

/** Workflows that one event is followed through. */
const LONGEST_CHAIN = 60

/** What the workflows of a repository deploy at an event, those that follow included. `what` is how the event reads: `what is pushed to main`. */
export const judgeWorkflows = (workflows: readonly Workflow[], event: CiEvent, what: string, shop: Shop): Found | null =>
  judgeChain(workflows, workflows, event, what, shop, new Set())

/** Those that start at the event, then those that start when one of them ends; each once. */
const judgeChain = (
  some: readonly Workflow[],
  all: readonly Workflow[],
  event: CiEvent,
  what: string,
  shop: Shop,
  seen: Set<string>,
): Found | null =>
  worst(
    each(some, (one) => {
      if (one.yaml === null) return event.after === null ? judgeUnread(one, event, what) : null
      if (seen.has(one.file) || !isTriggered(pick(one.yaml, 'on'), event)) return null
      seen.add(one.file)
      const named = event.named || isNamed(pick(one.yaml, 'on'), event)
      const own = judgeJobs(one.yaml, one.file, { ...event, named }, what, shop)
      if (own?.verdict === 'deploy' || seen.size > LONGEST_CHAIN) return own
      return worst([own, judgeChain(all, all, { ...event, name: 'workflow_run', after: one.name }, what, shop, seen)])
    }),
  )

/** A workflow that cannot be read deploys perhaps, if it speaks of it and of the event. */
const judgeUnread = (one: Workflow, event: CiEvent, what: string): Found | null => {
  const speaks = one.text === null || (namesDeploy(one.text) && (one.text.includes(event.name) || one.text.includes('workflow_run')))
  return speaks ? { verdict: 'opaque', because: `${one.file}, which cannot be read, may deploy ${what}` } : null
}
