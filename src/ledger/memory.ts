import type { DurableEvent } from './events.ts'
import { fold } from './fold.ts'
import type { Tip } from './ledger.ts'
import { outcomeEvents } from './record.ts'
import { readSpool, type Spooled } from './spool.ts'
import type { State } from './state.ts'

/**
 * A tip whose core comes from memory, with all that this clone knows: upon the state it saw last, what waits in its spool. Other tips as they are.
 * `seq` stays that of the ledger: what waits here has no place in it yet.
 */
export const recalled = async (deps: Parameters<typeof readSpool>[0] & { ledger: Remembers }, tip: Tip): Promise<Tip> => {
  const seen = tip.cachedAt === null ? null : await deps.ledger.lastSeen()
  if (!seen) return tip
  const waits = (await readSpool(deps)).flatMap(({ spooled }) => (spooled?.app === deps.ledger.app ? [spooled] : []))
  const state = waits.reduce(after, seen.state)
  return { ...tip, state, core: state.core }
}

interface Remembers {
  app: string
  lastSeen(): Promise<{ state: State } | null>
}

/** One attempt more. One whose outcome nobody wrote is open, whoever ran it. */
const after = (state: State, { ended, ...spooled }: Spooled): State => {
  if (ended)
    return outcomeEvents(state.core.open, { ...spooled, ended }).events.reduce((now, event) => fold(now, event as DurableEvent), state)
  return spooled.intent ? fold(state, spooled.intent) : state
}
