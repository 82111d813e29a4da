import type { Reading, World } from '../reading.ts'
import { judgeBuildkite } from './buildkite.ts'
import { judgeCircle } from './circleci.ts'
import { type Found, worst } from './deploys.ts'
import type { CiEvent } from './event.ts'
import { judgeGitlab } from './gitlab.ts'
import type { Host } from './host.ts'
import { MOST_JOBS, type Shop } from './jobs.ts'
import { textAt } from './pick.ts'
import type { ReadLine } from './run-lines.ts'
import { judgeWorkflows, workflowsOf } from './workflows.ts'
import { readYaml } from './yaml-lines.ts'

/** What all pipelines of a repository deploy at an event on a host. */
export type Pipelines = (event: CiEvent, what: string, host: Host) => Found | null

/** The branch that the guard's own config calls the deploy branch; null where it says nothing. */
export const deployBranch = (top: string, world: World): string | null => {
  const text = world.read(`${top}/safe-deploy.yml`)
  return text === null ? null : textAt(readYaml(text), 'read', 'deploy_branch') || null
}

/** Opens the pipelines that lie in a repository; each is read once. */
export const openPipelines = (given: Omit<Shop, 'left'>): Pipelines => {
  const { top, world } = given
  const shop = { ...given, readLine: onceEach(given.readLine), left: { jobs: MOST_JOBS } }
  const branch = deployBranch(top, world)
  const workflows = workflowsOf(shop)
  // What cannot be read deploys no other branch than the one that the config names.
  const readable = workflows.filter((one) => one.yaml !== null)
  const isOther = ({ name, ref }: CiEvent): boolean =>
    branch !== null && name === 'push' && ref.kind === 'branch' && ref.name !== null && ref.name !== branch
  const all = (event: CiEvent) => (isOther(event) ? readable : workflows)
  return (event, what, host) =>
    host === 'none'
      ? null
      : worst([
          host === 'gitlab' ? null : judgeWorkflows(all(event), { ...event, main: event.main ?? branch }, what, shop),
          host === 'github' ? null : judgeGitlab({ ...event, main: event.main ?? branch }, what, shop),
          judgeCircle(event, what, shop),
          judgeBuildkite(event, what, shop),
        ])
}

/** Scripts of one repository that are read for one command. */
const MOST_SCRIPTS = 1_000
const TOO_MANY: Reading = {
  verdict: 'opaque',
  way: 'unreadable',
  command: null,
  through: [],
  because: 'there are more scripts than are read',
}

/** Many branches run the same scripts. */
const onceEach = (readLine: ReadLine): ReadLine => {
  const read = new Map<string, Reading>()
  return (script, world) => {
    const key = JSON.stringify([script, world.cwd, world.env])
    const reading = read.get(key) ?? (read.size < MOST_SCRIPTS ? readLine(script, world) : TOO_MANY)
    read.set(key, reading)
    return reading
  }
}
