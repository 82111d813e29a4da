import type { Ended } from '../../src/ledger/events.ts'
import type { Draft } from '../../src/ledger/ledger.ts'
import type { State } from '../../src/ledger/state.ts'
import { acknowledge, adoptOf, end, goBack, hex, intend, servingOf, stampAll } from './ledger.ts'
import { pick } from './random.ts'

const OUTCOMES: readonly Ended['outcome'][] = [
  'deployed',
  'deployed',
  'deployed',
  'not-started',
  'unchanged',
  'partial',
  'serving-despite-exit',
  'stale-despite-ok',
  'unhealthy',
  'unknown',
]

/** Any event that any version, clone or late process could append now, sensible or not. `n` is fresh. */
export const anyEvent = (random: () => number, state: State, n: number): Draft => {
  const known = [...state.core.good.map((g) => g.attempt), ...state.failed.map((f) => f.attempt), state.core.halt?.id ?? hex(n)]
  const attempt = Number.parseInt(pick(random, known), 16) % 0xffff
  const open = state.core.open ? Number.parseInt(state.core.open.attempt, 16) : attempt
  const halt = random() < 0.8 ? (state.core.halt?.id ?? null) : pick(random, known)
  const level = pick(random, ['probed', 'platform'] as const)
  const outcome = pick(random, OUTCOMES)
  const good = state.core.good.length > 0 ? Number.parseInt(pick(random, state.core.good).attempt, 16) : null
  const ended = end(random() < 0.85 ? open : attempt, outcome, {
    level: outcome === 'deployed' ? level : null,
    ...(random() < 0.2 ? { observer: true as const } : {}),
    ...(random() < 0.1 ? { serving: null } : {}),
  })
  const lateIntent = pick(random, [intend(n), goBack(n, good)])
  const seen = Math.floor(random() * state.seq)
  const choices: Draft[] = [
    intend(n, { ack: random() < 0.7 ? (state.ack?.id ?? null) : null, before: servingOf(attempt) }),
    intend(n, { ack: state.ack?.id ?? null }),
    intend(n, { kind: 'run', candidate: null }),
    goBack(n, good, { before: servingOf(attempt) }),
    ended,
    ended,
    ended,
    end(n, outcome, { level: outcome === 'deployed' ? level : null, late: { seen, halt, intent: stampAll([lateIntent])[0] as never } }),
    acknowledge(n, halt, null),
    acknowledge(n, null, hex(attempt)),
    adoptOf(random() < 0.5 ? n : attempt, halt),
    { type: 'release.condemned', because: 'bad', serving: random() < 0.9 ? servingOf(attempt) : null },
    { type: 'freeze.set', until: '2027-01-01T00:00:00.000Z', because: 'launch' },
    { type: 'freeze.lifted', because: 'over' },
    { type: 'note.added', kind: 'fence', attempt: hex(open), text: 'x' },
    { type: 'note.added', kind: 'worked', attempt: hex(attempt), text: 'x' },
    { type: 'attempt.refused', command: 'deploy', code: 'HALTED', what: 'x' },
  ]
  return pick(random, choices)
}
