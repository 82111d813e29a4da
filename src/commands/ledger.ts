import { next, refuse } from '../errors.ts'
import type { DurableEvent } from '../ledger/events.ts'
import { fold } from '../ledger/fold.ts'
import { newId } from '../ledger/ledger.ts'
import { parseEvents, parseState } from '../ledger/parse.ts'
import type { State } from '../ledger/state.ts'
import type { Desk } from '../stages/desk.ts'
import { count } from '../words.ts'

/** More commits than this are not folded again in one go. */
const ALL = 1_000_000

/** `safe-deploy ledger log`: the events, newest first, a line each. */
export const ledgerLog = async (desk: Desk, limit: number): Promise<number> => {
  const events = await desk.ledger.history(limit)
  desk.emit({
    type: 'report',
    title: `Ledger of ${desk.settings.app}`,
    lines: events.slice(0, limit).map(lineOf),
    data: { events: events.slice(0, limit) },
  })
  return 0
}

const lineOf = (event: DurableEvent): string =>
  `${event.at}  ${event.type.padEnd(18)} ${event.by.name} (${event.by.via})  ${textOf(event)}`.trimEnd()

const textOf = (event: DurableEvent): string => {
  if (event.type === 'deploy.ended') return `${event.outcome}: ${event.why}`
  if (event.type === 'attempt.refused') return `${event.code}: ${event.what}`
  if (event.type === 'note.added') return event.text
  if (event.type === 'halt.acknowledged') return event.cause
  return 'because' in event ? event.because : ''
}

/**
 * `safe-deploy ledger verify`: folds the whole chain again and compares each commit's state.
 * @throws LEDGER_BROKEN naming the first bad commit
 */
export const ledgerVerify = async (desk: Desk): Promise<number> => {
  const batches = (await desk.ledger.store.history(ALL)).reverse()
  let state: State | null = null
  for (const [i, batch] of batches.entries()) {
    state = foldBatch(state, batch.events, batch.oid)
    // The oldest commit of a shortened chain cannot be folded from nothing; every commit holds its own state to compare with.
    const stored = parseState((await desk.ledger.store.show(batch.oid, 'state.json')) ?? '')
    if (stored.kind !== 'ok' || JSON.stringify(stored.state) !== JSON.stringify(state))
      throw bad(batch.oid, i, 'its state is not what its events say')
  }
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'good',
    text: `${count(batches.length, 'commit')} folded again; every state is what its events say.`,
  })
  return 0
}

const foldBatch = (state: State | null, text: string, oid: string): State => {
  try {
    return parseEvents(text).reduce<State | null>(fold, state) as State
  } catch (error) {
    throw bad(oid, -1, error instanceof Error ? error.message : 'its events cannot be read')
  }
}

const bad = (oid: string, index: number, why: string) =>
  refuse('LEDGER_BROKEN', {
    what: `The chain is broken at commit ${oid.slice(0, 12)}${index < 0 ? '' : ` (number ${index + 1})`}.`,
    why: [why],
    next: [next('put back the last state that can be read', ['safe-deploy', 'ledger', 'restore'])],
  })

/**
 * `safe-deploy ledger restore`: brings a damaged or lost ledger back. The ref is put back on the commit that this clone saw last, or on the newest one
 * that is whole and no older; where there is none, a new chain begins whose root embeds the last state this clone saw. A halt survives each of them.
 * @param override a person's reason to begin anew where nothing is known (`--override ledger-missing=REASON`)
 */
export const ledgerRestore = async (desk: Desk, override: string | null): Promise<number> => {
  const tip = await desk.ledger.read()
  if (!tip.problem) {
    desk.emit({ type: 'said', stage: null, tone: 'good', text: 'The ledger is whole; there is nothing to restore.' })
    return 0
  }
  if (tip.problem.refusal.code === 'LEDGER_NEWER') throw tip.problem
  const seen = await desk.ledger.lastSeen()
  for (const known of [seen?.oid, await desk.ledger.store.lastKnown()]) {
    if (!known || known === tip.oid || !(await desk.ledger.store.restore(known))) continue
    // An older commit than was seen may lack a halt: reading says so, and then it will not do.
    if (!(await desk.ledger.read()).problem) return restored(desk, `the ref stands on ${known.slice(0, 12)} again`)
  }
  if (!seen && !(override && desk.actor.via === 'terminal')) throw nothingKnown(desk)
  await desk.ledger.store.abandon()
  const embeds = seen ? { state: seen.state, tip: seen.oid, because: 'the chain was lost; this is the last state this clone saw' } : null
  await desk.ledger.begin(embeds, desk.settings.ledger.id ?? seen?.state.core.ledger ?? newId())
  return restored(desk, seen ? `a new chain begins with the state of ${seen.at}` : `a new chain begins with nothing: ${override}`)
}

const restored = async (desk: Desk, how: string): Promise<number> => {
  const tip = await desk.ledger.read()
  if (tip.problem) throw tip.problem
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'good',
    text: `Restored: ${how}. ${tip.core?.halt ? 'The halt stands.' : 'No halt is open.'}`,
  })
  return 0
}

const nothingKnown = (desk: Desk) =>
  refuse('LEDGER_MISSING', {
    what: 'This clone knows no state of that ledger, so there is nothing to restore from.',
    why: [`no whole commit is left in ${desk.folder.ledgerGit}, and no state was seen here`],
    who: 'whoever has the clone that deployed; or a person who begins anew and says why',
    next: [next('begin anew, forgetting any halt', ['safe-deploy', 'ledger', 'restore'], ['--override=ledger-missing'])],
  })
