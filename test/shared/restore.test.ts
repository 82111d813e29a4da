import { rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MEANING } from '../../src/ledger/state.ts'
import { end, goBack, handClock, hex, intend, put, refusalOf } from '../support/ledger.ts'
import { halted, joinOrigin, makeOrigin, type Origin, REF } from '../support/shared.ts'

const commits = (origin: Origin): number => Number(origin.git('rev-list', '--count', REF))

describe('a shared ledger is restored', () => {
  test('from a job’s clone, which has not the whole of it: a new chain with the last state, and every other clone goes on from that', async () => {
    const { origin, ada } = await halted()
    const job = await joinOrigin(origin, { ci: true })
    await job.ledger.read()
    origin.set(null)
    expect(await job.restore()).toBe(0)
    expect(commits(origin)).toBe(1)
    expect(await job.verify()).toBe(0)
    for (const one of [ada, job, await joinOrigin(origin)]) {
      const tip = await one.ledger.read()
      expect(tip.problem).toBeNull()
      expect(tip.core?.halt?.id).toBe(hex(2))
    }
    expect((await put(ada, goBack(3, 1), end(3, 'deployed'))).core?.halt).toBeNull()
    expect((await job.ledger.read()).core?.halt).toBeNull()
  })

  test('but such a chain does not hold where another clone has seen more', async () => {
    const { origin, ada } = await halted()
    const job = await joinOrigin(origin, { ci: true })
    await job.ledger.read()
    await put(ada, { type: 'freeze.set', until: '2027-01-01T00:00:00.000Z', because: 'launch' })
    origin.set(null)
    await job.restore()
    expect((await ada.ledger.read()).problem?.refusal.code).toBe('LEDGER_BROKEN')
    expect(await ada.restore()).toBe(0)
    expect(commits(origin)).toBe(5)
  })

  test('by two at once, and neither undoes what the other did', async () => {
    const { origin, ada, bea } = await halted()
    const good = origin.tip()
    origin.set(null)
    expect(await Promise.all([ada.restore(), bea.restore()])).toEqual([0, 0])
    expect(origin.tip()).toBe(good)
  })

  test('and a halt that only what stood there knew is carried over', async () => {
    const { origin, ada } = await halted()
    await put(ada, goBack(3, 1), end(3, 'deployed'))
    const before = origin.git('rev-parse', `${REF}`)
    const job = await joinOrigin(origin, { ci: true })
    await put(ada, { type: 'freeze.lifted', because: 'x' })
    origin.set(before)
    await put(job, intend(9))
    await put(job, end(9, 'partial'))
    expect((await ada.ledger.read()).problem).not.toBeNull()
    expect(await ada.restore()).toBe(0)
    await expect((await joinOrigin(origin)).ledger.read()).resolves.toMatchObject({
      core: { halt: { why: expect.stringContaining('it was partial') } },
    })
  })

  test('and a halt that was lifted since stays lifted', async () => {
    const { origin, ada } = await halted()
    await put(ada, goBack(3, 1), end(3, 'deployed'))
    origin.set(origin.git('rev-parse', `${REF}~1`))
    expect(origin.state().core.halt).not.toBeNull()
    await ada.restore()
    expect((await ada.ledger.read()).core?.halt).toBeNull()
  })

  test('what a newer version wrote is replaced by a person alone', async () => {
    const { origin, ada } = await halted()
    origin.set(origin.commit([origin.tip()!], { 'state.json': JSON.stringify({ ...origin.state(), needs: MEANING + 1 }) }))
    expect((await ada.ledger.read()).problem?.refusal).toMatchObject({ code: 'LEDGER_NEWER', exit: 12 })
    expect(await refusalOf(() => ada.restore())).toMatchObject({
      code: 'LEDGER_NEWER',
      next: [{}, {}, { needs: ['--override=ledger-newer'] }],
    })
    const agent = await joinOrigin(origin, { root: ada.root, by: { name: 'x', via: 'agent', host: 'y' } })
    expect((await refusalOf(() => agent.restore(['ledger-newer=why not']))).code).toBe('LEDGER_NEWER')
    expect(await ada.restore(['ledger-newer=nobody uses a newer one'])).toBe(0)
    expect((await ada.ledger.read()).core?.halt?.id).toBe(hex(2))
  })

  test('with a bad commit further back: from the one before it, and what is open now goes along', async () => {
    const { origin, ada, id } = await halted()
    const state = origin.state()
    const lie = JSON.stringify({ ...state, core: { ...state.core, good: [] } })
    origin.set(origin.commit([origin.tip()!], { 'events.ndjson': '', 'state.json': lie }))
    origin.set(origin.commit([origin.tip()!], { 'events.ndjson': '', 'state.json': lie }))
    const late = await joinOrigin(origin)
    expect((await late.ledger.read()).problem).toBeNull()
    expect((await refusalOf(() => late.verify())).next[0]?.argv).toEqual(['safe-deploy', 'ledger', 'restore'])
    expect(await late.restore()).toBe(0)
    expect(await late.verify()).toBe(0)
    for (const one of [late, ada])
      expect((await one.ledger.read()).core).toMatchObject({ ledger: id, halt: { id: hex(2) }, good: [{ attempt: hex(1) }] })
  })

  test('not while it is out of reach: nothing is touched then', async () => {
    const { origin, ada } = await halted()
    rmSync(origin.path, { recursive: true })
    expect(await refusalOf(() => ada.restore())).toMatchObject({ code: 'LEDGER_UNREACHABLE', exit: 69 })
    expect(await ada.ledger.store.history(99)).toHaveLength(4)
  })
})

