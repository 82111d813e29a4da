import { expect, test } from 'vitest'
import type { DurableEvent } from '../../src/ledger/events.ts'
import { fold } from '../../src/ledger/fold.ts'
import { lean } from '../../src/ledger/lean.ts'
import type { State } from '../../src/ledger/state.ts'
import { acknowledge, CREATED, candidateOf, end, hex, intend, stampAll } from '../support/ledger.ts'

const WORD = 'hunter2'
const finding = { rule: 'r', subject: WORD, severity: 'ask' as const, stage: 'read' as const, fact: WORD }

/** A good deploy, a failed one and its acknowledgement, with a word wherever people or programs write. */
const EVENTS: DurableEvent[] = stampAll([
  CREATED,
  intend(1, { because: WORD, candidate: { ...candidateOf(1), subject: WORD }, argv: ['fly', WORD], findings: [finding] }),
  end(1, 'deployed', { why: WORD }),
  intend(2, { because: WORD }),
  end(2, 'unhealthy', {
    why: WORD,
    evidence: [WORD],
    tail: [{ text: WORD, count: 1 }] as never,
    heard: [WORD],
    suspects: [{ text: WORD, because: WORD }] as never,
  }),
  { ...acknowledge(2, hex(2)), cause: WORD, evidence: WORD, next: WORD, outside: WORD },
  { type: 'note.added', kind: 'override', attempt: null, text: WORD },
])

const folded = (events: readonly DurableEvent[]): State => events.reduce<State | null>(fold, null) as State

/** What decides: everything but what somebody wrote. */
const decisive = ({ core, ack, failed, tries, incident, seq, moved }: State) => ({
  halt: [core.halt?.id, core.halt?.outcome, core.halt?.light],
  good: core.good.map(({ attempt, commit, tree, left, serving, settings, level }) => ({
    attempt,
    commit,
    tree,
    left,
    serving,
    settings,
    level,
  })),
  ack: [ack?.id, ack?.halt, ack?.paths, ack?.outside === null],
  failed: failed.map(({ attempt, tree, left }) => ({ attempt, tree, left })),
  ...{ tries, failures: incident?.failures, seq, moved },
})

test('a batch without text means the same', () => {
  expect(decisive(folded(EVENTS.map(lean)))).toEqual(decisive(folded(EVENTS)))
})

test('nothing that was written is left in it, nor in the state after it', () => {
  expect(JSON.stringify(EVENTS)).toContain(WORD)
  expect(JSON.stringify(EVENTS.map(lean))).not.toContain(WORD)
  expect(JSON.stringify(folded(EVENTS.map(lean)))).not.toContain(WORD)
})
