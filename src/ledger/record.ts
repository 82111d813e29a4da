import { isGuardError, refuse } from '../errors.ts'
import type { Clock, Files, ProcessTable } from '../ports.ts'
import type { DurableEvent, Ended, Intended } from './events.ts'
import type { Draft, Ledger, Tip } from './ledger.ts'
import type { PrivateFolder } from './private.ts'
import { interrupted, readSpool, type Spooled } from './spool.ts'
import type { Open, State } from './state.ts'

/** How often a lost compare-and-swap is tried again when nothing that matters has moved (design §4). */
const TRIES = 5
/** An outcome is worth more patience; then it is spooled. */
const OUTCOME_TRIES = 50

/**
 * What happened to an outcome: in the ledger, kept as history because others settled it, or waiting in this clone. Not `kept` where the spool cannot be
 * written either: the intent stays open, and the next command that may write finds out by looking.
 */
export type Recorded = { kind: 'appended'; tip: Tip } | { kind: 'late'; tip: Tip } | { kind: 'spooled'; kept: boolean }

interface Deps {
  ledger: Ledger
  clock: Clock
}

const jitter = (clock: Clock) => clock.sleep(20 + Math.floor(Math.random() * 80))

/** What an intent was decided on; anything else that moved (refusals, notes) is no reason to lose. */
const relevant = (state: State | null): string =>
  JSON.stringify(state && [state.core.ledger, state.core.halt?.id, state.core.good[0]?.attempt, state.moved, state.ack, state.freeze])

/**
 * Appends the batch that holds `deploy.intended`: this takes the lock.
 * @returns the new tip
 * @throws LOST_RACE when the tip moved by an intent, outcome, halt or freeze; LEDGER_NOT_WRITABLE
 */
export const recordIntent = async ({ ledger, clock }: Deps, read: Tip, drafts: readonly Draft[]): Promise<Tip> => {
  let after = read
  for (let i = 0; i < TRIES; i++) {
    if (after.core?.open) throw lostRace(after)
    const appended = await ledger.append(after, drafts)
    if (appended.won) return appended.tip
    if (appended.tip.problem) throw appended.tip.problem
    if (relevant(appended.tip.state) !== relevant(read.state)) throw lostRace(appended.tip)
    after = appended.tip
    await jitter(clock)
  }
  throw lostRace(after)
}

/**
 * Has the ledger moved by something that matters since it was read? Asked where something else looks moved, to name the reason.
 * @throws LOST_RACE
 */
export const refuseIfMoved = async ({ ledger }: Pick<Deps, 'ledger'>, read: Tip): Promise<void> => {
  const now = await ledger.read()
  if (!now.problem && relevant(now.state) !== relevant(read.state)) throw lostRace(now)
}

const lostRace = (tip: Tip) => {
  const open = tip.core?.open
  return refuse('LOST_RACE', {
    what: 'Somebody else changed the ledger first. Nothing was deployed; what was read here is stale.',
    why: open
      ? [`${open.by.name} (${open.by.via}, ${open.by.host}) began a ${open.kind}: ${open.because}`]
      : ['its state moved while this run was reading'],
    next: [
      { argv: ['safe-deploy', 'status'], says: 'see how it stands' },
      { argv: ['safe-deploy', 'plan'], says: 'then read the change again' },
    ],
  })
}

/** Appends an event that holds whatever moved before it: acknowledgements, freezes, notes. Tries again on a new tip while `stillFits`. */
export const recordNote = async ({ ledger, clock }: Deps, drafts: readonly Draft[], stillFits: (tip: Tip) => boolean): Promise<Tip> => {
  let tip = await ledger.read()
  for (let i = 0; i < TRIES; i++) {
    if (tip.problem) throw tip.problem
    if (!stillFits(tip)) throw lostRace(tip)
    const appended = await ledger.append(tip, drafts)
    if (appended.won) return appended.tip
    tip = appended.tip
    await jitter(clock)
  }
  throw lostRace(tip)
}