describe('a clone that knows nothing', () => {
  test.each<[string, (origin: Origin) => void, string]>([
    ['missing', (o) => o.set(null), 'LEDGER_MISSING'],
    ['hidden', (o) => void o.git('config', 'transfer.hideRefs', 'refs/safe-deploy'), 'LEDGER_MISSING'],
    ['hidden from reading alone', (o) => void o.git('config', 'uploadpack.hideRefs', 'refs/safe-deploy'), 'LEDGER_MISSING'],
    [
      'another',
      (o) =>
        o.set(
          o.commit([], {
            'events.ndjson': '',
            'state.json': JSON.stringify({ ...o.state(), core: { ...o.state().core, ledger: hex(5) } }),
          }),
        ),
      'LEDGER_BROKEN',
    ],
  ])('takes a ledger that the config names and that is %s for no first deploy, and restores nothing', async (_, tamper, code) => {
    const { origin, id } = await halted()
    tamper(origin)
    for (const ci of [true, false]) {
      const clone = await joinOrigin(origin, { ci, id })
      const tip = await clone.ledger.read()
      expect(tip.problem?.refusal).toMatchObject({ code, exit: 12 })
      expect((await refusalOf(() => clone.restore())).code).toBe('LEDGER_MISSING')
      expect((await refusalOf(() => clone.ledger.append(tip, [intend(3)]))).code).toBe(code)
    }
  })

  test('begins one where the config names none and none is there', async () => {
    const job = await joinOrigin(makeOrigin(), { ci: true })
    expect((await job.ledger.read()).problem).toBeNull()
    expect((await put(job, intend(1))).core?.open).not.toBeNull()
  })
})

test('a hidden ledger is as it was once it is shown again; until then it cannot be put back', async () => {
  const { origin, ada } = await halted()
  const tip = origin.tip()
  origin.git('config', 'transfer.hideRefs', 'refs/safe-deploy')
  const gone = (await ada.ledger.read()).problem?.refusal
  expect(gone).toMatchObject({ code: 'LEDGER_MISSING', exit: 12 })
  expect(gone?.why.join('\n')).toMatch(/hideRefs/)
  expect(await refusalOf(() => ada.restore())).toMatchObject({
    code: 'LEDGER_NOT_WRITABLE',
    why: [expect.stringContaining('hidden ref'), {}],
  })
  origin.git('config', '--unset', 'transfer.hideRefs')
  expect((await ada.ledger.read()).core?.halt?.id).toBe(hex(2))
  expect(origin.tip()).toBe(tip)
})

test('clocks that are hours apart lift nothing and refuse nothing', async () => {
  const { origin } = await halted()
  const HOURS = 5 * 3_600_000
  for (const skew of [HOURS, -HOURS]) {
    const clock = handClock()
    clock.pass(skew)
    const clone = await joinOrigin(origin, { clock })
    const tip = await clone.ledger.read()
    expect(tip.problem).toBeNull()
    expect(tip.core?.halt?.id).toBe(hex(2))
    expect((await put(clone, { type: 'note.added', kind: 'drift', attempt: null, text: 'x' })).core?.halt?.id).toBe(hex(2))
    expect(await clone.verify()).toBe(0)
  }
})
