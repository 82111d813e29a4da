import { sameCore } from './misfit.ts'
import { parseEvents, parseState } from './parse.ts'
import type { Seen } from './seen.ts'
import type { State } from './state.ts'
import type { Store } from './store.ts'

/**
 * Is a chain that does not go on from what this clone has seen a new one, which somebody began with the last state because the old one was lost? Only
 * where that state is one this clone knows, and no older than what it has seen: nothing is lost by going on from there.
 */
export const isRenewed = async (store: Pick<Store, 'walk' | 'isAncestor' | 'show'>, oid: string, seen: Seen | null): Promise<boolean> => {
  if (!seen?.oid) return false
  for await (const { events } of store.walk([oid])) {
    const { state, tip } = embeddedIn(events)
    if (!state || !tip || !(await store.isAncestor(seen.oid, tip))) return false
    const stood = parseState((await store.show(tip, 'state.json')) ?? '')
    return stood.kind === 'ok' && sameCore(stood.state, state)
  }
  return false
}

/** What the root of a chain took over. */
const embeddedIn = (events: string | null): { state?: State; tip?: string | null } => {
  try {
    const [first] = parseEvents(events ?? '')
    return (first?.type === 'ledger.created' && first.embeds) || {}
  } catch {
    return {}
  }
}
