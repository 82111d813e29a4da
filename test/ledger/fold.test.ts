import { describe, expect, test } from 'vitest'
import { describe as describeState } from '../../src/ledger/describe.ts'
import { fold, isCondemned } from '../../src/ledger/fold.ts'
import type { Draft } from '../../src/ledger/ledger.ts'
import { MEANING, type State } from '../../src/ledger/state.ts'
import { stopByLedger } from '../../src/stages/stop.ts'
import {
  acknowledge,
  adoptOf,
  CREATED,
  candidateOf,
  end,
  goBack,
  hex,
  intend,
  servingOf,
  stampAll,
  stateAfter,
  step,
} from '../support/ledger.ts'

const NOW = Date.parse('2026-03-01T10:00:00Z')
const SETTINGS = { budget: { unproven: 100, perMs: 3_600_000 }, display: 'everflow' }

/** What STOP says of a state: null when a deploy may go on. */
const stop = (state: State): string | null => stopByLedger(state, SETTINGS, new Set(), NOW)?.refusal.code ?? null

const deployed = (n: number, part = {}): Draft[] => [intend(n), end(n, 'deployed', part)]
const failedAt = (n: number, part = {}): Draft[] => [intend(n), end(n, 'unhealthy', part)]
const condemn = (n: number): Draft => ({ type: 'release.condemned', because: 'numbers are wrong', serving: servingOf(n) })
const FREEZE: Draft = { type: 'freeze.set', until: '2026-03-02T10:00:00.000Z', because: 'launch' }

test('a ledger begins empty, and only with its creation', () => {
  const state = stateAfter()
  expect(state).toMatchObject({ seq: 1, needs: MEANING, core: { halt: null, open: null, good: [], incumbent: null, app: 'everflow' } })
  expect(() => stampAll([intend(1)]).reduce<State | null>(fold, null)).toThrow('begins with ledger.created')
})

test('a second creation in a chain begins nothing again', () => {
  const halted = stateAfter(...failedAt(1))
  expect(step(halted, CREATED).core).toEqual(halted.core)
})

test('a new chain takes over the state that it embeds, with its halt', () => {
  const lost = stateAfter(...deployed(1), ...failedAt(2))
  const [event] = stampAll([
    { type: 'ledger.created', ledger: hex(0xbbbb), app: 'everflow', embeds: { state: lost, tip: hex(5, 40), because: 'lost' } },
  ])
  const state = fold(null, event!)
  expect(state.core).toEqual({ ...lost.core, ledger: hex(0xbbbb) })
  expect(state.seq).toBe(lost.seq + 1)
  expect(stop(state)).toBe('HALTED')
})

describe('the outcomes of a deploy', () => {
  test('deployed makes a known good, at the level that was proved', () => {
    expect(stateAfter(...deployed(1)).core.good).toMatchObject([
      { attempt: hex(1), level: 'probed', commit: hex(1, 40), serving: servingOf(1) },
    ])
    expect(stateAfter(...deployed(1, { level: 'platform' })).core.good[0]?.level).toBe('platform')
    expect(stateAfter(...deployed(1, { level: null })).core.good[0]?.level).toBe('platform')
  })

  test.each(['unchanged', 'partial', 'serving-despite-exit', 'stale-despite-ok', 'unhealthy', 'unknown'] as const)(
    '%s halts, remembers the change and begins an incident',
    (outcome) => {
      const state = stateAfter(...deployed(1), intend(2), end(2, outcome))
      expect(state.core.halt).toMatchObject({ id: hex(2), outcome, light: false, attempt: hex(2) })
      expect(state.core.good[0]?.attempt).toBe(hex(1))
      expect(state.failed.map((f) => f.attempt)).toEqual([hex(2)])
      expect(state.incident).toMatchObject({ key: hex(2), failures: 1 })
      expect(stop(state)).toBe('HALTED')
    },
  )

  test('deployed without a word of what serves is unknown, not success', () => {
    const state = stateAfter(...deployed(1), intend(2), end(2, 'deployed', { serving: null }))
    expect(state.core.halt).toMatchObject({ id: hex(2), outcome: 'unknown' })
    expect(state.core.good[0]?.attempt).toBe(hex(1))
  })

  test('at most five known goods are kept, newest first', () => {
    const state = stateAfter(...[1, 2, 3, 4, 5, 6].flatMap((n) => deployed(n)))
    expect(state.core.good.map((g) => g.attempt)).toEqual([6, 5, 4, 3, 2].map((n) => hex(n)))
    expect(state.core.good.map((g) => g.seq)).toEqual([13, 11, 9, 7, 5])
  })

  test('the halt names the first suspect', () => {
    const suspects = [{ place: null, text: 'app/settings.py:4', because: 'removed env loading' }]
    expect(stateAfter(intend(1), end(1, 'unhealthy', { suspects })).core.halt?.suspect).toBe('app/settings.py:4 (removed env loading)')
  })
})

