import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { JOB, openTeam, type Team } from '../support/team.ts'

const SLOW = 300_000

describe('one halt for everyone', () => {
  let team: Team
  beforeAll(async () => {
    team = await openTeam()
  }, SLOW)
  afterAll(() => team.close())

  test(
    'a failed deploy in one clone refuses the others, and a rollback from CI frees them',
    async () => {
      const { a, house } = team
      expect(team.ledger()?.core.good).toHaveLength(1)
      const b = team.clone('bea')
      const ci = team.clone('job', ['--depth', '1'], JOB)
      const were = [a, b, ci].map((clone) => clone.fingerprint())
      expect(await Promise.all([b.status(), ci.status()])).toEqual([0, 0])

      a.change('two', 'Serve two')
      were[0] = a.fingerprint()
      const plan = (await a.json(['plan'])).lines.find((line) => line.type === 'plan.made')?.digest
      house.scenario('unhealthy', 'once')
      const failed = await a.json(['deploy', `--plan=${plan}`, '--because=serve two'])
      expect(failed.code, failed.out + failed.err).toBe(20)
      const deploys = house.deploys()

      for (const clone of [b, ci]) {
        const refused = await clone.json(['deploy', '--because=mine', '--no-input'])
        expect(refused.code, refused.out + refused.err).toBe(12)
        expect(refused.refusal?.code).toBe('HALTED')
        expect(refused.refusal?.why.join('\n')).toMatch(/by Ada/)
      }
      expect(house.deploys()).toBe(deploys)

      const back = await ci.json(['rollback'])
      expect(back.code, back.out + back.err).toBe(0)
      expect(await Promise.all([a.status(), b.status(), ci.status()])).toEqual([0, 0, 0])
      expect([a, b, ci].map((clone) => clone.fingerprint())).toEqual(were)
    },
    SLOW,
  )

  test(
    'it outlives the clone that failed, and the branch it failed on',
    async () => {
      const carl = team.clone('carl')
      const before = carl.git('rev-parse', 'HEAD')
      carl.change('three', 'Serve three')
      const plan = (await carl.json(['plan'])).lines.find((line) => line.type === 'plan.made')?.digest
      team.house.scenario('unhealthy', 'once')
      expect((await carl.json(['deploy', `--plan=${plan}`, '--because=serve three'])).code).toBe(20)
      carl.git('push', '-q', '--force', 'origin', `${before}:main`)
      rmSync(carl.root, { recursive: true })

      const dora = team.clone('dora')
      const deploys = team.house.deploys()
      const refused = await dora.json(['deploy', '--because=mine', '--no-input'])
      expect([refused.code, refused.refusal?.code], refused.out + refused.err).toEqual([12, 'HALTED'])
      expect(refused.refusal?.why.join('\n')).toMatch(/by carl/)
      expect(team.house.deploys()).toBe(deploys)
      const back = await dora.json(['rollback'])
      expect(back.code, back.out + back.err).toBe(0)
      expect(await dora.status()).toBe(0)
    },
    SLOW,
  )
})
