import { next, refuse } from '../errors.ts'
import type { Intended } from '../ledger/events.ts'
import type { Draft, Tip } from '../ledger/ledger.ts'
import { recordIntent } from '../ledger/record.ts'
import { spoolIntent } from '../ledger/spool.ts'
import { type Act, mayStart } from './act.ts'
import type { Desk } from './desk.ts'

/** Where the intent is: in the ledger (null), or only here; and what the ledger was then. */
export type IntentRecord = { unrecorded: Intended | null; seen: { seq: number; halt: string | null } }

type IntentDraft = Draft & { type: 'deploy.intended' }

/**
 * Appends an intent; where the ledger cannot take it and this may go on nevertheless, it waits in the flushed spool of this clone, for the ledger to
 * take it with its outcome.
 * @param notes travel with the intent, or wait for the next append
 * @param maySpool what ails the ledger, and still does not stop this attempt
 * @throws what `recordIntent` throws; LEDGER_NOT_WRITABLE where not even the spool can be written
 */
export const recordOrSpool = async (
  desk: Desk,
  tip: Tip,
  { intent, notes }: { intent: IntentDraft; notes: readonly Draft[] },
  maySpool: (error: unknown) => boolean,
): Promise<IntentRecord> => {
  const seen = { seq: tip.seq, halt: tip.core?.halt?.id ?? null }
  try {
    if (tip.problem) throw tip.problem
    const { core } = await recordIntent(desk, tip, [...notes, intent])
    if (core?.open) desk.emit({ type: 'recorded', event: core.open.intent })
    return { unrecorded: null, seen }
  } catch (error) {
    if (!maySpool(error)) throw error
    const unrecorded = await spooled(desk, intent, seen)
    for (const note of notes) await desk.ledger.later(note)
    return { unrecorded, seen }
  }
}

const spooled = async (desk: Desk, draft: IntentDraft, seen: IntentRecord['seen']): Promise<Intended> => {
  const intent = desk.ledger.stamp(draft) as Intended
  await spoolIntent(desk, intent, seen).catch((error: Error) => Promise.reject(nowhere(desk, draft.kind, error)))
  desk.emit({ type: 'recorded', event: intent })
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'warn',
    text: `The ledger cannot be written; this ${draft.kind} is recorded in this clone and appended later.`,
  })
  return intent
}

/** Even what the ledger cannot take leaves a trace before it acts; whoever comes after it must be able to find it. */
const nowhere = (desk: Desk, kind: string, error: Error) =>
  refuse('LEDGER_NOT_WRITABLE', {
    what: `Neither the ledger nor this clone can be written, so not even a ${kind} can be recorded. Nothing was changed.`,
    why: [error.message.slice(0, 400), `the folder is ${desk.folder.root}`],
    next: [next('see what is in the way (disk space, permissions)', ['safe-deploy', 'doctor'])],
  })

/** May the tool be started, right now? What only the spool knows cannot be fenced by anybody. */
export const mayStartAs = (desk: Desk, act: Act, { unrecorded }: IntentRecord): Promise<boolean> =>
  unrecorded ? Promise.resolve(!act.leaving.aborted) : mayStart(desk, act)