describe('not-started', () => {
  const never = (n: number): Draft[] => [intend(n), end(n, 'not-started')]

  test('halts lightly, counts for no budget, and remembers no failed change', () => {
    const state = stateAfter(...never(1))
    expect(state.core.halt).toMatchObject({ light: true, outcome: 'not-started' })
    expect([state.tries, state.failed, state.incident?.failures]).toEqual([[], [], 0])
    expect(stop(state)).toBe('HALTED')
  })

  test('three in a row are a full halt', () => {
    const two = stateAfter(...never(1), acknowledge(90, hex(1)), ...never(2))
    expect(two.core.halt?.light).toBe(true)
    expect(step(two, acknowledge(91, hex(2)), ...never(3)).core.halt).toMatchObject({ light: false, id: hex(3) })
  })

  test('a known good in between begins the count again', () => {
    const state = stateAfter(
      ...never(1),
      acknowledge(90, hex(1)),
      ...never(2),
      acknowledge(91, hex(2)),
      intend(3, { ack: hex(91) }),
      end(3, 'deployed'),
      ...never(4),
    )
    expect([state.notStarted, state.core.halt?.light]).toEqual([1, true])
  })

  test('under a full halt it uses up the acknowledgement and leaves the halt', () => {
    const state = stateAfter(...failedAt(1), acknowledge(90, hex(1)), ...never(2))
    expect(state.core.halt?.id).toBe(hex(1))
    expect([state.ack, stop(state)]).toEqual([null, 'HALTED'])
  })
})

describe('the way out: acknowledgement', () => {
  const halted = stateAfter(...deployed(1), ...failedAt(2))

  test('lets one deploy through, and only one', () => {
    const acked = step(halted, acknowledge(90, hex(2)))
    expect(stop(acked)).toBeNull()
    const began = step(acked, intend(3, { ack: hex(90) }))
    expect(began.ack).toBeNull()
    const again = step(began, end(3, 'unhealthy'))
    expect([again.core.halt?.id, stop(again)]).toEqual([hex(3), 'HALTED'])
  })

  test('a deploy that names no acknowledgement lifts nothing, though it held', () => {
    const state = step(halted, ...deployed(3))
    expect([state.core.halt?.id, state.failed[0]?.attempt, stop(state)]).toEqual([hex(2), hex(2), 'HALTED'])
  })

  test('is used up by an attempt that does not name it, and by a rollback', () => {
    const acked = step(halted, acknowledge(90, hex(2)))
    expect(step(acked, intend(3)).ack).toBeNull()
    const back = step(acked, goBack(4, 1), end(4, 'unknown'))
    expect([back.ack, stop(back)]).toEqual([null, 'HALTED'])
  })

  test('is not used up by refusals, notes or a freeze', () => {
    const acked = step(halted, acknowledge(90, hex(2)))
    const later = step(
      acked,
      { type: 'attempt.refused', command: 'deploy', code: 'FINDINGS', what: 'one finding' },
      { type: 'note.added', kind: 'drift', attempt: null, text: 'secrets' },
      FREEZE,
      { type: 'freeze.lifted', because: 'over' },
    )
    expect(later.ack?.id).toBe(hex(90))
    expect(stop(later)).toBeNull()
  })

  test('of another halt answers nothing; a newer one replaces the older', () => {
    expect(step(halted, acknowledge(90, hex(1))).ack).toBeNull()
    expect(step(halted, acknowledge(90, hex(2)), acknowledge(91, hex(2))).ack?.id).toBe(hex(91))
  })

  test('of a remembered failed change needs one that is remembered', () => {
    const back = step(halted, goBack(4, 1), end(4, 'deployed'))
    expect(step(back, acknowledge(90, null, hex(2))).ack?.failed).toBe(hex(2))
    expect(step(back, acknowledge(90, null, hex(7))).ack).toBeNull()
  })

  test('a deploy that held ends the incident and forgets failed changes', () => {
    const state = step(halted, acknowledge(90, hex(2)), intend(3, { ack: hex(90) }), end(3, 'deployed'))
    expect([state.core.halt, state.incident, state.failed, state.ack]).toEqual([null, null, [], null])
    expect(stop(state)).toBeNull()
  })
})

