import type { Serving } from '../model.ts'
import type { Acknowledged, Adopted, Condemned, DurableEvent, Intended, Note } from './events.ts'
import { bounded, keepGood, lean, REMEMBERED, recovered, remember, withCore } from './keep.ts'
import { ended } from './outcome.ts'
import { type Failed, type Halt, MEANING, type State } from './state.ts'

/** What a lost race, or a late outcome, must not have missed. */
const MOVES = new Set<DurableEvent['type']>(['deploy.intended', 'deploy.ended', 'halt.adopted', 'release.condemned'])

/**
 * The state after one more event. Pure: halts, known goods and recovery are never stored apart from it.
 * @param state null before `ledger.created`
 */
export const fold = (state: State | null, event: DurableEvent): State => {
  if (!state) return created(event)
  const seq = state.seq + 1
  const after = apply(state, event)
  // An outcome that came too late changes nothing: nobody has to read again because of it.
  const moved = MOVES.has(event.type) && after !== state && !('late' in event && event.late) ? seq : state.moved
  return { ...after, seq, moved, last: { id: event.id, type: event.type, at: event.at } }
}

const apply = (state: State, event: DurableEvent): State => {
  switch (event.type) {
    case 'deploy.intended':
      return event.late ? state : intended(state, event)
    case 'deploy.ended':
      return ended(state, event)
    case 'halt.acknowledged':
      return acknowledged(state, event)
    case 'halt.adopted':
      return adopted(state, event)
    case 'release.condemned':
      return condemned(state, event)
    case 'freeze.set':
      return { ...state, freeze: { until: event.until, because: event.because, by: event.by } }
    case 'freeze.lifted':
      return { ...state, freeze: null }
    case 'note.added':
      return noted(state, event)
    default:
      // Refusals, what a newer version wrote, and a second ledger.created: a chain that has begun is never begun again.
      return state
  }
}

const created = (event: DurableEvent): State => {
  if (event.type !== 'ledger.created') throw new Error(`a ledger begins with ledger.created, not with ${event.type}`)
  const last = { id: event.id, type: event.type, at: event.at }
  if (event.embeds) {
    const { state } = event.embeds
    const seq = state.seq + 1
    return { ...state, core: { ...state.core, ledger: event.ledger, app: event.app }, seq, moved: seq, last }
  }
  return {
    core: { v: 1, ledger: event.ledger, app: event.app, halt: null, good: [], incumbent: null, open: null },
    needs: MEANING,
    seq: 1,
    moved: 0,
    last,
    ack: null,
    freeze: null,
    failed: [],
    incident: null,
    notStarted: 0,
    tries: [],
    condemned: [],
    flushed: [],
    unproven: null,
  }
}

/** The halt that an attempt answers: a rollback any, a deploy the one that its acknowledgement names. */
const answered = ({ core, ack }: State, event: Intended): string | null => {
  if (event.kind === 'rollback') return core.halt?.id ?? null
  return ack && ack.id === event.ack ? ack.halt : null
}

const intended = (state: State, event: Intended): State => {
  const open = {
    attempt: event.attempt,
    kind: event.kind,
    since: event.at,
    by: event.by,
    because: event.because,
    deadline_s: event.deadline_s,
    before: event.before,
    operator: event.operator,
    fenced: false,
    under: answered(state, event),
    intent: lean(event),
  }
  // What a failed release left behind is nothing to go back to: only an unhalted deploy renews the incumbent, and a run names the first.
  const names = event.kind === 'deploy' || (event.kind === 'run' && state.core.incumbent === null && state.core.good.length === 0)
  const incumbent = names && !state.core.halt && event.before ? event.before : state.core.incumbent
  // One acknowledgement, one attempt: whichever reaches its intent uses it up, also a rollback, after which it would answer something else.
  const ack = event.kind === 'run' ? state.ack : null
  const tries =
    event.kind === 'deploy' ? [...state.tries, { attempt: event.attempt, at: event.at, proven: false }].slice(-REMEMBERED) : state.tries
  return { ...withCore(state, { open, incumbent }), ack, tries }
}

