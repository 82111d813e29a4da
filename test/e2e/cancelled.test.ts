import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startAction } from '../support/action.ts'
import { built } from '../support/built.ts'
import { laterBy } from '../support/later.ts'
import type { Furniture } from '../support/open-house.ts'
import { toolsRunning } from '../support/settled.ts'
import { until } from '../support/started.ts'
import { type Clone, JOB, openTeam, SHARED, type Team } from '../support/team.ts'

const SLOW = 300_000
const HOURS = 3_600_000

/** A release command that runs as long as a file is there that is not of the image: so fly can be caught in the act. */
const HELD = `app = "everflow"
[http_service]
  internal_port = 8080
[deploy]
  release_command = "echo begun; while [ -f $HOME/hold ]; do sleep 0.1; done"
`

/** A job that deploys what was merged, and can be cancelled. */
const startJob = (team: Team) => {
  team.a.change('two', 'Serve two')
  const clone = team.clone('job', ['--depth=1'], JOB)
  const env = { ...team.house.env, FLY_API_TOKEN: 'for the pocket fly, which asks for none' }
  const run = startAction({ env, workspace: clone.root, path: built(), temporary: join(team.house.dir, 'runner') })
  const says = (text: string) => until(() => run.said().includes(text), `says ${text}: ${run.said()}`)
  return { ...run, clone, says }
}

/** Whoever comes next, on a machine that saw nothing of it. */
const nextJob = (team: Team): Clone => team.clone('next', ['--depth=1'], JOB)

const inTeam = async (act: (team: Team) => Promise<void>, furniture: Furniture = {}): Promise<void> => {
  const team = await openTeam(furniture)
  try {
    await act(team)
  } finally {
    await team.close()
  }
}

const holdFile = ({ house }: Team): string => join(house.dir, 'hold')

describe.concurrent('a job that is cancelled: INT to its one process, TERM 7.5 s later, KILL 2.5 s after that', () => {
  test(
    'before the intent: nothing was begun, and nobody is blocked',
    () =>
      inTeam(async (team) => {
        const [tip, deploys, calls] = [team.tip(), team.house.deploys(), team.house.calls().length]
        team.house.scenario('slow')
        const job = startJob(team)
        await until(() => team.house.calls().length > calls, 'it reads the platform')
        await job.cancel()
        const end = await job.done
        team.house.scenario('none')
        expect(end.exit, end.log).toBe(130)
        expect(end.outputs).toMatchObject({ outcome: 'interrupted', code: 'INTERRUPTED' })
        expect(end.summary).toContain('Nothing was deployed')
        expect([team.tip(), team.house.deploys()]).toEqual([tip, deploys])
        expect(await nextJob(team).status()).toBe(0)
      }),
    SLOW,
  )

  test.each([
    { how: 'stops when it is asked', scenario: 'none', says: 'begun', outcome: 'unchanged' },
    { how: 'swallows INT', scenario: 'hang', says: 'Watch your deployment', outcome: 'not-started' },
  ])(
    'during a fly deploy that $how: the ledger says that it was left, and the next job finds out what it did without waiting for a deadline',
    ({ scenario, says, outcome }) =>
      inTeam(
        async (team) => {
          team.house.scenario(scenario, 'once')
          writeFileSync(holdFile(team), '')
          const job = startJob(team)
          await job.says(says)
          await job.cancel()
          const end = await job.done
          expect(end.exit, end.log).toBe(22)
          expect(end.log).toContain('SIGINT: asked fly to stop once')
          expect(end.outputs).toMatchObject({ outcome: 'unknown', code: 'OUTCOME_UNKNOWN', halted: '' })
          expect(toolsRunning(team.house)).toEqual([])
          expect(team.ledger()?.core).toMatchObject({ halt: null, open: { left: true } })
          rmSync(holdFile(team))
          const next = nextJob(team)
          expect(await next.status()).toBe(14)
          const plan = await next.json(['plan'])
          expect([plan.code, plan.refusal?.code], plan.out).toEqual([14, 'OVERDUE'])
          const told = await next.json(['deploy'])
          expect([told.code, told.refusal?.code], told.out).toEqual([12, 'HALTED'])
          expect(team.ledger()?.core).toMatchObject({ open: null, halt: { outcome } })
          expect((await next.json(['rollback'])).code).toBe(0)
          expect(await next.status()).toBe(0)
        },
        { files: { 'fly.toml': HELD } },
      ),
    SLOW,
  )

  test(
    'during a fly deploy that nothing but KILL ends: it stays open, and is settled when its deadline is over',
    () =>
      inTeam(async (team) => {
        team.house.scenario('hang-hard', 'once')
        const job = startJob(team)
        await job.says('Watch your deployment')
        await job.cancel()
        const end = await job.done
        expect([end.exit, end.signal], end.log).toEqual([null, 'SIGKILL'])
        await until(() => toolsRunning(team.house).length === 0, 'fly is gone')
        expect(team.ledger()?.core.open).toMatchObject({ because: 'Serve two' })
        expect(team.ledger()?.core.open?.left).toBeUndefined()
        const next = nextJob(team)
        expect((await next.json(['deploy', '--wait=0s'])).code).toBe(14)
        const told = await next.json(['deploy'], laterBy(team.house, 3 * HOURS))
        expect([told.code, told.refusal?.code], told.out).toEqual([12, 'HALTED'])
        expect(team.ledger()?.core).toMatchObject({ open: null, halt: { outcome: 'not-started' } })
      }),
    SLOW,
  )

  test(
    'during the bake: the deploy is done, and the next job proves it',
    () =>
      inTeam(
        async (team) => {
          const job = startJob(team)
          await job.says('Visit your newly deployed app')
          await until(() => job.said().includes('::endgroup::'), 'fly has returned')
          await job.cancel()
          const end = await job.done
          expect(end.exit, end.log).toBe(22)
          expect(end.log).toContain('Left before the deploy was verified')
          expect(team.ledger()?.core).toMatchObject({ halt: null, open: { left: true, because: 'Serve two' } })
          const next = nextJob(team)
          const told = await next.json(['deploy'])
          expect(told.code, told.out).toBe(0)
          expect(team.ledger()?.core).toMatchObject({ open: null, halt: null, good: [{ because: 'Serve two', level: 'probed' }, {}] })
        },
        { config: SHARED.replace('bake: 0s', 'bake: 5s') },
      ),
    SLOW,
  )
})
