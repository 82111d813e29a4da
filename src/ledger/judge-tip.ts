import type { GuardError } from '../errors.ts'
import { unsettled } from './carry.ts'
import type { Tip } from './ledger.ts'
import { parseState } from './parse.ts'
import { broken, forked, leftBehind, newer, otherLedger, rewritten, two } from './problems.ts'
import type { Seen } from './seen.ts'
import type { State } from './state.ts'
import type { RawTip } from './store.ts'

/** Where no ledger is yet. */
export const NOTHING: Tip = { oid: null, state: null, core: null, problem: null, cachedAt: null, seq: 0 }

/** A ledger that is read whole. */
export const wholeTip = (oid: string, state: State): Tip => ({
  oid,
  state,
  core: state.core,
  problem: null,
  cachedAt: null,
  seq: state.seq,
})

/** What a refused ledger leaves to work with: the core this clone saw last. */
export const remembered = (seen: Seen | null): Omit<Tip, 'oid' | 'problem'> => ({
  state: null,
  core: seen?.core ?? null,
  cachedAt: seen?.at ?? null,
  seq: seen?.state?.seq ?? 0,
})

/** Is this the ledger that belongs here, whole, and no older than what this clone has seen? `alone`: what it has seen was in this clone alone. */
export const judgeTip = (
  raw: Extract<RawTip, { kind: 'at' }>,
  seen: Seen | null,
  { app, configuredId, alone }: { app: string; configuredId: string | null; alone: boolean },
): Tip => {
  const { oid } = raw
  const refused = (problem: GuardError, left = remembered(seen)): Tip => ({ ...left, oid, problem })
  const parsed = parseState(raw.state)
  if (parsed.kind === 'broken') return refused(broken(parsed.why))
  const core = parsed.kind === 'ok' ? parsed.state.core : parsed.core
  // Another app's releases are nothing to go back to.
  if (core.app !== app) return refused(broken(`it is the ledger of ${core.app}`))
  if (alone && configuredId === null && seen?.core && seen.core.ledger !== core.ledger) return refused(two(core.ledger, seen.core.ledger))
  const wanted = configuredId ?? seen?.core?.ledger ?? core.ledger
  if (core.ledger !== wanted) {
    const mine = seen?.core?.ledger === wanted
    const by = configuredId ? 'the config names' : 'this clone used'
    return refused(otherLedger(core.ledger, { id: wanted, by, seen: mine }), mine ? remembered(seen) : { ...remembered(null), core })
  }
  if (parsed.kind === 'newer') return refused(newer(parsed.needs), { ...remembered(null), core })
  if (seen?.core && seen.core.ledger !== core.ledger) {
    const stands = unsettled(seen.core)
    return stands ? refused(leftBehind(stands)) : wholeTip(oid, parsed.state)
  }
  if (seen?.state && seen.state.seq > parsed.state.seq) return refused(rewritten(parsed.state.seq, seen.state.seq))
  return seen && !raw.follows ? refused(forked()) : wholeTip(oid, parsed.state)
}