describe('the way out: rollback', () => {
  const halted = stateAfter(...deployed(1), ...deployed(2), ...failedAt(3))

  test('that held lifts the halt, not the verdict', () => {
    const state = step(halted, goBack(4, 2), end(4, 'deployed'))
    expect([state.core.halt, state.incident]).toEqual([null, null])
    expect(state.failed.map((f) => f.attempt)).toEqual([hex(3)])
    expect(state.core.good.map((g) => g.attempt)).toEqual([hex(2), hex(1)])
    expect(stop(state)).toBeNull()
  })

  test.each(['not-started', 'unchanged', 'partial', 'stale-despite-ok', 'unhealthy', 'unknown'] as const)(
    '%s leaves the halt, and it may be repeated',
    (outcome) => {
      const state = step(halted, goBack(4, 2), end(4, outcome))
      expect([state.core.halt?.id, state.core.open]).toEqual([hex(3), null])
      expect(step(state, goBack(5, 2), end(5, 'deployed')).core.halt).toBeNull()
    },
  )

  test('to something probed that is back without a probe leaves the halt', () => {
    expect(step(halted, goBack(4, 2), end(4, 'deployed', { level: 'platform' })).core.halt?.id).toBe(hex(3))
    const bare = goBack(4, 2, { target: { serving: servingOf(2), good: hex(2), level: 'platform' } })
    expect(step(halted, bare, end(4, 'deployed', { level: 'platform' })).core.halt).toBeNull()
  })

  test('from something that passed remembers that change as rolled back, and looks further back the next time', () => {
    const ready = stateAfter(...deployed(1), ...deployed(2), ...deployed(3))
    const state = step(ready, goBack(4, 2, { before: servingOf(3) }), end(4, 'deployed'))
    expect(state.failed).toMatchObject([{ attempt: hex(3), tree: hex(1003, 40) }])
    expect(state.core.good.map((g) => g.attempt)).toEqual([2, 1, 3].map((n) => hex(n)))
  })

  test('that fails where nothing was halted halts', () => {
    const state = stateAfter(...deployed(1), ...deployed(2), goBack(3, 1), end(3, 'partial'))
    expect(state.core.halt).toMatchObject({ id: hex(3), light: false })
    expect(state.incident?.key).toBe(hex(3))
  })

  test('that touched something turns a light halt into a full one', () => {
    const light = stateAfter(...deployed(1), intend(2), end(2, 'not-started'))
    expect(step(light, goBack(3, 1), end(3, 'partial')).core.halt).toMatchObject({ id: hex(3), light: false })
    expect(step(light, goBack(3, 1), end(3, 'not-started')).core.halt).toMatchObject({ id: hex(2), light: true })
  })

  test('without a known good goes to the incumbent, which a failed attempt does not replace', () => {
    const first = stateAfter(intend(1, { before: servingOf(50) }), end(1, 'unhealthy'), acknowledge(90, hex(1)))
    expect(first.core.incumbent).toEqual(servingOf(50))
    const second = step(first, intend(2, { before: servingOf(1) }), end(2, 'unhealthy'))
    expect(second.core.incumbent).toEqual(servingOf(50))
    expect(step(second, goBack(3, null), end(3, 'deployed', { serving: servingOf(50, 53) })).core.incumbent).toEqual(servingOf(50, 53))
  })
})

describe('the way out: adoption', () => {
  const halted = stateAfter(...deployed(1), ...failedAt(2))

  test('of what serves lifts the halt by name and makes it the known good', () => {
    const state = step(halted, adoptOf(2, hex(2)))
    expect([state.core.halt, state.incident, state.failed]).toEqual([null, null, []])
    expect(state.core.good[0]).toMatchObject({ attempt: hex(2), seq: state.seq })
    expect(state.tries.every((t) => t.proven)).toBe(true)
  })

  test('leaves other failed changes remembered', () => {
    const state = step(halted, adoptOf(5, hex(2)))
    expect(state.failed.map((f) => f.attempt)).toEqual([hex(2)])
  })

  test('that answers another halt, or none, lifts nothing', () => {
    expect(step(halted, adoptOf(2, hex(1))).core).toEqual(halted.core)
    expect(step(halted, adoptOf(2, null)).core).toEqual(halted.core)
  })

  test('while an attempt runs lifts nothing', () => {
    const running = step(halted, acknowledge(90, hex(2)), intend(3))
    expect(step(running, adoptOf(2, hex(2))).core).toEqual(running.core)
  })

  test('without a halt takes drift over', () => {
    expect(stateAfter(...deployed(1), adoptOf(7, null)).core.good.map((g) => g.attempt)).toEqual([hex(7), hex(1)])
  })
})

