import type { Acknowledged } from '../../ledger/events.ts'
import type { Desk } from '../desk.ts'

/** Events that are looked through. What is looked for counts for minutes, so far fewer come after it. */
const LOOKED = 500

/** Has an acknowledgement of that kind been given already? Each document, and each approved run, counts once. */
export const wasUsed = async ({ ledger }: Pick<Desk, 'ledger'>, fits: (event: Acknowledged) => boolean): Promise<boolean> =>
  (await ledger.history(LOOKED)).some((event) => event.type === 'halt.acknowledged' && fits(event))
