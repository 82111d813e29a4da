import { makeClock } from '../../src/adapters/clock.ts'
import { makeHttp } from '../../src/adapters/http.ts'
import { makeOutlets, type OutletDeps } from '../../src/notifiers/make.ts'
import type { Notice, Outlet } from '../../src/notifiers/outlet.ts'
import type { NotifySpec } from '../../src/notifiers/spec.ts'

const COMMIT = 'c0ffee'.padEnd(40, '1')

/** A halt as an outlet hears of it, with what a test says on top. */
export const notice = (over: Partial<Notice> = {}): Notice => ({
  v: 1,
  happening: 'opened',
  app: 'everflow',
  incident: '01JHALT',
  halt: '01JHALT',
  since: '2026-11-28T12:00:00.000Z',
  at: '2026-11-28T12:00:05.000Z',
  outcome: 'unhealthy',
  why: '2 of 3 checks fail: password authentication failed',
  by: 'kim (terminal)',
  serving: 'v118 (3f2c9a1b77de)',
  suspect: 'app/settings.py: env_file=".env" is gone',
  counts: { failures: 1, refused: 0, rollbacks: 0, atLeast: false },
  cause: null,
  ended: null,
  ways: [{ says: 'back to the last known good', type: 'safe-deploy rollback --app=everflow' }],
  url: 'https://everflow.fly.dev',
  commit: COMMIT,
  test: false,
  ...over,
})

export const ended = (over: Partial<Notice> = {}): Notice =>
  notice({
    happening: 'ended',
    halt: null,
    at: '2026-11-28T12:53:00.000Z',
    counts: { failures: 3, refused: 2, rollbacks: 1, atLeast: false },
    cause: 'the env file was not loaded any more',
    ended: { at: '2026-11-28T12:53:00.000Z', how: 'rolled back', by: 'kim', because: 'back to v118' },
    ...over,
  })

export const deps = (env: Record<string, string> = {}, over: Partial<OutletDeps> = {}): OutletDeps => ({
  env,
  http: makeHttp(),
  clock: makeClock(),
  ...over,
})

/** The one outlet of a spec, over real HTTP. */
export const only = (spec: NotifySpec, env: Record<string, string> = {}, over: Partial<OutletDeps> = {}): Outlet => {
  const [outlet] = makeOutlets([spec], deps(env, over)).outlets
  if (!outlet) throw new Error('an env key is missing')
  return outlet
}
