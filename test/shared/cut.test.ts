import { describe, expect, test } from 'vitest'
import { type Cut, openWire, type Wire } from '../support/cut-remote.ts'
import { leftovers, toReady } from '../support/settled.ts'
import { openTeam, type Team } from '../support/team.ts'

const SLOW = 300_000
/** All that a deploy says to the remote, in order. */
const CALLS = ['fetch', 'push --dry-run', 'push', 'push'] as const
const [FETCH, TRY, INTENT, OUTCOME] = [1, 2, 3, 4] as const
const SIDES = ['before', 'after'] as const

const lanes: [what: string, cuts: number[], then: Cut['then']][] = [
  ['before anything is written', [FETCH, TRY], 'away'],
  ['at the intent, for long', [INTENT], 'away'],
  ['at the outcome, for long', [OUTCOME], 'away'],
  ['at the intent or the outcome, for a moment', [INTENT, OUTCOME], 'back'],
]

/** What one cut must come to: the exit code of that run, how often fly deployed, and what the remote holds when it is back. */
const expected = ({ n, side, then }: Cut) => {
  const shipped = n === OUTCOME || (n === INTENT && then === 'back')
  const code = then === 'back' ? 0 : n === OUTCOME ? 22 : 69
  if (shipped) return { code, deploys: 1, halted: false, known: true }
  // An intent that landed though nobody heard so began nothing, and that is what the halt says.
  const halted = n === INTENT && side === 'after'
  return { code, deploys: 0, halted, known: false }
}

const cutOnce = async (team: Team, wire: Wire, cut: Cut): Promise<void> => {
  const { house, a } = team
  const at = `${CALLS[cut.n - 1]} ${cut.n}, ${cut.side}, ${cut.then}`
  const wanted = expected(cut)
  a.change(at, at)
  const plan = await house.plan()
  const deploys = house.deploys()
  wire.cut(cut)
  const told = await a.json(['deploy', `--plan=${plan}`, `--because=${at}`], { env: wire.env })
  const calls = wire.calls()
  expect(calls.slice(0, cut.n), at).toEqual(CALLS.slice(0, cut.n))
  // What got no answer is said once more, and that is all there is to cut.
  if (cut.then === 'back') expect(calls, at).toEqual([...CALLS.slice(0, cut.n), ...CALLS.slice(cut.n - 1)])
  wire.mend()
  expect({ code: told.code, deploys: house.deploys() - deploys }, `${at}\n${told.out}`).toEqual({
    code: wanted.code,
    deploys: wanted.deploys,
  })
  for (const { attempt, open } of wire.shipped()) expect(open, at).toBe(attempt)

  const next = await a.json(['status', '--live', '--exit-code'])
  expect(next.code, `${at}\n${next.out}`).toBe(wanted.halted ? 12 : 0)
  const core = team.ledger()?.core
  expect(core?.open, at).toBeNull()
  expect(core?.halt?.outcome ?? null, at).toBe(wanted.halted ? 'not-started' : null)
  expect(core?.good[0]?.because === at, at).toBe(wanted.known)
  expect(house.deploys() - deploys, at).toBe(wanted.deploys)
  await toReady(house)
  expect(leftovers(house), at).toEqual([])
}

describe.concurrent('a remote that is cut while it is spoken to', () => {
  test.each(lanes)(
    '%s: no second deploy, none without an intent there, no outcome lost, and the next command works',
    async (_, calls, then) => {
      const team = await openTeam()
      try {
        const wire = openWire(team)
        for (const n of calls) for (const side of SIDES) await cutOnce(team, wire, { n, side, then })
      } finally {
        await team.close()
      }
    },
    SLOW,
  )
})
