import type { KnownGood, Serving } from '../model.ts'
import type { Ended, Intended } from './events.ts'
import { keepGood, lean, REMEMBERED, recovered, remember, withCore } from './keep.ts'
import type { Failed, Halt, Incident, State } from './state.ts'

/** A halt by `not-started` needs one line; this many in a row need the full acknowledgement (design §5). */
const NOT_STARTED_LIMIT = 3

/** Fencing by state: only the open attempt can be ended, by its operator, or once fenced by an observer alone. */
export const ended = (state: State, event: Ended): State => {
  const open = state.core.open
  if (event.late) return endedLate(state, event, event.late)
  if (!open || open.attempt !== event.attempt || (open.fenced && !event.observer)) return state
  const closed = withCore(state, { open: null })
  return settled(closed, { intent: open.intent, under: open.under }, event)
}

/** Flushed from a spool: it changes only what is still as it was, and only once. A failure halts unless a known good came after it. */
const endedLate = (before: State, event: Ended, late: NonNullable<Ended['late']>): State => {
  if (before.flushed.includes(event.attempt)) return before
  const state = { ...before, flushed: [event.attempt, ...before.flushed].slice(0, REMEMBERED) }
  const overtaken =
    event.outcome === 'deployed'
      ? (state.core.halt?.id ?? null) !== late.halt || state.moved > late.seen
      : state.core.good.some((good) => good.seq > late.seen)
  const under = late.intent.kind === 'rollback' ? late.halt : null
  return overtaken ? state : settled(state, { intent: lean(late.intent), under }, event)
}

/** An attempt, and the halt that it answers. */
interface Begun {
  intent: Intended
  under: string | null
}

const settled = (state: State, begun: Begun, event: Ended): State => {
  const { intent } = begun
  const why = event.outcome === 'deployed' ? unprovedBy(intent, event) : null
  if (why) return failed(state, intent, { ...event, outcome: 'unknown', why })
  if (event.outcome !== 'deployed') return failed(state, intent, event)
  if (intent.kind === 'rollback') return rolledBack(state, begun, event)
  return intent.kind === 'deploy' ? held(state, begun, event) : movedByUs(state, event)
}

/** What a run of ours moved is no drift: the known good that serves is known with it. It lifts nothing and proves nothing. */
const movedByUs = (state: State, { ours, serving }: Ended): State => {
  const [good, ...others] = state.core.good
  if (!ours || !good || good.serving.id !== serving?.id) return state
  const secrets = Object.entries({ ...good.secrets, ...ours.secrets }).filter((entry): entry is [string, string] => entry[1] !== null)
  const moved = {
    ...good,
    serving: { ...good.serving, version: ours.version ?? good.serving.version },
    machineConfig: ours.machineConfig ?? good.machineConfig,
    secrets: Object.fromEntries(secrets),
  }
  return withCore(state, { good: [moved, ...others] })
}

/** What an outcome that calls itself deployed lacks: missing evidence is unknown, never success. */
const unprovedBy = (intent: Intended, event: Ended): string | null => {
  if (intent.kind === 'deploy' && (!intent.candidate || !event.serving)) return 'recorded as deployed, but nobody recorded what serves'
  if (intent.kind === 'rollback' && intent.target?.level === 'probed' && event.level !== 'probed')
    return 'it is back, but no probe passed, and it was a probed known good'
  return null
}

/** A halt that opened while an attempt ran is not what that attempt answered. */
const lifts = (state: State, under: string | null): boolean => state.core.halt === null || state.core.halt.id === under

