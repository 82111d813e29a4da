import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { typedWords } from '../support/house.ts'
import { JOB, openTeam, REF, SHARED, type Team } from '../support/team.ts'

const SLOW = 300_000

/** A team whose first deploy holds, and whose config names the ledger. */
const deployed = async (): Promise<Team> => {
  const team = await openTeam()
  const first = await team.a.deploy('the first one')
  expect(first.code, first.out + first.err).toBe(0)
  const id = team.ledger()?.core.ledger
  writeFileSync(join(team.a.root, 'safe-deploy.yml'), SHARED.replace('remote: origin', `remote: origin, id: '${id}'`))
  team.a.git('commit', '-qam', 'Name the ledger')
  team.a.git('push', '-q', 'origin', 'HEAD:main')
  return team
}

/** Types the first command that a refusal prints and that begins so. */
const typed = async (team: Team, refused: Awaited<ReturnType<Team['a']['json']>>, ...words: string[]) => {
  const next = refused.refusal?.next.find(({ argv }) => words.every((word, i) => argv[i + 1] === word))
  if (!next) throw new Error(`nothing of the kind is printed: ${refused.out}`)
  return team.a.json(typedWords(next))
}

describe.concurrent('a mirror push from another clone deletes the ledger', () => {
  let team: Team
  beforeAll(async () => {
    team = await deployed()
  }, SLOW)
  afterAll(() => team.close())

  test(
    'every clone refuses to deploy and says so; a rollback works; what is printed brings it back',
    async () => {
      const { a, house } = team
      const bea = team.clone('bea')
      bea.git('push', '-q', '--mirror', 'origin')
      expect(team.tip()).toBeNull()
      const deploys = house.deploys()
      const job = team.clone('job', ['--depth', '1'], JOB)
      for (const clone of [a, job]) {
        const refused = await clone.json(['deploy', '--because=mine', '--no-input'])
        expect(refused.refusal, refused.out + refused.err).toMatchObject({ code: 'LEDGER_MISSING', exit: 12 })
        const status = await clone.sd(['status', '--exit-code'])
        expect([status.code, status.out]).toEqual([12, expect.stringMatching(/not a first deploy/)])
      }
      expect(house.deploys()).toBe(deploys)
      const refused = await a.json(['deploy', '--because=mine', '--no-input'])
      const back = await typed(team, refused, 'rollback')
      expect(back.code, back.out + back.err).toBe(0)

      const restored = await typed(team, refused, 'ledger', 'restore')
      expect(restored.code, restored.out + restored.err).toBe(0)
      expect(team.tip()).not.toBeNull()
      expect(await Promise.all([a.status(), job.status()])).toEqual([0, 0])
      expect((await a.json(['ledger', 'verify'])).code).toBe(0)
    },
    SLOW,
  )
})

describe.concurrent('a commit by hand on top of the ledger', () => {
  let team: Team
  beforeAll(async () => {
    team = await deployed()
  }, SLOW)
  afterAll(() => team.close())

  test(
    'is refused, named by verify, and replaced',
    async () => {
      const { a } = team
      const halt = await a.json(['bad', '--because=it loses orders'])
      expect(halt.code, halt.out + halt.err).toBe(0)
      const halted = team.tip()!
      const git = (args: string[], input = '') =>
        execFileSync('git', ['--git-dir', team.origin, ...args], { env: team.house.env, encoding: 'utf8', input }).trim()
      const state = team.ledger()!
      const blob = git(['hash-object', '-w', '--stdin'], JSON.stringify({ ...state, core: { ...state.core, halt: null } }))
      const events = git(['hash-object', '-w', '--stdin'])
      const tree = git(['mktree'], `100644 blob ${events}\tevents.ndjson\n100644 blob ${blob}\tstate.json\n`)
      const byHand = git(['-c', 'user.name=x', '-c', 'user.email=x@y', 'commit-tree', tree, '-p', halted, '-m', 'lift the halt'])
      git(['update-ref', REF, byHand])
      const refused = await a.json(['deploy', '--because=mine', '--no-input'])
      expect(refused.refusal, refused.out + refused.err).toMatchObject({ code: 'LEDGER_BROKEN', exit: 12 })
      expect((await typed(team, refused, 'ledger', 'verify')).refusal?.what).toContain(byHand.slice(0, 12))
      expect((await typed(team, refused, 'ledger', 'restore')).code).toBe(0)
      expect(team.tip()).toBe(halted)
      expect((await a.json(['deploy', '--because=mine', '--no-input'])).refusal?.code).toBe('HALTED')
    },
    SLOW,
  )
})
