import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SLOW } from '../e2e/halts.ts'
import { withoutRemote } from '../support/remote-away.ts'
import { type Clone, JOB, openTeam, SHARED, type Team } from '../support/team.ts'
import { ACK, attempt, type Listening, listen, NOTIFY } from './told.ts'

const CONFIG = `${SHARED}${NOTIFY}`
const at = {} as { team: Team; hook: Listening; b: Clone }

beforeAll(async () => {
  at.team = await openTeam({ config: CONFIG })
  at.b = at.team.clone('b')
}, SLOW)
afterAll(() => at.team?.close())

const job = () => ({ ...JOB, env: { ...JOB.env, ...at.hook.env } })

/** An incident that this clone begins, told to a listener of its own. */
const halted = async (scenario = 'exit1-but-serving') => {
  at.hook = await listen()
  at.team.a.change(`${scenario} ${at.team.house.deploys()}\n`, `Try ${scenario}`)
  const told = await attempt(at.team.house, at.team.a, scenario, at.hook.env)
  expect(told.code, told.out).toBe(20)
}
const over = async () => {
  await at.team.a.json(['rollback'], { env: at.hook.env })
  await at.hook.close()
}

describe('several machines', () => {
  test.sequential(
    'the second one that is refused tells no opening again, and its refusal counts for all',
    async () => {
      await halted()
      const refused = await at.b.json(['deploy'], { env: at.hook.env })
      expect(refused.refusal?.code).toBe('HALTED')
      expect(at.hook.happenings()).toEqual(['opened', 'counted'])
      await at.team.a.json(['deploy'], { env: at.hook.env })
      expect(at.hook.told().at(-1)?.counts).toEqual({ failures: 1, refused: 2, rollbacks: 0, atLeast: false })
      expect(at.hook.posts()).toHaveLength(1)
      expect(at.team.house.git('--git-dir', at.team.origin, 'for-each-ref', '--format=%(refname)')).toContain(
        'refs/safe-deploy-notices/everflow',
      )
      await over()
    },
    SLOW,
  )

  test.sequential(
    '50 refused retries of jobs: two messages, and the right count in the last',
    async () => {
      await halted()
      const jobs = job()
      const clones = Array.from({ length: 5 }, (_, n) => at.team.clone(`job-${n}`))
      for (let i = 0; i < 10; i++) {
        const told = await Promise.all(clones.map((clone) => clone.json(['deploy'], jobs)))
        for (const one of told) expect(one.refusal?.code, one.out).toBe('HALTED')
      }
      // What a busy machine could not push in time waits in its clone for the next command.
      for (const clone of clones) await clone.json(['plan'], jobs)
      await at.team.a.json(['rollback'], { env: at.hook.env })
      expect(at.hook.posts(), at.hook.posts().join('\n')).toHaveLength(2)
      expect(at.hook.posts().at(-1)).toContain('51 attempts: 1 failed, 50 refused')
      expect(at.hook.told().at(-1)).toMatchObject({ happening: 'ended', counts: { failures: 1, refused: 50, atLeast: false } })
      await at.hook.close()
    },
    2 * SLOW,
  )

  test.sequential(
    'two that see the same at once: one post',
    async () => {
      await halted()
      at.hook.got.length = 0
      // Nobody was told: as if the machine on which it halted had died.
      at.team.house.git('--git-dir', at.team.origin, 'update-ref', '-d', 'refs/safe-deploy-notices/everflow')
      const fresh = ['x', 'y', 'z'].map((name) => at.team.clone(`${name}-${at.team.house.deploys()}`))
      await Promise.all(fresh.map((clone) => clone.json(['deploy'], { env: at.hook.env })))
      expect(at.hook.posts()).toHaveLength(1)
      expect(at.hook.happenings().filter((happening) => happening === 'opened')).toHaveLength(1)
      await over()
    },
    SLOW,
  )

  test.sequential(
    'a remote out of reach: it is told all the same, counts are "at least", and nothing is lost or told twice when it is back',
    async () => {
      await halted()
      await at.b.json(['status'])
      await withoutRemote(at.team, async () => {
        at.team.house.scenario('exit1-but-serving', 'once')
        const back = await at.team.a.json(['rollback'], { env: at.hook.env })
        expect(back.code, back.out).not.toBe(0)
        expect(at.hook.told().at(-1)).toMatchObject({ happening: 'counted', counts: { failures: 1, rollbacks: 1, atLeast: true } })
      })
      await at.team.a.json(['deploy'], { env: at.hook.env })
      expect(at.hook.posts()).toHaveLength(1)
      expect(at.hook.told().at(-1)?.counts.atLeast).toBe(false)
      await over()
    },
    SLOW,
  )

  test.sequential(
    'an end is told by whoever can, also when who ended it could not',
    async () => {
      await halted()
      await at.b.json(ACK, {})
      const back = await at.b.json(['rollback'], {})
      expect(back.code, back.out).toBe(0)
      expect(at.hook.posts()).toHaveLength(1)
      await at.team.a.json(['plan'], { env: at.hook.env })
      expect(at.hook.posts()).toHaveLength(2)
      expect(at.hook.told().at(-1)).toMatchObject({ happening: 'ended', cause: 'the loader lost its file', ended: { how: 'rolled back' } })
      await at.hook.close()
    },
    SLOW,
  )
})
