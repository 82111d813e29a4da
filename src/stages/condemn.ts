import type { Tip } from '../ledger/ledger.ts'
import { recordNote } from '../ledger/record.ts'
import type { Serving } from '../model.ts'
import type { Desk } from './desk.ts'

/**
 * Calls what serves bad: this opens the halt, and that release is never a known good again. When the platform cannot be read, the newest known good
 * is what is called bad.
 * @param tip as it was read; no attempt is open
 */
export const condemn = async (desk: Desk, tip: Tip, because: string): Promise<{ after: Tip; serving: Serving | null }> => {
  const reading = await desk.target.read({ full: false })
  const serving = (reading.ok ? desk.target.servingOf(reading.truth) : null) ?? tip.core?.good[0]?.serving ?? null
  const after = await recordNote(desk, [{ type: 'release.condemned', because, serving }], (now) => !now.core?.open)
  return { after, serving }
}
