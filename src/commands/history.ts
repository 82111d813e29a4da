import { decodeApp } from '../config/encode-app.ts'
import { next, refuse } from '../errors.ts'
import type { Emit } from '../events.ts'
import type { Acknowledged, DurableEvent, Ended, Intended } from '../ledger/events.ts'
import type { Actor } from '../model.ts'
import { howSure } from '../stages/ack/how-sure.ts'
import { ago, duration, nameServing } from '../words.ts'

export interface HistorySources {
  /** Durable events, newest first. */
  events(limit: number): Promise<DurableEvent[]>
  now: number
  emit: Emit
}

/** How many events of the ledger one attempt may lie back. */
const FAR = 2000

/** `safe-deploy history`: what was tried and how it ended, newest first. */
export const history = async (sources: HistorySources, limit: number): Promise<number> => {
  const events = await sources.events(Math.max(limit * 3, limit))
  const ends = endsOf(events)
  const shown = events.filter((event) => event.type !== 'deploy.ended' || !hasIntent(events, event)).slice(0, limit)
  const lines = shown.map((event) => oneLine(event, ends, sources.now))
  sources.emit({
    type: 'report',
    title: shown.length === 0 ? 'Nothing is recorded yet.' : 'History, newest first',
    lines,
    data: shown.map((event) => (event.type === 'deploy.intended' ? { ...event, ended: ends.get(event.attempt) ?? null } : event)),
  })
  return 0
}

/**
 * `safe-deploy history ID`: one attempt, by the beginning of its id.
 * @throws USAGE when none or several begin so
 */
export const historyOf = async (sources: HistorySources, id: string): Promise<number> => {
  const events = await sources.events(FAR)
  const found = events.filter((event) => idOf(event).startsWith(id.toLowerCase()))
  const ids = new Set(found.map(idOf))
  if (ids.size !== 1) {
    throw refuse('USAGE', {
      what: ids.size === 0 ? `Nothing recorded has an id that begins with ${id}.` : `${ids.size} recorded things begin with ${id}.`,
      why: [...ids].slice(0, 5).map((one) => one.slice(0, 12)),
      next: [next('what is recorded', ['safe-deploy', 'history'])],
    })
  }
  const lines = [...found].reverse().flatMap((event) => whole(event))
  sources.emit({ type: 'report', title: `Attempt ${[...ids][0]}`, lines, data: [...found].reverse() })
  return 0
}

const idOf = (event: DurableEvent): string => ('attempt' in event && event.attempt ? event.attempt : event.id)

const endsOf = (events: readonly DurableEvent[]): Map<string, Ended> =>
  new Map(events.filter((event): event is Ended => event.type === 'deploy.ended').map((event) => [event.attempt, event]))

const hasIntent = (events: readonly DurableEvent[], ended: Ended): boolean =>
  events.some((event) => event.type === 'deploy.intended' && event.attempt === ended.attempt)

const by = (actor: Actor): string => (actor.via === 'terminal' ? actor.name : `${actor.name} (${actor.via})`)

/** `3f9a1c2b  2 hours ago  deploy    deployed  v42 …  why, by whom` */
const oneLine = (event: DurableEvent, ends: ReadonlyMap<string, Ended>, now: number): string => {
  const [what, text] = summary(event, ends)
  return `${idOf(event).slice(0, 8)}  ${ago(event.at, now).padEnd(15)} ${what.padEnd(22)} ${text}, ${by(event.by)}`
}

const summary = (event: DurableEvent, ends: ReadonlyMap<string, Ended>): readonly [what: string, text: string] => {
  switch (event.type) {
    case 'deploy.intended':
      return attempt(event, ends.get(event.attempt))
    case 'deploy.ended':
      return [event.outcome, event.why]
    case 'attempt.refused':
      return ['refused', `${event.command}: ${event.what} (${event.code})`]
    case 'halt.acknowledged':
      return [`acknowledged (${event.level})`, event.cause]
    case 'halt.adopted':
      return ['adopted', event.because]
    case 'release.condemned':
      return ['called bad', event.because]
    case 'freeze.set':
      return ['frozen', `until ${event.until}: ${event.because}`]
    case 'freeze.lifted':
      return ['thawed', event.because]
    case 'note.added':
      return [`note: ${event.kind}`, event.text]
    case 'ledger.created':
      return ['ledger created', decodeApp(event.app)]
  }
}

const attempt = (intent: Intended, ended: Ended | undefined): readonly [string, string] => {
  const outcome = ended ? ended.outcome : 'open'
  const serving = ended?.serving ? ` ${nameServing(ended.serving)}` : ''
  const ran = intent.kind === 'run' ? ` (fly ${intent.argv.slice(1).join(' ').slice(0, 60)})` : ''
  return [`${intent.kind} ${outcome}`, `${intent.because}${ran}${serving}${ended && ended.outcome !== 'deployed' ? `: ${ended.why}` : ''}`]
}

/** Everything that the record says of one event, a fact a line. */
const whole = (event: DurableEvent): string[] => {
  const head = `${event.at}  ${event.type}, ${event.by.name} (${event.by.via}, ${event.by.host})`
  if (event.type === 'deploy.intended') return [head, ...intentLines(event)]
  if (event.type === 'deploy.ended') return [head, ...endLines(event)]
  const [what, text] = summary(event, new Map())
  return [head, `  ${what}: ${text}`, ...(event.type === 'halt.acknowledged' ? ackLines(event) : [])]
}

const ackLines = (event: Acknowledged): string[] => [
  `  ${howSure(event)}`,
  `  evidence: ${event.evidence}`,
  ...(event.evidenceRun ? [`  ran: ${event.evidenceRun.command}, which ended with ${event.evidenceRun.exit ?? 'a signal'}`] : []),
  `  next: ${event.next}`,
  event.outside ? `  changed outside: ${event.outside}` : `  within: ${event.paths.join(', ')}`,
]

const intentLines = (event: Intended): string[] => [
  `  for: ${event.because}`,
  ...(event.candidate
    ? [`  candidate: ${event.candidate.commit.slice(0, 10)} ${event.candidate.subject}, uncommitted: ${event.candidate.dirty.length}`]
    : []),
  ...(event.before ? [`  before: ${nameServing(event.before)}`] : []),
  `  ran: ${event.argv.join(' ')}`,
  ...event.findings.map(
    (f) => `  ${f.severity} ${f.rule}:${f.subject}: ${f.fact}${f.answer ? ` — ${f.answer.by} by ${f.answer.who}: ${f.answer.reason}` : ''}`,
  ),
]

const endLines = (event: Ended): string[] => [
  `  ${event.outcome} after ${duration(event.ms)}${event.observer ? ', found by looking' : ''}: ${event.why}`,
  ...event.evidence.map((one) => `  seen: ${one}`),
  ...event.probes.map((probe) => `  probe ${probe.name}: ${probe.passed ? 'passed' : 'failed'} ${probe.note}`.trimEnd()),
  ...event.tail.map((one) => `  │ ${one.text}${one.count > 1 ? ` (${one.count} times)` : ''}`),
  ...event.suspects.map((one) => `  suspect: ${one.place ? `${one.place.file}:${one.place.line ?? ''} ` : ''}${one.text} (${one.because})`),
]
