import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTeam, type Team } from '../support/team.ts'

const SLOW = 300_000

describe.concurrent('what moved behind the guard’s back', () => {
  let team: Team
  beforeAll(async () => {
    team = await openTeam()
  }, SLOW)
  afterAll(() => team.close())

  /** Somebody deploys by hand, past the guard. */
  const byHand = async (text: string) => {
    team.house.write({ 'app.txt': `${text}\n` })
    expect((await team.house.fly(['deploy'])).code).toBe(0)
    team.a.git('checkout', '-q', 'app.txt')
  }

  test.sequential(
    'secrets that were set and machines that were restarted are noted, and stop nothing',
    async () => {
      await team.house.fly(['secrets', 'set', 'TOKEN=a'])
      await team.house.fly(['apps', 'restart', 'everflow'])
      const live = await team.a.sd(['status', '--live', '--exit-code'])
      expect(live.code, live.out + live.err).toBe(0)
      expect(live.out).toContain('secret TOKEN was added')
      team.a.change('two', 'Serve two')
      const told = await team.a.deploy('serve two')
      expect(told.code, told.out + told.err).toBe(0)
    },
    SLOW,
  )

  test.sequential(
    'another image stops the next deploy of every clone; adopt makes it the known good for all',
    async () => {
      const b = team.clone('bea')
      await byHand('by hand')
      const deploys = team.house.deploys()
      team.a.change('three', 'Serve three')
      const refused = await team.a.deploy('serve three')
      expect([refused.code, refused.refusal?.code]).toEqual([12, 'DRIFT'])
      const live = await b.sd(['status', '--live', '--exit-code'])
      expect([live.code, live.out]).toEqual([12, expect.stringContaining('Something else serves')])
      expect(team.house.deploys()).toBe(deploys)
      const adopted = await b.json(['adopt', '--because=it is good'])
      expect(adopted.code, adopted.out + adopted.err).toBe(0)
      expect((await team.a.sd(['status', '--live', '--exit-code'])).code).toBe(0)
    },
    SLOW,
  )

  test.sequential(
    'or a rollback brings the known good back',
    async () => {
      const good = team.ledger()?.core.good[0]?.serving.id
      await byHand('by hand again')
      const back = await team.a.json(['rollback'])
      expect(back.code, back.out + back.err).toBe(0)
      expect((await team.a.sd(['status', '--live', '--exit-code'])).code).toBe(0)
      expect(team.ledger()?.core.good[0]?.serving.id).toBe(good)
    },
    SLOW,
  )
})

describe.concurrent('two repositories that deploy one app', () => {
  let team: Team
  beforeAll(async () => {
    team = await openTeam({ app: 'web' })
  }, SLOW)
  afterAll(() => team.close())

  test(
    'the other one, with a ledger of its own, is refused until it proves what serves',
    async () => {
      const other = team.clone('other')
      other.git('remote', 'remove', 'origin')
      const alone = `${other.git('show', 'HEAD:safe-deploy.yml').replace('remote: origin', 'remote: none')}\n`
      other.git('config', 'core.hooksPath', '/dev/null')
      team.house.write({ '../other/safe-deploy.yml': alone })
      other.git('commit', '-qam', 'Keep the ledger here')
      const refused = await other.deploy('mine')
      expect([refused.code, refused.refusal?.code], refused.out + refused.err).toEqual([12, 'DEPLOYED_FROM_ELSEWHERE'])
      expect(refused.refusal?.why.join()).toContain(team.ledger()?.core.ledger.slice(0, 12))
      expect((await other.json(['adopt', '--because=we took it over'])).code).toBe(0)
      const mine = await other.deploy('mine', ['--accept=guard-changed:safe-deploy.yml=it deploys alone'])
      expect(mine.code, mine.out + mine.err).toBe(0)
      // And now the first is told.
      const told = await team.a.json(['plan'])
      expect([told.code, told.refusal?.code]).toEqual([12, expect.stringMatching(/^(?:DRIFT|DEPLOYED_FROM_ELSEWHERE)$/)])
    },
    SLOW,
  )
})
