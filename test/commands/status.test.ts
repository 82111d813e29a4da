import { describe, expect, it } from 'vitest'
import { type Look, type StatusOptions, status } from '../../src/commands/status.ts'
import { refuse } from '../../src/errors.ts'
import { describe as describeState } from '../../src/ledger/describe.ts'
import type { State } from '../../src/ledger/state.ts'
import { typed } from '../../src/reporters/typed.ts'
import type { Live } from '../../src/stages/live.ts'
import { acknowledge, end, handClock, hex, intend, servingOf, stateAfter } from '../support/ledger.ts'
import { listen } from './heard.ts'

const DAY = 86_400_000
const good = [intend(1), end(1, 'deployed')] as const
const bad = [intend(2), end(2, 'unhealthy', { signature: 'auth', suspects: [] })] as const
const freeze = { type: 'freeze.set' as const, until: '2026-03-02T10:00:00Z', because: 'migration' }

const STATES: [name: string, state: State | null, status: string, exit: number][] = [
  ['no ledger', null, 'no-ledger', 69],
  ['a new ledger', stateAfter(), 'ready', 0],
  ['a known good', stateAfter(...good), 'ready', 0],
  ['an open deploy', stateAfter(...good, intend(2)), 'deploying', 14],
  ['an open deploy past its deadline', stateAfter(...good, intend(2, { deadline_s: 1 })), 'overdue', 14],
  ['a halt', stateAfter(...good, ...bad), 'halted', 12],
  ['a halt with nothing to go back to', stateAfter(...bad), 'halted', 12],
  ['an acknowledged halt', stateAfter(...good, ...bad, acknowledge(3, hex(2))), 'acknowledged', 12],
  ['a freeze', stateAfter(...good, freeze), 'frozen', 12],
  ['a halt under a freeze', stateAfter(...good, ...bad, freeze), 'halted', 12],
  ['an acknowledged halt under a freeze', stateAfter(...good, ...bad, acknowledge(3, hex(2)), freeze), 'frozen', 12],
]

const ask = async (
  look: Partial<Look>,
  options: Partial<StatusOptions> = {},
  live: Live = { serving: servingOf(1), drift: [], refused: null },
) => {
  const heard = listen()
  const clock = handClock(Date.parse('2026-03-01T10:01:00Z'))
  const whole = { app: 'everflow', state: null, problem: null, spooled: 0, ...look }
  const exit = await status(
    { look: async () => whole, lookEvery: async () => [whole], live: async () => live, clock, emit: heard.emit },
    { exitCode: true, waitMs: null, live: false, ...options },
  )
  return { exit, told: heard.last('status') }
}

describe('status', () => {
  it.each(STATES)('of %s has its word, its exit code and a way on', async (_, state, word, code) => {
    const { exit, told } = await ask({ state })
    expect([told.status, exit]).toEqual([word, code])
    expect(told.next?.length).toBeGreaterThan(0)
    for (const next of told.next ?? []) expect(next.argv[0]).toBe('safe-deploy')
  })

  it('exits 0 unless asked for an exit code', async () => {
    for (const [, state] of STATES) expect((await ask({ state }, { exitCode: false })).exit).toBe(0)
  })

  it('says why, since when, how often and what to type while halted', async () => {
    const state = stateAfter(...good, ...bad, intend(3), end(3, 'unhealthy', { signature: 'auth' }))
    const { told } = await ask({ state })
    expect(told.words[0]).toBe('everflow: Halted: it was unhealthy')
    expect(told.words.join('\n')).toMatch(/unhealthy, \d+ seconds ago, by Ada \(terminal, desk\)/)
    expect(told.words.join('\n')).toMatch(/2 failed deploys since the last known good, .*, same error/)
    expect((told.next ?? []).map(typed)).toContain('safe-deploy rollback')
  })

  it('is never ready without a ledger, nor with one that is broken', async () => {
    const problem = refuse('LEDGER_BROKEN', { what: 'The ledger cannot be read.', why: ['its ref is empty'], next: [] })
    const { exit, told } = await ask({ problem })
    expect([exit, told.status, told.words]).toEqual([12, 'ledger-broken', ['everflow: The ledger cannot be read.', 'its ref is empty']])
    expect((await ask({})).told.words.join()).not.toMatch(/ready/i)
  })

  it('names what serves when asked, and what moved without stopping a deploy', async () => {
    const state = stateAfter(...good)
    const { exit, told } = await ask({ state }, { live: true }, { serving: servingOf(1), drift: ['secret A changed'], refused: null })
    expect([exit, told.status, told.live]).toEqual([0, 'ready', servingOf(1)])
    expect(told.words.join('\n')).toContain('since the known good: secret A changed')
  })

  it('is not ready while something else serves: it says what a deploy would be told', async () => {
    const refused = refuse('DRIFT', { what: 'Something else serves.', next: [{ argv: ['safe-deploy', 'adopt'], says: 'take it over' }] })
    const live = { serving: servingOf(7), drift: [], refused }
    const { exit, told } = await ask({ state: stateAfter(...good) }, { live: true }, live)
    expect([exit, told.status, told.next?.[0]?.says]).toEqual([12, 'drifted', 'take it over'])
    expect(told.words[0]).toBe('everflow: Something else serves.')
    expect((await ask({ state: stateAfter(...good, ...bad) }, { live: true }, live)).told.status).toBe('halted')
  })

  it('tells that an outcome of this clone is not recorded yet', async () => {
    expect((await ask({ state: stateAfter(...good), spooled: 1 })).told.words.join('\n')).toContain('1 outcome of this clone')
    expect((await ask({ state: stateAfter(...good) })).told.words.join('\n')).not.toContain('of this clone')
  })

  it('forgets a freeze that is over', () => {
    const state = stateAfter(...good, freeze)
    expect(describeState(state, Date.parse(freeze.until) + DAY).status).toBe('ready')
  })

  it('remembers a failed change that was rolled back as long as the state does', async () => {
    const state = { ...stateAfter(...good), failed: [{ attempt: 'x', at: '', why: 'it was unhealthy', commit: '', tree: '', left: {} }] }
    const { exit, told } = await ask({ state: state as State })
    expect([exit, told.status]).toEqual([0, 'ready'])
    expect(told.words.join('\n')).toContain('is remembered')
  })
})

