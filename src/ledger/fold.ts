import type { KnownGood, Serving } from '../model.ts'
import type { Acknowledged, Adopted, Condemned, Created, DurableEvent, Ended, Intended, Note } from './events.ts'
import type { Core, Failed, Halt, Incident, State } from './state.ts'

/** The meaning level this version writes and understands; a reader that knows less refuses deploys, not rollbacks. */
export const MEANING = 1
const KNOWN_GOODS = 5
const REMEMBERED = 20
/** A halt by `not-started` needs one line; this many in a row need the full acknowledgement (design §5). */
const NOT_STARTED_LIMIT = 3

/**
 * The state after one more event. Pure: halts, known goods and recovery are never stored apart from it.
 * @param state null before `ledger.created`
 */
export const fold = (state: State | null, event: DurableEvent): State => {
  if (event.type === 'ledger.created') return created(event)
  if (!state) throw new Error(`a ledger begins with ledger.created, not with ${event.type}`)
  const after = apply(state, event)
  return { ...after, seq: state.seq + 1, last: { id: event.id, type: event.type, at: event.at } }
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
      return state
  }
}

const created = (event: Created): State => {
  const last = { id: event.id, type: event.type, at: event.at }
  if (event.embeds) {
    const { state } = event.embeds
    return { ...state, core: { ...state.core, ledger: event.ledger, app: event.app }, seq: state.seq + 1, last }
  }
  return {
    core: { v: 1, ledger: event.ledger, app: event.app, halt: null, good: [], incumbent: null, open: null },
    needs: MEANING,
    seq: 1,
    last,
    ack: null,
    freeze: null,
    failed: [],
    incident: null,
    notStarted: 0,
    tries: [],
    condemned: [],
    unproven: null,
  }
}

const withCore = (state: State, core: Partial<Core>): State => ({ ...state, core: { ...state.core, ...core } })

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
    intent: event,
  }
  // What a failed release left behind is nothing to go back to: only an unhalted deploy renews the incumbent.
  const incumbent = event.kind === 'deploy' && !state.core.halt && event.before ? event.before : state.core.incumbent
  const ack = event.ack !== null && event.ack === state.ack?.id ? null : state.ack
  const tries =
    event.kind === 'deploy' ? [...state.tries, { attempt: event.attempt, at: event.at, proven: false }].slice(-REMEMBERED) : state.tries
  return { ...withCore(state, { open, incumbent }), ack, tries }
}

/** Fencing by state: only the open attempt can be ended, by its operator, or once fenced by an observer alone. */
const ended = (state: State, event: Ended): State => {
  const open = state.core.open
  if (event.late) return endedLate(state, event, event.late)
  if (!open || open.attempt !== event.attempt || (open.fenced && !event.observer)) return state
  const closed = withCore(state, { open: null })
  return settled(closed, open.intent, event)
}

const endedLate = (state: State, event: Ended, late: NonNullable<Ended['late']>): State => {
  if (event.outcome === 'deployed') return state.core.halt?.id === late.halt ? settled(state, late.intent, event) : state
  return state.core.good.some((good) => good.seq > late.seen) ? state : settled(state, late.intent, event)
}

const settled = (state: State, intent: Intended, event: Ended): State => {
  if (event.outcome !== 'deployed') return failed(state, intent, event)
  if (intent.kind === 'rollback') return rolledBack(state, intent, event)
  return intent.kind === 'deploy' ? held(state, intent, event) : state
}

/** A forward known good: the incident is over and failed changes are forgotten. */
const held = (state: State, intent: Intended, event: Ended): State => {
  const good = knownGood(state.seq + 1, intent, event)
  const proven = event.level === 'probed'
  const files = Object.keys(intent.candidate?.left ?? {})
  return {
    ...withCore(state, { halt: null, good: good ? [good, ...state.core.good].slice(0, KNOWN_GOODS) : state.core.good }),
    ack: null,
    failed: [],
    incident: null,
    notStarted: 0,
    tries: state.tries.map((t) => (t.attempt === event.attempt ? { ...t, proven } : t)),
    unproven: proven
      ? null
      : { attempt: event.attempt, at: event.at, files: files.slice(0, 500), subject: intent.candidate?.subject ?? '' },
  }
}

const knownGood = (seq: number, intent: Intended, event: Ended): KnownGood | null => {
  const { candidate } = intent
  if (!candidate || !event.serving) return null
  return {
    attempt: event.attempt,
    seq,
    at: event.at,
    level: event.level ?? 'platform',
    because: intent.because,
    by: intent.by,
    commit: candidate.commit,
    tree: candidate.tree,
    dirty: candidate.dirty,
    left: candidate.left,
    serving: event.serving,
    config: candidate.config,
    guard: candidate.guard,
    settings: intent.settings,
    machineConfig: event.machineConfig,
    secrets: event.secrets,
  }
}

/** A rollback lifts the halt, not the verdict: `failed` stays until a later forward known good. */
const rolledBack = (state: State, intent: Intended, event: Ended): State => {
  const target = state.core.good.find((good) => good.attempt === intent.target?.good)
  const serving = event.serving ?? intent.target?.serving ?? null
  const good = target ? [renewed(target, serving, event), ...state.core.good.filter((g) => g !== target)] : state.core.good
  const left = state.core.halt || !intent.before ? null : leftBehind(state, intent, event)
  return {
    ...withCore(state, { halt: null, good, incumbent: target ? state.core.incumbent : serving }),
    ack: null,
    incident: null,
    notStarted: 0,
    unproven: null,
    failed: left ? remember(state.failed, left) : state.failed,
  }
}

