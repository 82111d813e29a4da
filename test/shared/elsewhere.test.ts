import { describe, expect, test } from 'vitest'
import { holdFly, startHeld } from '../support/held.ts'
import { laterBy } from '../support/later.ts'
import { leftovers, toolsRunning } from '../support/settled.ts'
import { start, until } from '../support/started.ts'
import { inTeam, type Team } from '../support/team.ts'

const SLOW = 240_000
const HOUR = 3_600_000

const stands = ({ ledger }: Team): unknown => ({ ...ledger(), seq: null, last: null })

describe.concurrent('an attempt that another clone runs', () => {
  test(
    'killed in the middle of fly: others see who and since when, and after the deadline one of them settles it by looking',
    () =>
      inTeam(async (team) => {
        const { house, a } = team
        const bea = team.clone('bea')
        const { run, release } = await startHeld(house, a, 'two')
        run.signal('SIGKILL')
        await run.done
        const told = await bea.json(['status', '--exit-code'])
        expect(told.code).toBe(14)
        expect(told.out).toMatch(/Ada \(agent, [^)]+\) began it (?:\d+ seconds? ago|just now): serve two/)
        const deploys = house.deploys()
        for (const verb of [['deploy', '--because=mine'], ['rollback']]) {
          const refused = await bea.json(verb)
          expect(refused, refused.out).toMatchObject({ code: 14, refusal: { code: 'DEPLOYING' } })
          expect(refused.refusal?.why.join('\n')).toMatch(/Ada \(agent, .*began it/)
        }
        expect(house.deploys()).toBe(deploys)
        release()
        await until(() => house.deploys() > deploys && toolsRunning(house).length === 0, 'the orphaned fly has deployed')

        const late = laterBy(house, HOUR)
        expect((await bea.json(['status'], late)).lines.find((line) => line.type === 'status')?.status).toBe('overdue')
        const settled = await bea.json(['status', '--live', '--exit-code'], late)
        expect(settled.code, settled.out).toBe(0)
        expect(settled.out).toContain('Settled by looking: deployed')
        expect(team.ledger()?.core).toMatchObject({
          open: null,
          halt: null,
          good: [{ because: 'serve two', level: 'probed', by: { name: 'Ada' } }, {}],
        })
        expect(house.deploys()).toBe(deploys + 1)
        expect((await a.sd(['status', '--live', '--exit-code'])).code).toBe(0)
        expect(leftovers(house)).toEqual([])
      }),
    SLOW,
  )

  test(
    'frozen, taken over from another clone, and resumed: it changes nothing',
    () =>
      inTeam(async (team) => {
        const { house, a } = team
        const bea = team.clone('bea')
        const { run, release } = await startHeld(house, a, 'two')
        const releases = house.releases()
        house.scenario('hang-after-release', 'once')
        release()
        await until(() => house.releases() > releases, 'fly hangs')
        run.signal('SIGSTOP')
        const back = await bea.json(['rollback', '--interrupt'])
        expect(back.code, back.out + back.err).toBe(0)
        expect(back.out).toContain('Fencing the deploy that Ada began')
        const before = stands(team)
        const deploys = house.deploys()
        run.signal('SIGCONT')
        const late = await run.done
        expect(late.code, late.out + late.err).toBe(22)
        expect(late.out + late.err).toContain('came back too late')
        expect(stands(team)).toEqual(before)
        expect(house.deploys()).toBe(deploys)
        expect(await Promise.all([a.status(), bea.status()])).toEqual([0, 0])
        expect((await a.json(['ledger', 'log'])).out).toContain('late outcome, kept as history')
      }),
    SLOW,
  )

  test(
    'a rollback to the same target is watched, not done twice; to another target it is refused',
    () =>
      inTeam(async (team) => {
        const { house, a } = team
        const bea = team.clone('bea')
        a.change('two', 'Serve two')
        const deploys = house.deploys()
        const goBack = async (name: string, scenario: string) => {
          expect(await a.status()).toBe(12)
          const held = holdFly(house, name)
          const first = start(house, ['rollback'], { ...held.ways, cwd: a.root })
          await until(async () => (await bea.status()) === 14, 'the first goes back')
          const second = start(house, ['rollback'], { cwd: bea.root })
          await second.says('Waiting for the rollback that Ada')
          expect(await bea.json(['rollback', '--to=v1'])).toMatchObject({ code: 14, refusal: { code: 'DEPLOYING' } })
          house.scenario(scenario, 'once')
          held.release()
          return Promise.all([first.done, second.done])
        }
        house.scenario('unhealthy', 'once')
        expect((await a.deploy('serve two')).code).toBe(20)

        for (const ended of await goBack('first', 'silent-127-early')) expect(ended.code, ended.out + ended.err).toBe(20)
        expect(house.deploys()).toBe(deploys + 2)
        const [, second] = await goBack('second', 'none')
        expect(second?.code, `${second?.out}${second?.err}`).toBe(0)
        expect(second?.out).toContain('The rollback that Ada began held')
        expect(house.deploys()).toBe(deploys + 3)
        expect(await Promise.all([a.status(), bea.status()])).toEqual([0, 0])
      }),
    SLOW,
  )
})
