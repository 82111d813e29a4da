import type { Settings } from '../../config/settings.ts'
import { next, refuse } from '../../errors.ts'
import type { Acknowledged } from '../../ledger/events.ts'
import type { State } from '../../ledger/state.ts'
import type { Desk } from '../desk.ts'
import { wasUsed } from './used.ts'

const TIMEOUT_MS = 15_000

type Approval = NonNullable<Acknowledged['approval']>
type Policy = NonNullable<Settings['acknowledge']['approval']>

/**
 * Finds the approval of the run of GitHub Actions this is: of the workflow and environment that policy names, begun after the halt, given by somebody
 * else than who started it, and used only once. All of it comes from the host's API at the place that policy names; the environment says no more than
 * which run to ask about.
 * @throws ACK_NOT_APPROVED
 */
export const approvalHere = async (desk: Desk, state: State, policy: Policy | null): Promise<Approval> => {
  if (!policy) throw notApproved('acknowledge.approval of the known good names no repository, workflow and environment')
  const run = desk.env.GITHUB_RUN_ID ?? ''
  const token = desk.env.GITHUB_TOKEN ?? ''
  if (!/^\d{1,20}$/.test(run) || token === '') throw notApproved('this is no job of GitHub Actions with GITHUB_RUN_ID and GITHUB_TOKEN')
  desk.hide([token])
  const ask = asking(desk, `${policy.api}/repos/${policy.repository}/actions/runs/${run}`, token)
  const [what, approvals] = [await ask(''), await ask('/approvals')]
  const starters = startedAsAsked(what, policy, state)
  const by = approversIn(approvals, policy.environment).find((login) => !starters.includes(login))
  if (by === undefined) throw notApproved(`nobody but ${starters.join(' and ')} approved ${policy.environment} of run ${run}`)
  if (await wasUsed(desk, ({ approval }) => approval?.run === run)) throw notApproved(`run ${run} has acknowledged already`)
  return { run, environment: policy.environment, by }
}

const asking =
  (desk: Desk, url: string, token: string) =>
  async (path: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' }
    const answer = await desk.http.get(`${url}${path}`, TIMEOUT_MS, headers).catch((error: Error) => {
      throw notApproved(`the host's API did not answer: ${error.message}`)
    })
    if (answer.status !== 200) throw notApproved(`the host's API answered ${answer.status}; the token needs actions: read`)
    try {
      return JSON.parse(answer.body)
    } catch {
      throw notApproved('the host’s API answered something else than JSON')
    }
  }

type Loose = Record<string, unknown>
const table = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {})
const login = (value: unknown): string => String(table(value).login ?? '')

/** @returns who started it, and who ran it again */
const startedAsAsked = (run: unknown, policy: Policy, { core }: State): string[] => {
  const { path, created_at, status, triggering_actor, actor } = table(run)
  if (String(path).split('@')[0] !== policy.workflow) throw notApproved(`the run is of ${String(path)}, not of ${policy.workflow}`)
  if (status !== 'in_progress') throw notApproved(`the run is ${String(status)}, not in progress`)
  if (core.halt && !(Date.parse(String(created_at)) > Date.parse(core.halt.since))) throw notApproved('the run began before the halt')
  const starters = [...new Set([login(triggering_actor), login(actor)].filter((name) => name !== ''))]
  if (starters.length === 0) throw notApproved('the host does not say who started the run')
  return starters
}

const approversIn = (approvals: unknown, environment: string): string[] =>
  (Array.isArray(approvals) ? approvals : []).flatMap((one) => {
    const { state, environments, user } = table(one)
    const named = (Array.isArray(environments) ? environments : []).some((each) => table(each).name === environment)
    return state === 'approved' && named && login(user) !== '' ? [login(user)] : []
  })

const notApproved = (why: string): Error =>
  refuse('ACK_NOT_APPROVED', {
    what: 'Policy asks for an approval on the host, and none is there.',
    why: [why],
    who: 'a reviewer of the environment, who did not start the run',
    next: [next('a rollback is always open', ['safe-deploy', 'rollback'])],
  })
