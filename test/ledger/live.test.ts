import { expect, test } from 'vitest'
import type { DurableEvent } from '../../src/ledger/events.ts'
import { fold } from '../../src/ledger/fold.ts'
import type { Draft } from '../../src/ledger/ledger.ts'
import { parseState } from '../../src/ledger/parse.ts'
import type { State } from '../../src/ledger/state.ts'
import { makeRoom, put, stateAfter } from '../support/ledger.ts'
import { randomFrom } from '../support/random.ts'
import { anyEvent } from '../support/walk.ts'

test.each([11, 12])('live state is the folded ledger, commit by commit (seed %i)', async (seed) => {
  const random = randomFrom(seed)
  const room = makeRoom()
  let state: State = stateAfter()
  for (let n = 1; n <= 20; n += 1) {
    if (random() < 0.3) await room.ledger.later({ type: 'attempt.refused', command: 'deploy', code: 'HALTED', what: `n${n}` })
    const drafts: Draft[] = [anyEvent(random, state, 2 * n), ...(random() < 0.3 ? [anyEvent(random, state, 2 * n + 1)] : [])]
    const tip = await put(room, ...drafts)
    state = tip.state!
    expect(JSON.stringify((await room.ledger.read()).state)).toBe(JSON.stringify(state))
  }
  const batches = (await room.ledger.store.history(100)).reverse()
  expect(batches).toHaveLength(20)
  let folded: State | null = null
  for (const batch of batches) {
    const events = batch.events
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as DurableEvent)
    folded = events.reduce<State | null>(fold, folded)
    const stored = parseState((await room.ledger.store.show(batch.oid, 'state.json')) ?? '')
    expect(stored).toEqual({ kind: 'ok', state: JSON.parse(JSON.stringify(folded)) })
  }
  const flat = (await room.ledger.history(1000)).reverse()
  expect(JSON.stringify(flat.reduce<State | null>(fold, null))).toBe(JSON.stringify(state))
})
