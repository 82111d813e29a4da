import { alertOf } from './alert.ts'
import { fieldOf, parsed } from './answer.ts'
import { clip, oneLine } from './clip.ts'
import type { Notice, Outlet, Told } from './outlet.ts'
import type { RelaySpec } from './spec.ts'
import { attempt, json, makeOutlet, type Try, told, type World } from './try.ts'
import { headOf } from './words.ts'

/** A relay with its env keys read. */
export interface Reached {
  base: string
  token: string
}

/** Opens and closes the window of one attempt: the app is live and not verified yet. */
export interface DeployRelay {
  id: string
  began(app: string, attempt: string, ttlS: number, because: string, by: string): Promise<Told>
  over(app: string): Promise<Told>
}

const TEST_S = 60
/** What a window of an attempt may cost the attempt. */
const WINDOW_MS = 3000

interface Quiet {
  app: string
  ttl_s: number
  because: string
  by: string
  reason: 'halt' | 'deploy'
  incident?: string
  alert?: { labels: Readonly<Record<string, string>>; annotations: Readonly<Record<string, string>> }
}

const sideOf = ({ base, token }: Reached) => ({ name: 'The relay', secrets: [base, token] })

const post = async (one: Try, { base, token }: Reached, path: string, body: object): Promise<Told> => {
  const reply = await one.ask(`${base}/v1/${path}`, json(body, { authorization: `Bearer ${token}` }))
  if (!reply.ok) return reply.failed
  const said = parsed(reply.body)
  if (typeof said !== 'object' || said === null)
    return one.fail(`answered ${reply.status} without JSON: is the URL right?`, { final: true })
  const window: unknown = Reflect.get(said, 'window')
  const until = fieldOf(window, 'until')
  const more = [fieldOf(said, 'said'), fieldOf(said, 'warning')].flatMap((text) => (text === '' ? [] : [clip(oneLine(text), 200)]))
  return told([path === 'release' ? releasedSaid(said, window) : `quiet${until && ` until ${clip(until, 40)}`}`, ...more].join('; '))
}

const releasedSaid = (said: object, window: unknown): string => {
  if (Reflect.get(said, 'released') === false) return 'there was nothing to release'
  return window ? 'released; other reasons keep the window' : 'released'
}

/** The relay wants to know by whom. */
const byIn = (by: string): string => clip(by, 200).trim() || 'safe-deploy'

const quiet = async (one: Try, reached: Reached, body: Quiet): Promise<Told> =>
  post(one, reached, 'quiet', {
    ...body,
    ttl_s: Math.max(1, Math.round(body.ttl_s)),
    because: clip(body.because, 500),
    by: byIn(body.by),
  })

/**
 * The storm relay: a halt makes the app's own alarms quiet for a time that later commands renew, the end lets them through again. The alert goes along
 * for a relay that renews alerts.
 * @param labels of the alert, as the Alertmanager outlet has them
 */
export const relay = (world: World, id: string, spec: RelaySpec, reached: Reached, labels: Readonly<Record<string, string>>): Outlet =>
  makeOutlet(world, sideOf(reached), {
    id,
    hears: ['opened', 'another', 'counted', 'acknowledged', 'renewed', 'ended'],
    idempotent: true,
    stays: true,
    tell: async (one, notice: Notice) => {
      const app = spec.app ?? notice.app
      if (notice.happening === 'ended')
        return post(one, reached, 'release', { app, reason: 'halt', by: byIn(notice.ended?.by ?? notice.by) })
      return quiet(one, reached, {
        app,
        ttl_s: notice.test ? TEST_S : spec.ttlMs / 1000,
        because: headOf(notice),
        by: notice.by,
        reason: 'halt',
        incident: notice.incident,
        alert: alertOf(notice, labels),
      })
    },
  })

/** The same relay, as an attempt uses it. */
export const deployRelay = (world: World, id: string, { app: known }: RelaySpec, reached: Reached): DeployRelay => ({
  id,
  began: (app, run, ttlS, because, by) =>
    attempt(world, sideOf(reached), WINDOW_MS, (one) =>
      quiet(one, reached, { app: known ?? app, ttl_s: ttlS, because: `attempt ${run}: ${because}`, by, reason: 'deploy' }),
    ),
  over: (app) =>
    attempt(world, sideOf(reached), WINDOW_MS, (one) =>
      post(one, reached, 'release', { app: known ?? app, reason: 'deploy', by: 'safe-deploy' }),
    ),
})
