import { describe, expect, test } from 'vitest'
import { newId } from '../../src/ledger/ledger.ts'
import type { State } from '../../src/ledger/state.ts'
import { makeRepo } from '../change/repo.ts'
import { hex, refusalOf } from '../support/ledger.ts'
import { halted, joinOrigin, type Origin, REF, type SharedRoom } from '../support/shared.ts'

const lifted = (state: State): string => JSON.stringify({ ...state, seq: state.seq + 1, core: { ...state.core, halt: null } })

const note = (id = newId()): string =>
  `${JSON.stringify({ v: 1, id, at: '2026-03-01T12:00:00.000Z', by: { name: 'x', via: 'terminal', host: 'y' }, type: 'note.added', kind: 'drift', attempt: null, text: 'x' })}\n`

/** Another history of the same length or longer, with the same ledger id, whose halt is gone. */
const otherHistory = (origin: Origin): string => {
  const state = origin.state()
  const root = origin.git('rev-list', '--max-parents=0', REF)
  let oid = root
  for (let n = 0; n < 9; n++) {
    oid = origin.commit([oid], {
      'events.ndjson': note(),
      'state.json': JSON.stringify({ ...state, seq: state.seq + n, core: { ...state.core, halt: null } }),
    })
  }
  return oid
}

type Tamper = (origin: Origin, tip: string) => void

const TAMPERED: [name: string, tamper: Tamper, code: string, says: RegExp][] = [
  ['set back to an older commit', (o) => o.set(o.git('rev-parse', `${REF}~1`)), 'LEDGER_BROKEN', /lost events that this clone has seen/],
  ['deleted', (o) => o.set(null), 'LEDGER_MISSING', /is gone/],
  [
    'deleted by a mirror push of a clone that never had it',
    (o) => void makeRepo().sh('push', '-q', '--mirror', o.path),
    'LEDGER_MISSING',
    /not a first deploy/,
  ],
  [
    'deleted, and begun anew by hand',
    (o) =>
      o.set(
        o.commit([], {
          'events.ndjson': note(),
          'state.json': JSON.stringify({ ...o.state(), seq: 1, core: { ...o.state().core, ledger: newId(), halt: null } }),
        }),
      ),
    'LEDGER_BROKEN',
    /another ledger/,
  ],
  ['a commit without a state on top', (o, tip) => o.set(o.commit([tip], { 'state.json': null })), 'LEDGER_BROKEN', /no commit of a ledger/],
  ['a state that is no state', (o, tip) => o.set(o.commit([tip], { 'state.json': '{}' })), 'LEDGER_BROKEN', /no readable core/],
  [
    'a state that lifts the halt and that no event explains',
    (o, tip) => o.set(o.commit([tip], { 'events.ndjson': note(), 'state.json': lifted(o.state()) })),
    'LEDGER_BROKEN',
    /changed by something else than safe-deploy/,
  ],
  [
    'a merge',
    (o, tip) => o.set(o.commit([otherHistory(o), tip], { 'state.json': lifted(o.state()) })),
    'LEDGER_BROKEN',
    /changed by something else than safe-deploy/,
  ],
  [
    'the state of another app',
    (o, tip) => o.set(o.commit([tip], { 'state.json': JSON.stringify({ ...o.state(), core: { ...o.state().core, app: 'shop' } }) })),
    'LEDGER_BROKEN',
    /ledger of shop/,
  ],
  ['another history with the same id', (o) => o.set(otherHistory(o)), 'LEDGER_BROKEN', /does not follow/],
]

const expectRestored = async (origin: Origin, room: SharedRoom, good: string) => {
  expect(await room.restore()).toBe(0)
  expect(origin.git('merge-base', good, REF)).toBe(good)
  const fresh = await joinOrigin(origin, { ci: true })
  for (const one of [room, fresh]) {
    const tip = await one.ledger.read()
    expect(tip.problem).toBeNull()
    expect(tip.core?.halt?.id).toBe(hex(2))
    expect(await one.verify()).toBe(0)
  }
}

describe('a ledger that was tampered with is refused, and restored from a clone that has seen it', () => {
  test.each(TAMPERED)('%s', async (_, tamper, code, says) => {
    const { origin, bea, good } = await halted()
    tamper(origin, good)
    const tip = await bea.ledger.read()
    expect(tip.problem?.refusal).toMatchObject({ code, exit: 12 })
    expect([tip.problem?.refusal.what, ...(tip.problem?.refusal.why ?? [])].join('\n')).toMatch(says)
    // Who asks again a moment later, in the same process, hears the same.
    expect((await bea.ledger.read(60_000)).problem?.refusal.code).toBe(code)
    // What a rollback goes by is there all the same.
    expect(tip.core?.halt?.id).toBe(hex(2))
    expect(tip.core?.good).toHaveLength(1)
    expect(tip.problem?.refusal.next.map(({ argv }) => argv.join(' '))).toEqual(
      expect.arrayContaining(['safe-deploy ledger restore', 'safe-deploy rollback']),
    )
    await refusalOf(() => bea.verify())
    await expectRestored(origin, bea, good)
  })
})

describe('verify names the first bad commit', () => {
  test.each<[string, Tamper]>([
    ['without a state', (o, tip) => o.set(o.commit([tip], { 'state.json': null }))],
    ['with a wrong state', (o, tip) => o.set(o.commit([tip], { 'events.ndjson': note(), 'state.json': lifted(o.state()) }))],
    ['with two parents', (o, tip) => o.set(o.commit([tip, o.git('rev-parse', `${REF}~2`)], { 'events.ndjson': note() }))],
  ])('%s, with others on top of it', async (_, tamper) => {
    const { origin, good } = await halted()
    const state = lifted(origin.state())
    tamper(origin, good)
    const bad = origin.tip()!
    for (let n = 0; n < 3; n++) origin.set(origin.commit([origin.tip()!], { 'events.ndjson': note(), 'state.json': state }))
    const clone = await joinOrigin(origin, { ci: true })
    const refused = await refusalOf(() => clone.verify())
    expect(refused.what).toContain(`${bad.slice(0, 12)} (number 5)`)
  })

  test('and none in a whole one, of which a job had only the newest part', async () => {
    const { origin } = await halted()
    const job = await joinOrigin(origin, { ci: true })
    await job.ledger.read()
    expect(await job.ledger.store.history(99)).toHaveLength(2)
    expect(await job.verify()).toBe(0)
    expect(job.emitted.join()).toContain('4 commits')
  })
})