/** A forward known good: the incident is over and failed changes are forgotten. */
const held = (state: State, { intent, under }: Begun, event: Ended): State => {
  const good = knownGood(state.seq + 1, intent, event)
  const proven = event.level === 'probed'
  const files = Object.keys(intent.candidate?.left ?? {})
  const heard = event.heard ? { heard: event.heard.slice(0, 5) } : {}
  const recorded = {
    ...withCore(state, { good: good ? keepGood(good, state.core.good) : state.core.good }),
    tries: state.tries.map((t) => (t.attempt === event.attempt ? { ...t, proven } : t)),
    unproven: proven
      ? null
      : { attempt: event.attempt, at: event.at, files: files.slice(0, 500), subject: intent.candidate?.subject ?? '', ...heard },
  }
  const end = { at: event.at, how: 'deployed' as const, by: intent.by, because: intent.because, serving: event.serving }
  return lifts(state, under) ? { ...recovered(recorded, end), failed: [] } : recorded
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
    shape: candidate.shape,
    serving: event.serving,
    config: candidate.config,
    guard: candidate.guard,
    settings: intent.settings,
    machineConfig: event.machineConfig,
    secrets: event.secrets,
  }
}

/** A rollback lifts the halt, not the verdict: `failed` stays until a later forward known good. */
const rolledBack = (state: State, { intent, under }: Begun, event: Ended): State => {
  const { good, incumbent, halt } = state.core
  const target = good.find((g) => g.attempt === intent.target?.good)
  const serving = event.serving ?? intent.target?.serving ?? null
  const left = halt || !intent.before ? null : leftBehind(state, intent, event)
  const back = {
    ...withCore(
      state,
      target ? { good: backTo(good, target, renewed(target, serving, event)) } : { good, incumbent: serving ?? incumbent },
    ),
    unproven: null,
    failed: left ? remember(state.failed, left) : state.failed,
  }
  const end = { at: event.at, how: 'rolled back' as const, by: intent.by, because: intent.because, serving }
  return lifts(state, under) ? recovered(back, end) : back
}

/** What was rolled back from comes last: the next one to go back to lies before the target, not after it. */
const backTo = (goods: KnownGood[], target: KnownGood, now: KnownGood): KnownGood[] => [
  now,
  ...goods.filter((g) => g.seq < target.seq),
  ...goods.filter((g) => g.seq > target.seq),
]

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
  if (intent.kind === 'rollback') return notBack(state, intent, event)
  if (event.outcome === 'not-started') return notStarted(state, intent, event)
  const change = failedChange(intent, event)
  return {
    ...withCore(state, { halt: haltOf(intent, event, false) }),
    ack: null,
    failed: change ? remember(state.failed, change) : state.failed,
    incident: { ...incidentOf(state, event, intent.kind === 'deploy'), full: true },
    notStarted: 0,
    unproven: null,
  }
}

/** A rollback that did not hold: the halt stays, and it may be repeated; where there was none, or a light one, it opens one if it touched anything. */
const notBack = (state: State, intent: Intended, event: Ended): State => {
  const { halt: before } = state.core
  const halt = before && (!before.light || event.outcome === 'not-started') ? before : haltOf(intent, event, false)
  const incident = incidentOf(state, event, false)
  return {
    ...withCore(state, { halt }),
    ack: null,
    incident: { ...incident, rollbacks: (incident.rollbacks ?? 0) + 1, ...fullBy(halt) },
    unproven: null,
  }
}

const fullBy = (halt: Halt): { full?: true } => (halt.light ? {} : { full: true })

/** Nothing was made and nothing touched: it counts for no limit, but three in a row say that something is wrong. */
const notStarted = (state: State, intent: Intended, event: Ended): State => {
  const count = state.notStarted + 1
  const earlier = state.core.halt && !state.core.halt.light ? state.core.halt : null
  const halt = earlier ?? haltOf(intent, event, count < NOT_STARTED_LIMIT)
  return {
    ...withCore(state, { halt }),
    ack: null,
    notStarted: count,
    incident: { ...incidentOf(state, event, false), ...fullBy(halt) },
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

const incidentOf = (state: State, event: Ended, counts: boolean): Incident => {
  const before = state.incident ?? { key: event.attempt, since: event.at, failures: 0, signature: null, same: 0 }
  if (!counts) return before
  const same = event.signature !== null && event.signature === before.signature ? before.same + 1 : 1
  return { ...before, failures: before.failures + 1, signature: event.signature, same }
}
