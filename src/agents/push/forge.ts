import type { World } from '../reading.ts'
import { each, type Found, worst } from './deploys.ts'
import { type CiEvent, pushOf, type Ref } from './event.ts'
import { known } from './expression.ts'
import { readGitArgs } from './git-args.ts'
import { type Host, mainBranch, nameAt } from './host.ts'
import { MOST_JOBS, type Shop } from './jobs.ts'
import { pairsOf, pick, textAt } from './pick.ts'
import { deployBranch, openPipelines } from './pipelines.ts'
import { remoteOf } from './pushed.ts'
import { openRepository } from './repository.ts'
import type { ReadLine } from './run-lines.ts'
import { judgeWorkflows, type Workflow, workflowsOf } from './workflows.ts'

/** A repository's host, asked to start things from here. */
export interface Forge {
  shop: Shop
  workflows: readonly Workflow[]
  /** `owner/name`; null where no remote tells. */
  name: string | null
  /** Its default branch, as far as known. */
  main: string | null
  /** What an event deploys. */
  judge: (name: CiEvent['name'], ref: Ref, what: string, type?: string) => Found | null
  /** What one workflow deploys when it is started with inputs. */
  judgeOne: (workflow: Workflow, ref: string | null, inputs: ReadonlyMap<string, string>) => Found | null
  /** Does anything here deploy at all? */
  deploys: () => boolean
}

/** The repository in which a command of `gh` or `glab` works; null where there is none. */
export const openForge = (world: World, readLine: ReadLine, host: Host): Forge | null => {
  const repository = openRepository(readGitArgs([], world), world)
  if (!repository) return null
  const { config, top } = repository
  const remote = remoteOf(repository)
  const name = nameAt(config.get(`remote.${remote}.url`))
  const main = mainBranch(remote, repository) ?? deployBranch(top, world)
  const shop = { world, top, readLine, left: { jobs: MOST_JOBS } }
  const pipelines = openPipelines(shop)
  const workflows = workflowsOf(shop)
  const event = (kind: CiEvent['name'], ref: Ref): CiEvent => ({ ...pushOf(ref, { repository: name, main }), name: kind })
  const judge: Forge['judge'] = (kind, ref, what, type) => pipelines({ ...event(kind, ref), type: type ?? null }, what, host)
  return {
    shop,
    workflows,
    name,
    main,
    judge,
    judgeOne: (one, ref, inputs) => {
      const at = { ...event('workflow_dispatch', { kind: 'branch', name: ref ?? main }), inputs: inputsOf(one, inputs) }
      return judgeWorkflows([one], at, 'when it is run', shop)
    },
    deploys: () => worst(each(ANYTHING, ([kind, ref]) => judge(kind, ref, 'something'))) !== null,
  }
}

const ANYTHING: readonly (readonly [CiEvent['name'], Ref])[] = [
  ['push', { kind: 'branch', name: null }],
  ['push', { kind: 'tag', name: null }],
  ['release', { kind: 'tag', name: null }],
  ['workflow_dispatch', { kind: 'branch', name: null }],
  ['repository_dispatch', { kind: 'branch', name: null }],
]

/** What a person gives, over what the workflow says itself. */
const inputsOf = ({ yaml }: Workflow, given: ReadonlyMap<string, string>): CiEvent['inputs'] => {
  const declared = pairsOf(pick(yaml, 'on', 'workflow_dispatch', 'inputs')).map(([name, one]) => [name, textAt(one, 'default')] as const)
  return new Map([...declared, ...given].map(([name, text]) => [name.toLowerCase(), known(text === 'false' ? false : text)]))
}
