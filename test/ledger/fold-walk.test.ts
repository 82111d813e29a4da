import { expect, test } from 'vitest'
import type { DurableEvent } from '../../src/ledger/events.ts'
import { fold } from '../../src/ledger/fold.ts'
import { parseState } from '../../src/ledger/parse.ts'
import type { State } from '../../src/ledger/state.ts'
import { CREATED, stampAll, stateAfter } from '../support/ledger.ts'
import { randomFrom } from '../support/random.ts'
import { anyEvent } from '../support/walk.ts'

const WALKS = 120
const STEPS = 80

/** May this event lift this halt? Told apart from the fold: only by what the three ways out are. */
const mayLift = (before: State, event: DurableEvent): boolean => {
  const { halt, open } = before.core
  if (event.type === 'halt.adopted') return event.halt === halt?.id && open === null
  if (event.type !== 'deploy.ended' || event.outcome !== 'deployed') return false
  const intent = event.late ? event.late.intent : open?.intent
  if (!intent || intent.attempt !== event.attempt) return false
  if (intent.kind === 'rollback') return intent.target?.level !== 'probed' || event.level === 'probed'
  return intent.kind === 'deploy' && !event.late && intent.ack !== null
}

const walk = (seed: number, look: (before: State, event: DurableEvent, after: State) => void): DurableEvent[] => {
  const random = randomFrom(seed)
  const events = stampAll([CREATED])
  let state = stateAfter()
  for (let n = 1; n <= STEPS; n++) {
    const event = stampAll([anyEvent(random, state, n)], n)[0]!
    const next = fold(state, event)
    look(state, event, next)
    events.push(event)
    state = next
  }
  return events
}

test('whatever is appended in whatever order, only a way out lifts a halt', () => {
  const lifted = { count: 0 }
  for (let seed = 1; seed <= WALKS; seed++) {
    walk(seed, (before, event, after) => {
      if (!before.core.halt || after.core.halt) return
      lifted.count += 1
      expect(mayLift(before, event), `seed ${seed}: ${JSON.stringify(event)}`).toBe(true)
    })
  }
  expect(lifted.count).toBeGreaterThan(WALKS)
})

test('every outcome but deployed, of the attempt that is open, leaves a halt', () => {
  for (let seed = 1; seed <= WALKS; seed++) {
    walk(seed, (before, event, after) => {
      if (event.type !== 'deploy.ended' || event.late || event.outcome === 'deployed') return
      const { open } = before.core
      if (open?.attempt !== event.attempt || (open.fenced && !event.observer)) return
      expect(after.core.halt, `seed ${seed}`).not.toBeNull()
      expect([after.core.open, after.ack]).toEqual([null, null])
    })
  }
})

test('what was called bad never comes back as a known good of the same attempt', () => {
  for (let seed = 1; seed <= WALKS; seed++) {
    walk(seed, (before, event, after) => {
      if (event.type === 'deploy.ended') return
      const old = new Set(before.core.good.map((g) => g.attempt))
      const fresh = after.core.good.filter((g) => !old.has(g.attempt))
      expect(fresh.filter((g) => before.condemned.includes(g.attempt))).toEqual([])
    })
  }
})

test('every state can be read again, and folding its text is folding it', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const events = walk(seed, (before, event, after) => {
      const text = JSON.stringify(after)
      const parsed = parseState(text)
      expect(parsed.kind).toBe('ok')
      expect(JSON.stringify(fold(JSON.parse(JSON.stringify(before)), event))).toBe(text)
    })
    const once = events.reduce<State | null>(fold, null)
    expect(events.reduce<State | null>(fold, null)).toEqual(once)
  }
})

test('what a state keeps is bounded', () => {
  const random = randomFrom(7)
  let state = stateAfter()
  const sizes: number[] = []
  for (let n = 1; n <= 1500; n++) {
    state = fold(state, stampAll([anyEvent(random, state, n)], n)[0]!)
    sizes.push(JSON.stringify(state).length)
  }
  expect(Math.max(...sizes.slice(750))).toBeLessThan(1.5 * Math.max(...sizes.slice(0, 750)))
})
