import { describe, expect, test } from 'vitest'
import type { Draft } from '../../src/ledger/ledger.ts'
import type { State } from '../../src/ledger/state.ts'
import { waysOut } from '../../src/ledger/ways-out.ts'
import { drifted, stopByLedger, unprovenTries, untilDeadline } from '../../src/stages/stop.ts'
import { acknowledge, end, goBack, hex, intend, servingOf, stateAfter } from '../support/ledger.ts'

const T0 = Date.parse('2026-03-01T10:00:00Z')
const HOUR = 3_600_000
const SETTINGS = { budget: { unproven: 3, perMs: HOUR }, display: 'everflow' }

type Overrides = Parameters<typeof stopByLedger>[2]

const refusal = (state: State, now = T0 + 60_000, overrides: Overrides = new Set()) =>
  stopByLedger(state, SETTINGS, overrides, now)?.refusal ?? null
const code = (...args: Parameters<typeof refusal>): string | null => refusal(...args)?.code ?? null

const bare = (n: number): Draft[] => [intend(n), end(n, 'deployed', { level: 'platform' })]
const proved = (n: number): Draft[] => [intend(n), end(n, 'deployed')]
const failing = (n: number): Draft[] => [intend(n), end(n, 'unhealthy')]
const freeze = (until: string): Draft => ({ type: 'freeze.set', until, because: 'launch day' })
const ALL: Overrides = new Set(['budget', 'frozen', 'drift'])

test('a ready ledger has nothing against a deploy', () => {
  expect(code(stateAfter())).toBeNull()
  expect(code(stateAfter(...proved(1)))).toBeNull()
})

describe('an attempt that runs', () => {
  const open = stateAfter(...proved(1), intend(2))

  test('is 14, says who and how long, and can be waited for', () => {
    expect(refusal(open)).toMatchObject({ code: 'DEPLOYING', exit: 14 })
    expect(refusal(open)?.why[0]).toContain('Ada (terminal, desk)')
    expect(refusal(open)?.next.map((next) => next.argv.join(' '))).toContain('safe-deploy deploy --wait')
  })

  test('comes before a halt, a freeze and the budget, and no override lifts it', () => {
    const all = stateAfter(...bare(1), ...bare(2), ...bare(3), freeze('2027-01-01T00:00:00Z'), intend(4))
    expect(code(all, T0, ALL)).toBe('DEPLOYING')
  })

  test('is overdue after its deadline, and still refused', () => {
    expect(code(open, Date.parse(open.core.open!.since) + 899_000)).toBe('DEPLOYING')
    expect(refusal(open, Date.parse(open.core.open!.since) + 900_000)).toMatchObject({ code: 'OVERDUE', exit: 14 })
  })

  test('its deadline counts from its beginning', () => {
    expect(untilDeadline({ since: '2026-03-01T10:00:00Z', deadline_s: 60 }, T0 + 10_000)).toBe(50_000)
  })
})

describe('a halt', () => {
  const halted = stateAfter(...proved(1), ...failing(2))

  test('is 12, never expires, and no override lifts it', () => {
    expect(refusal(halted, T0 + 365 * 24 * HOUR, ALL)).toMatchObject({ code: 'HALTED', exit: 12 })
  })

  test('prints the ways out, the way back first', () => {
    expect(refusal(halted)?.next.map((next) => next.argv[1])).toEqual(['rollback', 'ack', 'adopt'])
  })

  test('says how often it failed, and whether it was the same', () => {
    const again = stateAfter(...proved(1), ...failing(2), acknowledge(9, hex(2)), ...failing(3))
    expect(refusal(again)?.why[1]).toMatch(/^2 failed deploys since the last known good, .*, same error$/)
    expect(refusal(halted)?.why[1]).toMatch(/^1 failed deploy since/)
    expect(refusal(halted)?.why[1]).not.toContain('same')
  })

  test('lets an acknowledged attempt through, and refuses it when it is used up', () => {
    const acked = stateAfter(...proved(1), ...failing(2), acknowledge(9, hex(2)))
    expect(code(acked)).toBeNull()
    expect(code(stateAfter(...proved(1), ...failing(2), acknowledge(9, hex(2)), ...failing(3)))).toBe('HALTED')
  })

  test('comes before a freeze and the budget; under an acknowledgement only the freeze counts', () => {
    const both = [...bare(1), ...bare(2), ...bare(3), ...failing(4)]
    expect(code(stateAfter(...both, freeze('2027-01-01T00:00:00Z')))).toBe('HALTED')
    expect(code(stateAfter(...both, acknowledge(9, hex(4))))).toBeNull()
    expect(code(stateAfter(...both, acknowledge(9, hex(4)), freeze('2027-01-01T00:00:00Z')))).toBe('FROZEN')
  })
})

