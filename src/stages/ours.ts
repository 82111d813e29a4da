import type { Ours } from '../ledger/events.ts'
import type { Core } from '../ledger/state.ts'
import type { Truth } from '../targets/truth.ts'
import type { Desk } from './desk.ts'
import type { Verified } from './verify.ts'

/** What a run moved beside the known good that still serves: the next deploy need not ask about it. Null where nobody knows enough. */
export const oursOf = (
  desk: Pick<Desk, 'target'>,
  core: Core | null,
  before: Truth | null,
  { truth }: Pick<Verified, 'truth'>,
): Ours | null => {
  const good = core?.good[0]
  return good && before && truth ? desk.target.movedSince(before, truth, good) : null
}
