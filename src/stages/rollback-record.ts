import { next, refuse } from '../errors.ts'
import type { Intended } from '../ledger/events.ts'
import { type Draft, isNotWritable, type Tip } from '../ledger/ledger.ts'
import { recordIntent } from '../ledger/record.ts'
import { spoolIntent } from '../ledger/spool.ts'
import type { RecordedSettings } from '../model.ts'
import { maskCommand } from '../redact.ts'
import type { ToolCommand } from '../targets/target.ts'
import type { Desk } from './desk.ts'
import type { Going } from './going.ts'

/** Seconds beyond the tool's timeout before others may settle a rollback. */
const SLACK_S = 15 * 60

/** The event that takes the lock for a rollback. */
export const rollbackIntent = (
  desk: Desk,
  { tip, truth, chosen, flags }: Going,
  attempt: string,
  tool: ToolCommand | null,
  settings: RecordedSettings,
): Draft & { type: 'deploy.intended' } => ({
  type: 'deploy.intended',
  attempt,
  kind: 'rollback',
  because: flags.because ?? tip.core?.halt?.why ?? 'rollback',
  plan: null,
  candidate: null,
  base: null,
  argv: tool ? maskCommand(tool, desk.mask) : [],
  before: desk.target.servingOf(truth),
  findings: [],
  deadline_s: Math.ceil(settings.target.timeoutMs / 1000) + SLACK_S,
  ack: null,
  target: { serving: chosen.serving, good: chosen.good?.attempt ?? null, level: chosen.level },
  settings,
  operator: { clone: desk.clone.id, pid: desk.pid },
  snapshot: truth,
})

/** Where the intent is: in the ledger (null), or only here; and what the ledger was then. */
export type IntentRecord = { unrecorded: Intended | null; seen: { seq: number; halt: string | null } }

/** Even a rollback leaves a trace before it acts; whoever comes after it must be able to find it. */
const nowhere = (desk: Desk, error: Error) =>
  refuse('LEDGER_NOT_WRITABLE', {
    what: 'Neither the ledger nor this clone can be written, so not even a rollback can be recorded. Nothing was changed.',
    why: [error.message.slice(0, 400), `the folder is ${desk.folder.root}`],
    next: [next('see what is in the way (disk space, permissions)', ['safe-deploy', 'doctor'])],
  })

/** In the ledger; where that cannot be, in the flushed spool of this clone: a rollback is not blocked by its record. */
export const recordOrSpool = async (desk: Desk, tip: Tip, draft: Draft & { type: 'deploy.intended' }): Promise<IntentRecord> => {
  const seen = { seq: tip.seq, halt: tip.core?.halt?.id ?? null }
  const spool = async (): Promise<IntentRecord> => {
    const stamped = desk.ledger.stamp(draft) as Intended
    await spoolIntent(desk, stamped, seen).catch((error: Error) => Promise.reject(nowhere(desk, error)))
    desk.emit({ type: 'recorded', event: stamped })
    desk.emit({
      type: 'said',
      stage: null,
      tone: 'warn',
      text: 'The ledger cannot be written; this rollback is recorded in this clone and appended later.',
    })
    return { unrecorded: stamped, seen }
  }
  if (tip.problem) return spool()
  try {
    const { core } = await recordIntent(desk, tip, [draft])
    if (core?.open) desk.emit({ type: 'recorded', event: core.open.intent })
    return { unrecorded: null, seen }
  } catch (error) {
    if (isNotWritable(error)) return spool()
    throw error
  }
}
