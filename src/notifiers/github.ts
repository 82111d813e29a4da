import { fieldOf, parsed } from './answer.ts'
import { clip } from './clip.ts'
import type { Memory, Notice, Outlet, Told } from './outlet.ts'
import type { SpecOf } from './spec.ts'
import { type Failed, makeOutlet, type Try, told, type World } from './try.ts'
import { headOf } from './words.ts'

/** GitHub's own bound. */
const LONGEST_DESCRIPTION = 140
/** Deployments of one incident whose status is seen to at its end. */
const MOST = 10

/** An environment of its own, so that a test leaves nothing on the real one. */
const TEST_ENVIRONMENT = 'safe-deploy-test'

export interface Repository {
  /** owner/name, or null: not known. */
  name: string | null
  token: string
  logUrl: string | null
}

type Ask = (method: 'GET' | 'POST', path: string, body?: object) => ReturnType<Try['ask']>

const asking =
  (one: Try, api: string, { name, token }: Repository): Ask =>
  (method, path, body) => {
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/vnd.github+json',
      'content-type': 'application/json',
      'x-github-api-version': '2022-11-28',
    }
    return one.ask(`${api}/repos/${name}/deployments${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
  }

/** The deployment that was made for this incident and commit before, by whichever machine. */
const found = (body: string, incident: string): string => {
  const all = parsed(body)
  const own = (Array.isArray(all) ? all : []).find((each: unknown) => {
    const payload: unknown = typeof each === 'object' && each !== null ? Reflect.get(each, 'payload') : null
    return fieldOf(typeof payload === 'string' ? parsed(payload) : payload, 'incident') === incident
  })
  return fieldOf(own, 'id')
}

const deploymentFor = async (ask: Ask, one: Try, notice: Notice, environment: string): Promise<{ id: string } | Failed> => {
  const ref = notice.commit ?? ''
  const query = new URLSearchParams({ sha: ref, environment, per_page: '30' })
  const before = await ask('GET', `?${query}`)
  if (!before.ok) return before.failed
  const known = found(before.body, notice.incident)
  if (known !== '') return { id: known }
  const made = await ask('POST', '', {
    ref,
    environment,
    auto_merge: false,
    required_contexts: [],
    description: clip(headOf(notice), LONGEST_DESCRIPTION),
    transient_environment: notice.test,
    payload: { incident: notice.incident, by: 'safe-deploy' },
  })
  if (!made.ok) return made.failed
  const id = fieldOf(parsed(made.body), 'id')
  return id === '' ? one.fail(`answered ${made.status} without a deployment: is api right?`, { final: true }) : { id }
}

const idsIn = (memory: Memory): string[] => (memory.deployments ?? '').split(',').filter((id) => /^\d+$/.test(id))

/** What the newest of an incident's deployments is in the end, and what the others are. */
const endOf = (notice: Notice, newest: boolean): 'success' | 'inactive' =>
  newest && !notice.test && notice.ended?.how === 'adopted' ? 'success' : 'inactive'

const tellWith =
  ({ api, environment }: SpecOf<'github'>, repository: Repository) =>
  async (one: Try, notice: Notice, memory: Memory): Promise<Told> => {
    if (repository.name === null) {
      return one.fail('is not told: which repository? Say repository: owner/name under notify, or set GITHUB_REPOSITORY', { final: true })
    }
    const ask = asking(one, api, repository)
    const status = (id: string, state: string) =>
      ask('POST', `/${id}/statuses`, {
        state,
        description: clip(headOf(notice), LONGEST_DESCRIPTION),
        auto_inactive: false,
        ...(repository.logUrl ? { log_url: repository.logUrl } : {}),
        ...(notice.url ? { environment_url: notice.url } : {}),
      })
    const ids = idsIn(memory)
    if (notice.happening === 'ended') {
      const replies = await Promise.all(ids.map((id, i) => status(id, endOf(notice, i === ids.length - 1))))
      const failed = replies.flatMap((reply) => (reply.ok || reply.status === 404 ? [] : [reply.failed]))
      return failed[0] ?? told(ids.length > 0 ? `deployment ${ids.join(', ')} is over` : 'there is no deployment to end')
    }
    if (!/^[0-9a-f]{40,64}$/.test(notice.commit ?? '')) return told('left out: the commit is not known', memory)
    const deployment = await deploymentFor(ask, one, notice, notice.test ? TEST_ENVIRONMENT : environment)
    if ('ok' in deployment) return deployment
    const { id } = deployment
    const reply = await status(id, 'failure')
    if (!reply.ok) return reply.failed
    return told(`deployment ${id}: failure`, { deployments: [...ids.filter((one) => one !== id), id].slice(-MOST).join(',') })
  }

/**
 * A GitHub deployment of the commit that failed, with the status of it: `failure`, and in the end `inactive`, or `success` where it was proved good after
 * all. Only where repository and commit are known. Memory: ids of the deployments.
 */
export const github = (world: World, id: string, spec: SpecOf<'github'>, repository: Repository): Outlet =>
  makeOutlet(
    world,
    { name: 'GitHub', secrets: [repository.token] },
    {
      id,
      hears: ['opened', 'another', 'ended'],
      // Two that ask at the same moment find none, and each would make one.
      idempotent: false,
      stays: true,
      tell: tellWith(spec, repository),
    },
  )
