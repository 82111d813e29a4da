import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { House, Told } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { openSeams } from '../support/seams.ts'
import { leftovers, runFile, toolsRunning } from '../support/settled.ts'
import { type Started, start, until } from '../support/started.ts'

/** Rounds of two at once, in each of two houses; more are asked for by the environment. */
const ROUNDS = Number(process.env.SAFE_DEPLOY_ROUNDS ?? 3)

const inHouse = async (act: (house: House) => Promise<void>): Promise<void> => {
  const house = await openHouse({ good: 'the first' })
  try {
    await act(house)
  } finally {
    await house.close()
  }
}

/** A change in one work tree on top of what serves, read: the arguments that would deploy it. */
const readyIn = async (house: House, root: string, text: string): Promise<string[]> => {
  const base = house.ledgerState()?.core.good[0]?.commit ?? ''
  house.git('-C', root, 'reset', '-q', '--hard', base)
  writeFileSync(join(root, 'app.txt'), `${text}\n`)
  house.git('-C', root, 'commit', '-q', '-a', '-m', `Serve ${text}`)
  const told = await house.json(['plan'], { cwd: root })
  const plan = told.lines.find((line) => line.type === 'plan.made')
  return ['deploy', `--plan=${plan?.digest}`, `--because=${text}`]
}

const raced = (both: readonly Told[]): string => both.map(({ code, out }) => `${code}\n${out}`).join('\n')

test.concurrent.each(['one house', 'another'])(
  `two at once in %s, ${ROUNDS} rounds: fly deploy runs once a round, the loser exits 14, and what it read is stale`,
  () =>
    inHouse(async (house) => {
      const other = join(house.dir, 'other')
      house.git('worktree', 'add', '-q', '-b', 'other', other)
      const roots = [house.root, other] as const
      for (let round = 1; round <= ROUNDS; round += 1) {
        const at = `round ${round}`
        const words = [await readyIn(house, roots[0], `${round} here`), await readyIn(house, roots[1], `${round} there`)]
        const deploys = house.deploys()
        const run = (i: 0 | 1) => house.json(words[i] ?? [], { cwd: roots[i] })
        const both = await Promise.all([run(0), run(1)])
        expect(both.map(({ code }) => code).sort(), `${at}: ${raced(both)}`).toEqual([0, 14])
        expect(house.deploys(), at).toBe(deploys + 1)
        const loser = both[0].code === 14 ? 0 : 1
        expect(['LOST_RACE', 'DEPLOYING'], at).toContain(both[loser].refusal?.code)
        const again = await run(loser)
        expect(again, at).toMatchObject({ code: 10, refusal: { code: 'PLAN_MOVED' } })
        expect(house.deploys(), at).toBe(deploys + 1)
        expect(leftovers(house), at).toEqual([])
      }
    }),
  60_000 + ROUNDS * 40_000,
)

/** What the ledger says of the app, without what every append moves. */
const stands = (house: House): unknown => {
  const state = house.ledgerState()
  return { ...state, seq: null, last: null }
}

const resumedLate = async (house: House, run: Started): Promise<{ code: number | null; said: string }> => {
  const before = stands(house)
  const deploys = house.deploys()
  run.signal('SIGCONT')
  const ended = await run.done
  expect(stands(house)).toEqual(before)
  expect(house.deploys()).toBe(deploys)
  expect(await house.status()).toBe(0)
  expect(toolsRunning(house)).toEqual([])
  expect(leftovers(house)).toEqual([])
  return { code: ended.code, said: ended.out + ended.err }
}

describe.concurrent('a frozen operator that is resumed after others took over', () => {
  test(
    'before it started fly: it starts nothing',
    () =>
      inHouse(async (house) => {
        const seams = openSeams(house)
        const healthy = await house.json(await readyIn(house, house.root, 'healthy'), { env: seams.env })
        expect(healthy.code, healthy.out).toBe(0)
        const calls = seams.calls()
        const ship = calls.findIndex((call) => call.startsWith('fly deploy'))
        const words = await readyIn(house, house.root, 'frozen')
        const deploys = house.deploys()
        seams.cut({ n: calls.slice(0, ship).lastIndexOf('git update-ref') + 1, side: 'after', signal: 'STOP' })
        const run = start(house, words, { env: seams.env })
        await until(() => house.ledgerState()?.core.open?.because === 'frozen', 'its intent is recorded')
        const back = await house.json(['rollback', '--interrupt'])
        expect(back.code, back.out + back.err).toBe(0)
        const late = await resumedLate(house, run)
        expect(late.code, late.said).toBe(14)
        expect(late.said).toContain('took this attempt over')
        expect(house.deploys()).toBe(deploys)
      }),
    240_000,
  )

  test(
    'while fly ran: what it finds is history',
    () =>
      inHouse(async (house) => {
        const words = await readyIn(house, house.root, 'frozen')
        const releases = house.releases()
        house.scenario('hang-after-release', 'once')
        const run = start(house, words)
        await until(() => runFile(house)?.step === 'running' && house.releases() > releases, 'fly hangs')
        run.signal('SIGSTOP')
        const back = await house.json(['rollback', '--interrupt'])
        expect(back.code, back.out + back.err).toBe(0)
        const late = await resumedLate(house, run)
        expect(late.code, late.said).toBe(22)
        expect(late.said).toContain('came back too late')
      }),
    240_000,
  )
})