describe('status of several apps', () => {
  const every = async (states: (State | null)[], more: Partial<Look> = {}) => {
    const heard = listen()
    const looks = states.map((state, i) => ({ app: `app${i}`, state, problem: null, spooled: 0, ...more }))
    const exit = await status(
      {
        look: () => Promise.reject(refuse('WHICH_APP', { what: 'Several apps' })),
        lookEvery: async () => looks,
        live: async () => ({ serving: null, drift: [], refused: null }),
        clock: handClock(),
        emit: heard.emit,
      },
      { exitCode: true, waitMs: null, live: false },
    )
    return { exit, told: heard.last('report') }
  }

  it('is a line for each', async () => {
    const { exit, told } = await every([stateAfter(...good), stateAfter(...good, ...bad)])
    expect([exit, told.lines]).toEqual([12, ['app0  Ready.', 'app1  Halted: it was unhealthy']])
  })

  it('says of each how many outlets did not hear of it', async () => {
    const missed = {
      outlet: 'slack $HOOK',
      why: 'no',
      since: '',
      tries: 1,
      incident: 'x',
      failures: 1,
      refused: 0,
      rollbacks: 0,
      ended: false,
    }
    const { told } = await every([stateAfter(...good, ...bad)], { undelivered: [missed] })
    expect(told.lines).toEqual(['app0  Halted: it was unhealthy; 1 outlet not told'])
    expect(told.data).toMatchObject([{ undelivered: [{ outlet: 'slack $HOOK' }] }])
  })

  it('exits as the first that holds for any of them', async () => {
    expect((await every([stateAfter(...good)])).exit).toBe(0)
    expect((await every([stateAfter(...good, ...bad), stateAfter(...good, intend(2))])).exit).toBe(14)
    expect((await every([stateAfter(...good, ...bad), null])).exit).toBe(69)
  })
})

describe('status --wait', () => {
  it('looks again until nobody deploys', async () => {
    const looks = [stateAfter(...good, intend(2)), stateAfter(...good, intend(2)), stateAfter(...good, intend(2), end(2, 'deployed'))]
    const heard = listen()
    const exit = await status(
      {
        look: async () => ({ app: null, state: looks.shift() ?? null, problem: null, spooled: 0 }),
        lookEvery: async () => [],
        live: async () => ({ serving: null, drift: [], refused: null }),
        clock: handClock(),
        emit: heard.emit,
      },
      { exitCode: true, waitMs: 60_000, live: false },
    )
    expect([exit, heard.last('status').status, looks.length]).toEqual([0, 'ready', 0])
    expect(heard.last('waiting').text).toContain('Ada is deploying')
  })

  it('asks a shared ledger every 3 to 8 seconds, never in step, and a remote that is away for a moment ends no wait', async () => {
    const clock = handClock()
    const at: number[] = []
    const away = refuse('LEDGER_UNREACHABLE', { what: 'away' })
    const look = async (): Promise<Look> => {
      at.push(clock.now())
      const problem = at.length === 3 ? away : null
      return { app: null, state: problem ? null : stateAfter(...good, intend(2)), problem, spooled: 0, shared: true }
    }
    const live = async () => ({ serving: null, drift: [], refused: null })
    const exit = await status(
      { look, lookEvery: async () => [], live, clock, emit: listen().emit },
      { exitCode: true, waitMs: 300_000, live: false },
    )
    expect(exit).toBe(14)
    const pauses = at.slice(1, -1).map((time, i) => time - (at[i] ?? 0))
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(3000)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(8000)
    expect(new Set(pauses).size).toBeGreaterThan(1)
  })

  it('gives up after its time and tells how it stands', async () => {
    const { exit, told } = await ask({ state: stateAfter(...good, intend(2)) }, { waitMs: 10_000 })
    expect([exit, told.status]).toEqual([14, 'deploying'])
  })
})