/**
 * Records an outcome on any tip where its intent is still open; an attempt that others settled is kept as history; else it is spooled.
 * Never throws for a ledger that cannot be written: the outcome then waits in a flushed file of this clone.
 * @param seen what the ledger was when the attempt began, for an intent that never reached it
 */
export const recordOutcome = async (
  deps: Deps & { files: Files; folder: PrivateFolder },
  ended: Draft & { type: 'deploy.ended' },
  context: { intent: Intended | null; seen: { seq: number; halt: string | null }; log: string },
): Promise<Recorded> => {
  const stamped = deps.ledger.stamp(ended) as Ended
  const spooled = { app: deps.ledger.app, attempt: ended.attempt, intent: context.intent, seen: context.seen, ended: stamped }
  try {
    return await appendOutcome(deps, spooled, context.log)
  } catch (error) {
    const path = deps.folder.spooled(ended.attempt)
    const kept = await deps.files.writeDurable(path, JSON.stringify(spooled)).then(
      () => true,
      () => false,
    )
    if (!isGuardError(error)) throw error
    return { kind: 'spooled', kept }
  }
}

const appendOutcome = async ({ ledger, clock }: Deps, spooled: Spooled & { ended: Ended }, log: string): Promise<Recorded> => {
  // What the attempt itself wrote is most likely still the tip; if it is not, the append says so, with the one that is.
  let tip = await ledger.newest()
  // A remote that was out of reach when it began may be back.
  if (tip.problem) tip = await ledger.read()
  for (let i = 0; i < OUTCOME_TRIES; i++) {
    if (tip.problem) throw tip.problem
    const { events, late } = outcomeEvents(tip.core?.open ?? null, spooled)
    const appended = await ledger.append(tip, events, log ? { [spooled.attempt.slice(0, 8)]: log } : {})
    if (appended.won) return { kind: late ? 'late' : 'appended', tip: appended.tip }
    tip = appended.tip
    await jitter(clock)
  }
  throw lostRace(tip)
}

/** What an outcome appends, by the attempt that is open. Pure. */
export const outcomeEvents = (
  open: Open | null,
  { intent, seen, ended }: Spooled & { ended: Ended },
): { events: Draft[]; late: boolean } => {
  if (open?.attempt === ended.attempt && (!open.fenced || ended.observer)) return { events: [ended], late: false }
  if (intent) {
    const late = { seen: seen.seq, halt: seen.halt, intent }
    return { events: [{ ...intent, late: true } as DurableEvent, { ...ended, late }] as Draft[], late: false }
  }
  return {
    events: [ended, { type: 'note.added', kind: 'late', attempt: ended.attempt, text: `late outcome, kept as history: ${ended.outcome}` }],
    late: true,
  }
}

/**
 * Appends what waits in this clone's spool. Every command that may write begins with it.
 * @returns how many outcomes still wait
 */
export const flushSpool = async (deps: Deps & { files: Files; folder: PrivateFolder; table: ProcessTable }): Promise<number> => {
  let left = 0
  // What an earlier attempt of this clone appends here, a later one that began without the ledger has seen, though it could not count it.
  const own = { from: -1, to: -1 }
  for (const { path, spooled } of await readSpool(deps)) {
    if (spooled && spooled.app !== deps.ledger.app) continue
    const ended = spooled && (spooled.ended ?? (await interrupted(deps, spooled)))
    const seq = spooled?.seen.seq === own.from ? own.to : (spooled?.seen.seq ?? 0)
    const flushed = ended ? await appendOutcome(deps, { ...spooled, seen: { ...spooled.seen, seq }, ended }, '').catch(() => null) : null
    if (!flushed) left += 1
    if (!spooled || !flushed || flushed.kind === 'spooled') continue
    if ((flushed.tip.state?.moved ?? 0) <= seq) Object.assign(own, { from: spooled.seen.seq, to: flushed.tip.seq })
    await deps.files.remove(path)
  }
  return left
}
