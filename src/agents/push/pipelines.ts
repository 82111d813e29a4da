import type { World } from '../reading.ts'
import { type Found, worst } from './deploys.ts'
import type { CiEvent } from './event.ts'
import type { Host } from './host.ts'
import type { Shop } from './jobs.ts'
import { textAt } from './pick.ts'
import { judgeWorkflows, workflowsOf } from './workflows.ts'
import { readYaml } from './yaml-lines.ts'

/** What all pipelines of a repository deploy at an event on a host. */
export type Pipelines = (event: CiEvent, what: string, host: Host) => Found | null

/** The branch that the guard's own config calls the deploy branch; null where it says nothing. */
const deployBranch = (top: string, world: World): string | null => {
  const text = world.read(`${top}/safe-deploy.yml`)
  return text === null ? null : textAt(readYaml(text), 'read', 'deploy_branch') || null
}

/** Opens the pipelines that lie in a repository; each is read once. */
export const openPipelines = (shop: Shop): Pipelines => {
  const { top, world } = shop
  const branch = deployBranch(top, world)
  const workflows = workflowsOf(shop)
  // What cannot be read deploys no other branch than the one that the config names.
  const readable = workflows.filter((one) => one.yaml !== null)
  const all = (event: CiEvent) => (branch !== null && event.name === 'push' && event.ref.name !== branch ? readable : workflows)
  return (event, what, host) =>
    worst([host === 'gitlab' || host === 'none' ? null : judgeWorkflows(all(event), { ...event, main: event.main ?? branch }, what, shop)])
}