const renewed = (good: KnownGood, serving: Serving | null, event: Ended): KnownGood => ({
  ...good,
  serving: serving ? { ...good.serving, ...serving, attempt: good.serving.attempt } : good.serving,
  machineConfig: event.machineConfig ?? good.machineConfig,
  secrets: event.secrets,
})

/** Rolling back from something that passed: that change is remembered as rolled back. */
const leftBehind = (state: State, intent: Intended, event: Ended): Failed | null => {
  const from = state.core.good.find((good) => good.serving.id === intent.before?.id && good.attempt !== intent.target?.good)
  if (!from) return null
  return {
    attempt: from.attempt,
    at: event.at,
    why: `rolled back: ${intent.because}`,
    commit: from.commit,
    tree: from.tree,
    left: from.left,
  }
}

const failed = (state: State, intent: Intended, event: Ended): State => {
  if (intent.kind === 'rollback') return state.core.halt ? state : withCore(state, { halt: haltOf(intent, event, false) })
  if (event.outcome === 'not-started') return notStarted(state, intent, event)
  const change = failedChange(intent, event)
  return {
    ...withCore(state, { halt: haltOf(intent, event, false) }),
    ack: null,
    failed: change ? remember(state.failed, change) : state.failed,
    incident: incidentOf(state, event, true),
    notStarted: 0,
    unproven: null,
  }
}

/** Nothing was made and nothing touched: it counts for no limit, but three in a row say that something is wrong. */
const notStarted = (state: State, intent: Intended, event: Ended): State => {
  const count = state.notStarted + 1
  const earlier = state.core.halt && !state.core.halt.light ? state.core.halt : null
  return {
    ...withCore(state, { halt: earlier ?? haltOf(intent, event, count < NOT_STARTED_LIMIT) }),
    ack: null,
    notStarted: count,
    incident: incidentOf(state, event, false),
    tries: state.tries.filter((t) => t.attempt !== event.attempt),
  }
}

const haltOf = (intent: Intended, event: Ended, light: boolean): Halt => ({
  id: event.attempt,
  since: event.at,
  by: intent.by,
  outcome: event.outcome,
  why: event.why,
  attempt: event.attempt,
  candidate: intent.candidate,
  light,
  suspect: event.suspects[0] ? `${event.suspects[0].text} (${event.suspects[0].because})` : null,
})

const failedChange = (intent: Intended, event: Ended): Failed | null =>
  intent.candidate && {
    attempt: event.attempt,
    at: event.at,
    why: event.why,
    commit: intent.candidate.commit,
    tree: intent.candidate.tree,
    left: intent.candidate.left,
  }

const remember = (list: Failed[], change: Failed): Failed[] =>
  [change, ...list.filter((f) => f.attempt !== change.attempt)].slice(0, REMEMBERED)

const incidentOf = (state: State, event: Ended, counts: boolean): Incident => {
  const before = state.incident ?? { key: event.attempt, since: event.at, failures: 0, signature: null, same: 0 }
  if (!counts) return before
  const same = event.signature !== null && event.signature === before.signature ? before.same + 1 : 1
  return { ...before, failures: before.failures + 1, signature: event.signature, same }
}

const acknowledged = (state: State, event: Acknowledged): State => {
  const answers = event.halt !== null ? event.halt === state.core.halt?.id : state.failed.some((f) => f.attempt === event.failed)
  if (!answers) return state
  const { at, by, halt, failed, cause, next, paths, outside } = event
  return { ...state, ack: { id: event.ack, at, by, halt, failed, cause, next, paths, outside } }
}

const adopted = (state: State, event: Adopted): State => {
  const good = { ...event.good, seq: state.seq + 1 }
  const others = state.core.good.filter((g) => g.serving.id !== good.serving.id)
  return {
    ...withCore(state, { halt: null, good: [good, ...others].slice(0, KNOWN_GOODS) }),
    ack: null,
    incident: null,
    notStarted: 0,
    // A person stands for what serves, so the guesses before it count no more.
    tries: state.tries.map((t) => ({ ...t, proven: true })),
    // What was adopted is not a failed change any more; others stay remembered.
    failed: state.failed.filter((f) => f.tree !== good.tree),
    unproven: null,
  }
}

const condemned = (state: State, event: Condemned): State => {
  const bad = state.core.good.filter((good) => good.serving.id === event.serving?.id)
  const newest = bad[0]
  const halt: Halt = {
    id: event.id,
    since: event.at,
    by: event.by,
    outcome: 'condemned',
    why: event.because,
    attempt: newest?.attempt ?? null,
    candidate: null,
    light: false,
    suspect: null,
  }
  const change: Failed | null = newest
    ? { attempt: newest.attempt, at: event.at, why: event.because, commit: newest.commit, tree: newest.tree, left: newest.left }
    : null
  return {
    ...withCore(state, { halt: state.core.halt ?? halt, good: state.core.good.filter((good) => !bad.includes(good)) }),
    ack: null,
    failed: change ? remember(state.failed, change) : state.failed,
    condemned: [...bad.map((good) => good.attempt), ...state.condemned].slice(0, REMEMBERED),
    incident: state.incident ?? { key: event.id, since: event.at, failures: 0, signature: null, same: 0 },
    unproven: null,
  }
}

const noted = (state: State, event: Note): State => {
  if (event.kind === 'worked') return { ...state, unproven: null }
  const { open } = state.core
  if (event.kind === 'fence' && open && open.attempt === event.attempt) return withCore(state, { open: { ...open, fenced: true } })
  return state
}