const acknowledged = (state: State, event: Acknowledged): State => {
  const answers = event.halt !== null ? event.halt === state.core.halt?.id : state.failed.some((f) => f.attempt === event.failed)
  if (!answers) return state
  const { at, by, halt, failed, cause, next, paths, outside, level } = event
  const incident = state.incident && halt !== null ? { ...state.incident, cause } : state.incident
  return { ...state, incident, ack: { id: event.ack, at, by, halt, failed, cause, next, paths, outside, level } }
}

/** What was proved then answers only what stood then: another halt, an attempt that runs, or a release called bad is not lifted by it. */
const adopted = (state: State, event: Adopted): State => {
  const { halt, open } = state.core
  if ((halt?.id ?? null) !== event.halt || open || isCondemned(state, event.good.serving)) return state
  const good = { ...event.good, left: bounded(event.good.left), seq: state.seq + 1 }
  const others = state.core.good.filter((g) => g.serving.id !== good.serving.id)
  return {
    ...recovered(withCore(state, { good: keepGood(good, others) }), {
      at: event.at,
      how: 'adopted',
      by: event.by,
      because: event.because,
      serving: good.serving,
    }),
    // A person stands for what serves, so the guesses before it count no more.
    tries: state.tries.map((t) => ({ ...t, proven: true })),
    // What was adopted is not a failed change any more; others stay remembered.
    failed: state.failed.filter((f) => f.tree !== good.tree),
    unproven: null,
  }
}

/** One release: the same image deployed again is another. */
const releaseKey = (serving: Serving): string => (serving.version === null ? serving.id : `${serving.id}@v${serving.version}`)

/** Was this release called bad? Then it is never a known good again; the same image, deployed again, may be. */
export const isCondemned = (state: Pick<State, 'condemned'>, serving: Serving): boolean =>
  state.condemned.includes(releaseKey(serving)) || (serving.attempt !== null && state.condemned.includes(serving.attempt))

const condemned = (state: State, event: Condemned): State => {
  const { serving } = event
  const bad = state.core.good.filter((good) => good.serving.id === serving?.id)
  const newest = bad[0]
  const halt: Halt = {
    id: event.id,
    since: event.at,
    by: event.by,
    outcome: 'condemned',
    why: event.because,
    attempt: newest?.attempt ?? serving?.attempt ?? null,
    candidate: null,
    light: false,
    suspect: null,
  }
  const change: Failed | null = newest
    ? { attempt: newest.attempt, at: event.at, why: event.because, commit: newest.commit, tree: newest.tree, left: newest.left }
    : null
  const { incumbent, good } = state.core
  const names = [...(serving ? [releaseKey(serving)] : []), ...bad.map((g) => g.attempt)]
  return {
    ...withCore(state, {
      // An earlier full halt stays, unless an attempt runs under it: that one answers only what stood when it began.
      halt: state.core.halt && !state.core.halt.light && !state.core.open ? state.core.halt : halt,
      good: good.filter((g) => !bad.includes(g)),
      incumbent: incumbent && incumbent.id === serving?.id ? null : incumbent,
    }),
    ack: null,
    failed: change ? remember(state.failed, change) : state.failed,
    condemned: [...new Set([...names, ...state.condemned])].slice(0, 2 * REMEMBERED),
    incident: { ...(state.incident ?? { key: event.id, since: event.at, failures: 0, signature: null, same: 0 }), full: true },
    unproven: null,
  }
}

const noted = (state: State, event: Note): State => {
  // Notes may wait in a clone for days: an old word about one release says nothing of a later one.
  if (event.kind === 'worked') return event.attempt === state.unproven?.attempt ? { ...state, unproven: null } : state
  const { open } = state.core
  if (event.kind === 'fence' && open && open.attempt === event.attempt) return withCore(state, { open: { ...open, fenced: true } })
  if (event.kind === 'left' && open && open.attempt === event.attempt) return withCore(state, { open: { ...open, left: true } })
  return state
}
