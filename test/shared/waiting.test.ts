import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startHeld } from '../support/held.ts'
import type { Told } from '../support/house.ts'
import { start } from '../support/started.ts'
import { JOB, openTeam, SHARED, type Team } from '../support/team.ts'

const SLOW = 240_000

const inTeam = async (act: (team: Team) => Promise<void>, furniture: Parameters<typeof openTeam>[0] = {}): Promise<void> => {
  const team = await openTeam(furniture)
  try {
    await act(team)
  } finally {
    await team.close()
  }
}

const ended = ({ code, refusal }: Told) => ({ code, refused: refusal?.code ?? null })
/** A smoke that takes as long as a file lies beside the clone. */
const HOLDING = `${SHARED}test: { smoke: [{ name: hold, run: 'while [ -e "../hold-$(basename "$PWD")" ]; do sleep 0.1; done' }] }\n`
const LINE = /Waiting for the deploy that Ada \(agent, \S+\) began [^,]+, \d+ (?:seconds|minutes?) at most: serve two/

describe.concurrent('waiting behind an open deploy', () => {
  test(
    'two wait, a job without being told to: after a good end one deploys, and the other finds it done',
    () =>
      inTeam(async (team) => {
        const { house, a } = team
        const bea = team.clone('bea')
        const { run, release } = await startHeld(house, a, 'two')
        bea.git('pull', '-q')
        bea.change('three', 'Serve three')
        const ci = team.clone('job', ['--depth', '1'], JOB)
        const deploys = house.deploys()
        const job = start(house, ['deploy'], { env: JOB.env ?? {}, cwd: ci.root })
        const person = start(house, ['deploy', '--wait=3m', '--because=serve three'], { cwd: bea.root })
        await Promise.all([job.says('Waiting'), person.says('Waiting')])
        expect(house.deploys()).toBe(deploys)
        release()
        const [first, ...others] = await Promise.all([run.done, job.done, person.done])
        expect(first.code, first.out).toBe(0)
        for (const other of others) {
          expect(other.code, other.out + other.err).toBe(0)
          expect((other.out + other.err).match(new RegExp(LINE, 'g')), other.out).toHaveLength(1)
        }
        expect(house.deploys()).toBe(deploys + 2)
        expect(team.ledger()?.core).toMatchObject({ open: null, halt: null, good: [{}, { because: 'serve two' }, {}] })
        expect(team.ledger()?.core.good[0]?.commit).toBe(bea.git('rev-parse', 'HEAD'))
      }),
    SLOW,
  )

  test(
    'after a failure it ends refused, and nothing is deployed',
    () =>
      inTeam(async (team) => {
        const { house, a } = team
        const ci = team.clone('job', ['--depth', '1'], JOB)
        const { run, release } = await startHeld(house, a, 'two')
        house.scenario('unhealthy', 'once')
        const job = start(house, ['deploy', '--json'], { env: JOB.env ?? {}, cwd: ci.root })
        await job.says('Waiting')
        const looker = start(house, ['status', '--wait=3m', '--exit-code'], { cwd: a.root })
        await looker.says('Ada is deploying since')
        release()
        expect((await run.done).code).toBe(20)
        const deploys = house.deploys()
        const told = await job.done
        expect(told.code, told.out + told.err).toBe(12)
        expect(told.out).toContain('"HALTED"')
        expect((await looker.done).code).toBe(12)
        expect(house.deploys()).toBe(deploys)

        const again = await ci.json(['deploy', '--wait=10m'])
        expect(ended(again), again.out).toEqual({ code: 12, refused: 'HALTED' })
        expect(again.out).not.toContain('Waiting')
      }),
    SLOW,
  )

  test(
    'never without being asked, never behind a freeze, and no longer than was said',
    () =>
      inTeam(async (team) => {
        const { house, a } = team
        const bea = team.clone('bea')
        const { run, release } = await startHeld(house, a, 'two')
        const at = async (...words: string[]) => {
          const told = await bea.json(['deploy', '--because=mine', ...words])
          return { ...ended(told), waited: told.out.includes('Waiting') }
        }
        expect(await at()).toEqual({ code: 14, refused: 'DEPLOYING', waited: false })
        expect(await at('--wait=1s')).toEqual({ code: 14, refused: 'DEPLOYING', waited: true })
        expect((await bea.json(['freeze', '--for=1h', '--because=hold on'])).code).toBe(0)
        expect(await at('--wait=10m')).toEqual({ code: 12, refused: 'FROZEN', waited: false })
        release()
        expect((await run.done).code).toBe(0)
      }),
    SLOW,
  )

  test(
    'whoever waits and loses the race at its intent begins anew, and deploys upon what won',
    () =>
      inTeam(
        async (team) => {
          const { house, a } = team
          const bea = team.clone('bea')
          a.change('two', 'Serve two')
          bea.git('pull', '-q')
          bea.change('three', 'Serve three')
          const hold = join(house.dir, 'hold-bea')
          writeFileSync(hold, '')
          const deploys = house.deploys()
          const second = start(house, ['deploy', '--wait=3m', '--because=serve three'], { cwd: bea.root })
          await second.says('hold: ')
          expect((await a.deploy('serve two')).code).toBe(0)
          rmSync(hold)
          const told = await second.done
          expect(told.code, told.out + told.err).toBe(0)
          expect(told.out).toContain('Somebody else began first; everything is read again.')
          expect(house.deploys()).toBe(deploys + 2)
          expect(team.ledger()?.core).toMatchObject({
            open: null,
            halt: null,
            good: [{ because: 'serve three' }, { because: 'serve two' }, {}],
          })
        },
        { config: HOLDING },
      ),
    SLOW,
  )
})
