import { isNotWritable, type Tip } from '../ledger/ledger.ts'
import { recordNote } from '../ledger/record.ts'
import type { Open } from '../ledger/state.ts'
import type { Desk } from './desk.ts'
import { observed } from './observed.ts'
import { observe } from './open.ts'

/**
 * Takes over an attempt that still runs: from now on its operator's outcome changes nothing. A tool of this machine is ended; then the target is
 * waited for until nothing moves, and what it really did is recorded.
 * @returns the tip afterwards; with `problem` where the ledger cannot take any of it
 */
export const fence = async (desk: Desk, open: Open): Promise<Tip> => {
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'warn',
    text: `Fencing the ${open.kind} that ${open.by.name} began; its operator can no longer end it.`,
  })
  if (!open.fenced) await noteFence(desk, open.attempt)
  return observe(desk, open, await observed(desk, open.attempt))
}

/** A rollback waits for no ledger: where the fence cannot be written, ending the tool must do. */
const noteFence = async (desk: Desk, attempt: string): Promise<void> => {
  const stillFits = (now: Tip) => now.core?.open?.attempt === attempt
  try {
    await recordNote(desk, [{ type: 'note.added', kind: 'fence', attempt, text: 'taken over by a rollback' }], stillFits)
  } catch (error) {
    if (!isNotWritable(error)) throw error
  }
}