describe('what was called bad', () => {
  const good = stateAfter(...deployed(1), ...deployed(2))

  test('halts, is remembered as failed, and is no known good any more', () => {
    const state = step(good, condemn(2))
    expect(state.core.halt).toMatchObject({ outcome: 'condemned', attempt: hex(2), light: false })
    expect(state.core.good.map((g) => g.attempt)).toEqual([hex(1)])
    expect(state.failed.map((f) => f.attempt)).toEqual([hex(2)])
    expect([stop(state), state.incident?.key]).toEqual(['HALTED', state.core.halt?.id])
  })

  test('is never adopted; the same image deployed again is another release', () => {
    const state = step(good, condemn(2))
    expect(step(state, adoptOf(2, state.core.halt!.id)).core).toEqual(state.core)
    expect(isCondemned(state, servingOf(2))).toBe(true)
    expect(isCondemned(state, { ...servingOf(2, 9), attempt: hex(9) })).toBe(false)
  })

  test('is nothing to go back to, also when it was only what served before', () => {
    const state = stateAfter(intend(1, { before: servingOf(50) }), end(1, 'deployed'), condemn(50))
    expect(state.core.incumbent).toBeNull()
  })

  test('keeps an earlier full halt, and replaces a light one', () => {
    const halted = stateAfter(...deployed(1), ...failedAt(2))
    expect(step(halted, condemn(1)).core.halt?.id).toBe(hex(2))
    const light = stateAfter(...deployed(1), intend(2), end(2, 'not-started'))
    expect(step(light, condemn(1)).core.halt).toMatchObject({ outcome: 'condemned', light: false })
  })

  test('takes an acknowledgement away that was given before', () => {
    expect(stop(step(stateAfter(...deployed(1), ...failedAt(2), acknowledge(90, hex(2))), condemn(1)))).toBe('HALTED')
  })
})

describe('fencing by state', () => {
  const open = stateAfter(...deployed(1), intend(2))

  test('an attempt that runs stops every other', () => {
    expect(open.core.open).toMatchObject({ attempt: hex(2), fenced: false })
    expect(stop(open)).toBe('DEPLOYING')
  })

  test('only the open attempt can be ended', () => {
    expect(step(open, end(1, 'unhealthy')).core).toEqual(open.core)
    expect(step(open, end(7, 'deployed')).core).toEqual(open.core)
  })

  test('a fenced one is ended by an observer alone', () => {
    const fenced = step(open, { type: 'note.added', kind: 'fence', attempt: hex(2), text: 'taken over' })
    expect(step(fenced, end(2, 'deployed')).core.open?.attempt).toBe(hex(2))
    expect(step(fenced, end(2, 'unknown', { observer: true })).core.halt?.id).toBe(hex(2))
  })

  test('a fence for another attempt changes nothing', () => {
    expect(step(open, { type: 'note.added', kind: 'fence', attempt: hex(1), text: 'x' }).core).toEqual(open.core)
  })

  test('one that its operator left stays open and refuses, says that nobody is at work, and is ended by whoever looks', () => {
    const left = step(open, { type: 'note.added', kind: 'left', attempt: hex(2), text: 'left' })
    expect(left.core.open).toMatchObject({ attempt: hex(2), left: true, fenced: false })
    expect(stop(left)).toBe('DEPLOYING')
    expect(describeState(open, Date.parse(open.core.open?.since ?? '')).status).toBe('deploying')
    expect(describeState(left, Date.parse(open.core.open?.since ?? '')).status).toBe('overdue')
    expect(step(left, end(2, 'deployed', { observer: true })).core).toMatchObject({ open: null, halt: null })
    expect(step(open, { type: 'note.added', kind: 'left', attempt: hex(1), text: 'x' }).core).toEqual(open.core)
  })

  test('an operator who comes late changes nothing, whatever it says', () => {
    const settled = step(open, end(2, 'unknown', { observer: true }))
    expect(step(settled, end(2, 'deployed')).core).toEqual(settled.core)
    const good = step(open, end(2, 'deployed', { observer: true }))
    expect(step(good, end(2, 'unhealthy')).core).toEqual(good.core)
  })

  test('a halt that opened while an attempt ran is not lifted by it', () => {
    const late = { seen: 1, halt: null, intent: stampAll([intend(8)])[0] as never }
    const both = stateAfter(intend(2), { ...intend(8), late: true } as Draft, end(8, 'unhealthy', { late }))
    const ended = step(both, end(2, 'deployed'))
    expect(ended.core.good[0]?.attempt).toBe(hex(2))
    expect([ended.core.halt?.id, stop(ended)]).toEqual([hex(8), 'HALTED'])
    expect(ended.failed.map((f) => f.attempt)).toEqual([hex(8)])
  })
})