describe('a freeze', () => {
  const frozen = stateAfter(freeze('2026-03-01T12:00:00Z'))

  test('is 12, says who and why, and ends by itself', () => {
    expect(refusal(frozen)).toMatchObject({ code: 'FROZEN', exit: 12, why: ['Ada: launch day'] })
    expect(code(frozen, Date.parse('2026-03-01T12:00:00Z'))).toBeNull()
  })

  test('is lifted, or overridden once', () => {
    expect(code(stateAfter(freeze('2026-03-01T12:00:00Z'), { type: 'freeze.lifted', because: 'x' }))).toBeNull()
    expect(code(frozen, T0, new Set(['frozen']))).toBeNull()
    expect(code(frozen, T0, new Set(['budget', 'drift']))).toBe('FROZEN')
  })

  test('whose end cannot be read does not end', () => {
    expect(code(stateAfter(freeze('some day')))).toBe('FROZEN')
  })
})

describe('the budget', () => {
  const spent = stateAfter(...bare(1), ...bare(2), ...bare(3))

  test('is 12 when as many unproven deploys lie in the window as it allows', () => {
    expect(code(stateAfter(...bare(1), ...bare(2)))).toBeNull()
    expect(refusal(spent)).toMatchObject({ code: 'BUDGET', exit: 12 })
    expect(refusal(spent)?.what).toContain('guess 4')
  })

  test('frees with time, or by an override', () => {
    expect(code(spent, Date.parse(spent.tries[0]!.at) + HOUR)).toBeNull()
    expect(code(spent, T0, new Set(['budget']))).toBeNull()
    expect(code(spent, T0, new Set(['frozen']))).toBe('BUDGET')
  })

  test('does not count proved deploys, rollbacks and what never started', () => {
    const many = stateAfter(
      ...proved(1),
      ...proved(2),
      ...proved(3),
      ...bare(4),
      goBack(5, 4, { target: null }),
      end(5, 'deployed'),
      intend(6),
      end(6, 'not-started'),
    )
    expect(unprovenTries(many.tries, HOUR, T0).map((t) => t.attempt)).toEqual([hex(4)])
  })

  test('counts a deploy that seems to lie in the future', () => {
    expect(unprovenTries([{ attempt: hex(1), at: '2026-03-01T11:00:00Z', proven: false }], HOUR, T0)).toHaveLength(1)
  })
})

test('drift names both images and three ways on', () => {
  const { refusal } = drifted(servingOf(2), servingOf(1))
  expect(refusal).toMatchObject({ code: 'DRIFT', exit: 12 })
  expect(refusal.why).toEqual([expect.stringContaining('v2'), expect.stringContaining('v1')])
  expect(refusal.next.map((next) => next.argv[1])).toEqual(['adopt', 'rollback', 'deploy'])
})

describe('the ways out that are printed', () => {
  const verbs = (state: State): string[] => waysOut(state.core).map((next) => [next.argv[1], ...(next.needs ?? [])].join(' '))

  test('a light halt asks for one line first', () => {
    expect(verbs(stateAfter(...proved(1), intend(2), end(2, 'not-started')))).toEqual(['ack --cause', 'rollback', 'adopt --because'])
  })

  test('without anything known, a rollback names its target', () => {
    expect(verbs(stateAfter(...failing(1)))[0]).toBe('rollback --to')
    expect(verbs(stateAfter(intend(1, { before: servingOf(5) }), end(1, 'unhealthy')))[0]).toBe('rollback')
  })

  test('what was called bad is not offered for adoption', () => {
    const bad = stateAfter(...proved(1), ...proved(2), { type: 'release.condemned', because: 'x', serving: servingOf(2) })
    expect(verbs(bad).map((verb) => verb.split(' ')[0])).toEqual(['rollback', 'ack'])
  })

  test('an acknowledgement is asked for everything that it needs', () => {
    expect(verbs(stateAfter(...proved(1), ...failing(2)))[1]).toMatch(/^ack --cause .*--next --path$/)
  })
})
