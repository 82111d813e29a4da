import type { Tip } from '../ledger/ledger.ts'
import { recordNote } from '../ledger/record.ts'
import { operatorOf } from '../ledger/run-file.ts'
import type { Open } from '../ledger/state.ts'
import type { Desk } from './desk.ts'
import { observe } from './open.ts'

/**
 * Takes over an attempt that still runs: from now on its operator's outcome changes nothing. A tool of this machine is ended; then the target is
 * waited for until nothing moves, and what it really did is recorded.
 */
export const fence = async (desk: Desk, tip: Tip, open: Open): Promise<Tip> => {
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'warn',
    text: `Fencing the ${open.kind} that ${open.by.name} began; its operator can no longer end it.`,
  })
  if (!open.fenced)
    await recordNote(
      desk,
      [{ type: 'note.added', kind: 'fence', attempt: open.attempt, text: 'taken over by a rollback' }],
      (now) => now.core?.open?.attempt === open.attempt,
    )
  const operator = await operatorOf(desk, desk.folder, open.attempt)
  const tools = await desk.table.holding('SAFE_DEPLOY_ATTEMPT', open.attempt)
  const here = operator.kind === 'alive' ? { kind: 'fenced' as const, orphans: tools } : operator
  const settled = await observe(desk, open, here)
  return settled.core?.open?.attempt === open.attempt ? tip : settled
}