describe('outcomes that come late from a spool', () => {
  const spooled = (n: number, intent: Draft & { type: 'deploy.intended' }, outcome: Parameters<typeof end>[1], seen: State): Draft[] => [
    { ...intent, late: true } as Draft,
    end(n, outcome, {
      late: { seen: seen.seq, halt: seen.core.halt?.id ?? null, intent: stampAll([intent])[0] as never },
    }),
  ]
  const ready = stateAfter(...deployed(1))
  const halted = step(ready, ...failedAt(2))

  test('a failure halts, also long after', () => {
    const state = step(ready, { type: 'note.added', kind: 'drift', attempt: null, text: 'x' }, ...spooled(5, intend(5), 'unhealthy', ready))
    expect([state.core.halt?.id, state.failed[0]?.attempt]).toEqual([hex(5), hex(5)])
  })

  test('a failure before a known good changes nothing', () => {
    const state = step(ready, ...deployed(3), ...spooled(5, intend(5), 'unhealthy', ready))
    expect(state.core.halt).toBeNull()
  })

  test('a rollback that held lifts the halt under which it began', () => {
    expect(step(halted, ...spooled(5, goBack(5, 1), 'deployed', halted)).core.halt).toBeNull()
  })

  test('a rollback that held lifts no other halt', () => {
    const other = step(halted, acknowledge(90, hex(2)), ...failedAt(3))
    expect(step(other, ...spooled(5, goBack(5, 1), 'deployed', halted)).core.halt?.id).toBe(hex(3))
  })

  test('a rollback that held lifts nothing when something else was tried since', () => {
    const since = step(halted, goBack(4, 1), end(4, 'partial'))
    expect(step(since, ...spooled(5, goBack(5, 1), 'deployed', halted)).core.halt?.id).toBe(hex(2))
  })

  test('two of one clone, in order: the second decides', () => {
    const state = step(halted, ...spooled(5, goBack(5, 1), 'unknown', halted), ...spooled(6, goBack(6, 1), 'deployed', halted))
    expect(state.core.halt).toBeNull()
  })

  test('a deploy that held is no known good once others have deployed or rolled back', () => {
    const since = step(ready, goBack(4, 1), end(4, 'deployed'))
    expect(step(since, ...spooled(5, intend(5), 'deployed', ready)).core.good.map((g) => g.attempt)).toEqual([hex(1)])
    expect(step(ready, ...spooled(5, intend(5), 'deployed', ready)).core.good[0]?.attempt).toBe(hex(5))
  })

  test('a second flush of the same outcome changes nothing', () => {
    const once = step(ready, ...spooled(5, intend(5), 'unhealthy', ready), goBack(6, 1), end(6, 'deployed'))
    expect(once.core.halt).toBeNull()
    expect(step(once, ...spooled(5, intend(5), 'unhealthy', ready)).core.halt).toBeNull()
  })

  test('it takes no lock', () => {
    expect(step(ready, { ...intend(5), late: true } as Draft).core.open).toBeNull()
  })
})

describe('incidents', () => {
  test('one incident from the first halt on, with its failures and whether they are the same', () => {
    const state = stateAfter(...failedAt(1, { signature: 'pw' }), acknowledge(90, hex(1)), ...failedAt(2, { signature: 'pw' }))
    expect(state.incident).toMatchObject({ key: hex(1), failures: 2, same: 2 })
    const third = step(state, acknowledge(91, hex(2)), ...failedAt(3, { signature: 'other' }))
    expect(third.incident).toMatchObject({ key: hex(1), failures: 3, same: 1 })
  })

  test('rollbacks and other runs that fail are no failed deploys', () => {
    const state = stateAfter(
      ...deployed(1),
      ...failedAt(2),
      goBack(3, 1),
      end(3, 'unknown'),
      intend(4, { kind: 'run' }),
      end(4, 'unhealthy'),
    )
    expect(state.incident?.failures).toBe(1)
  })
})

describe('the budget', () => {
  test('proved deploys, rollbacks, refusals and what never started do not count', () => {
    const state = stateAfter(
      ...deployed(1),
      ...deployed(2, { level: 'platform' }),
      goBack(3, 1),
      end(3, 'deployed'),
      intend(4),
      end(4, 'not-started'),
      { type: 'attempt.refused', command: 'deploy', code: 'FINDINGS', what: 'x' },
    )
    expect(state.tries.filter((t) => !t.proven).map((t) => t.attempt)).toEqual([hex(2)])
  })
})

describe('a known good without a probe', () => {
  const bare = stateAfter(...deployed(1, { level: 'platform' }))

  test('is unproven until somebody says that this one worked', () => {
    expect(bare.unproven).toMatchObject({ attempt: hex(1), files: ['file1.py'] })
    const worked = (n: number): Draft => ({ type: 'note.added', kind: 'worked', attempt: hex(n), text: 'yes' })
    expect(step(bare, worked(1)).unproven).toBeNull()
    expect(step(bare, worked(7)).unproven).not.toBeNull()
  })

  test('a probed one is not', () => {
    expect(stateAfter(...deployed(1)).unproven).toBeNull()
  })
})

test('a run of something else lifts nothing', () => {
  const halted = stateAfter(...deployed(1), ...failedAt(2))
  const run = step(halted, intend(3, { kind: 'run', candidate: null }), end(3, 'deployed'))
  expect(run.core).toEqual(halted.core)
})

describe('what a run of ours moved', () => {
  const ours = { version: 9, machineConfig: 'shape.key.values', secrets: { NEW: 'd1', secret1: null } }
  const base = stateAfter(...deployed(1, { secrets: { secret1: 'd0', KEPT: 'd2' } }))
  const ran = (part = {}) =>
    step(base, intend(3, { kind: 'run', candidate: null }), end(3, 'deployed', { serving: servingOf(1, 9), ours, ...part }))

  test('is known of the known good that still serves, and proves or lifts nothing', () => {
    expect(ran().core.good[0]).toMatchObject({
      attempt: hex(1),
      level: 'probed',
      serving: { id: servingOf(1).id, version: 9, attempt: hex(1) },
      machineConfig: 'shape.key.values',
      secrets: { KEPT: 'd2', NEW: 'd1' },
    })
    expect(ran().core.good[0]?.secrets).not.toHaveProperty('secret1')
    expect(ran().tries).toEqual(base.tries)
  })

  test('is nothing where another image serves, or where it did not hold', () => {
    expect(ran({ serving: servingOf(2) }).core.good).toEqual(base.core.good)
    const failed = step(base, intend(3, { kind: 'run', candidate: null }), end(3, 'unhealthy', { serving: servingOf(1, 9), ours }))
    expect(failed.core.good).toEqual(base.core.good)
    expect(failed.core.halt?.outcome).toBe('unhealthy')
  })

  test('names what served before, where nothing is known to go back to', () => {
    const first = step(stateAfter(), intend(1, { kind: 'run', candidate: null, before: servingOf(7) }))
    expect(first.core.incumbent).toEqual(servingOf(7))
    expect(step(base, intend(3, { kind: 'run', candidate: null, before: servingOf(7) })).core.incumbent).toEqual(base.core.incumbent)
  })
})

test('a freeze stands beside a halt and is lifted alone', () => {
  const frozen = stateAfter(...deployed(1), FREEZE)
  expect(stop(frozen)).toBe('FROZEN')
  const halted = step(frozen, ...failedAt(2))
  expect(stop(halted)).toBe('HALTED')
  expect(stop(step(halted, { type: 'freeze.lifted', because: 'x' }))).toBe('HALTED')
  expect(stop(step(frozen, { type: 'freeze.lifted', because: 'x' }))).toBeNull()
})

test('an event that this version does not know changes nothing but the count', () => {
  const state = stateAfter(...failedAt(1))
  const later = step(state, { type: 'moon.rose' } as unknown as Draft)
  expect({ ...later, seq: 0, last: null }).toEqual({ ...state, seq: 0, last: null })
})

test('a huge change is remembered by its tree alone', () => {
  const left = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`${'d'.repeat(100)}/${i}`, hex(i, 40)]))
  const state = stateAfter(intend(1, { candidate: candidateOf(1, left) }), end(1, 'unhealthy'))
  expect(state.failed[0]).toMatchObject({ tree: hex(1001, 40), left: {} })
  expect(JSON.stringify(state).length).toBeLessThan(20_000)
})
