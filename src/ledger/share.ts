import type { Clock, Files } from '../ports.ts'
import { carried } from './carry.ts'
import { type Ledger, newId, type Tip } from './ledger.ts'
import { parseState } from './parse.ts'
import type { PrivateFolder } from './private.ts'
import { broken, forked, incomplete, openHere } from './problems.ts'
import type { Core, Open, State } from './state.ts'
import type { RawTip } from './store.ts'

/**
 * How the ledger of a clone and the shared one came together: `begun` there; `there` already; `moved` there with its history; `joined`: another was
 * there, which holds from now on, and `carried` is what it took over.
 */
export interface Shared {
  how: 'begun' | 'there' | 'moved' | 'joined'
  id: string
  tip: Tip
  carried: string | null
}

interface Deps {
  /** Where this clone has kept it until now. */
  own: Ledger
  /** The one on the remote, as a ledger of this id; null: whichever is there. */
  shared(id: string | null): Promise<Ledger>
  /** The id that the config names. */
  id: string | null
  files: Files
  folder: PrivateFolder
  clock: Clock
}

/** Somebody else may begin or move at the same moment; then what is there is looked at again. */
const TRIES = 5

/**
 * Shares a clone's ledger: the same chain under the same id where nothing is there yet or what is there is behind; else what is there holds, and what is
 * unsettled here is carried over to it, before the clone's own chain is set aside.
 * @throws DEPLOYING while an attempt is open, and what reading either of them says
 */
export const shareLedger = async (deps: Deps): Promise<Shared> => {
  const mine = await deps.own.read()
  if (mine.problem) throw mine.problem
  if (mine.oid !== null) await deps.own.store.deepen()
  for (let i = 0; i < TRIES; i++) {
    const done = await once(deps, mine)
    if (done) return done
    await deps.clock.sleep(200)
  }
  throw forked()
}

/** @returns null where it was lost to somebody else */
const once = async (deps: Deps, mine: Tip): Promise<Shared | null> => {
  const { store } = await deps.shared(null)
  const raw = await store.tip()
  if (raw.kind === 'unreachable') throw raw.problem(null)
  if (raw.kind === 'broken') throw broken(raw.why)
  if (raw.kind === 'none') return mine.oid === null ? begin(deps) : move(deps, mine, mine.oid)
  const there = stateOf(raw)
  if (mine.core && mine.core.ledger !== there.core.ledger) return join(deps, mine.core, { oid: raw.oid, state: there })
  if (raw.follows || mine.oid === null) return told(deps, there.core.ledger, 'there', null)
  if (await store.isAncestor(raw.oid, mine.oid)) return move(deps, mine, mine.oid)
  throw forked()
}

const stateOf = (raw: Extract<RawTip, { kind: 'at' }>): State => {
  const parsed = parseState(raw.state)
  if (parsed.kind === 'ok') return parsed.state
  throw broken(parsed.kind === 'broken' ? parsed.why : `it needs meaning level ${parsed.needs}`)
}

const begin = async (deps: Deps): Promise<Shared> => {
  const ledger = await deps.shared(deps.id)
  const tip = await ledger.read()
  if (tip.problem) throw tip.problem
  if (tip.oid !== null) return told(deps, ledger.idAt(tip), 'there', null)
  const begun = await ledger.begin(null, deps.id ?? newId())
  return told(deps, ledger.idAt(begun), 'begun', null)
}

const move = async (deps: Deps, mine: Tip, oid: string): Promise<Shared | null> => {
  if (mine.core?.open) throw openHere(mine.core.open)
  const { store } = await deps.shared(null)
  if (await store.restore(oid)) return told(deps, mine.core?.ledger ?? null, 'moved', null)
  const now = await store.tip()
  if (now.kind === 'none') throw incomplete()
  return null
}

/** First what is unsettled stands there; only then is the clone's own chain set aside. */
const join = async (deps: Deps, mine: Core, there: { oid: string; state: State }): Promise<Shared | null> => {
  // Past its deadline nobody may still come back to it, and the config may long name the other one.
  if (mine.open && !isOverdue(mine.open, deps.clock.now())) throw openHere(mine.open)
  const ledger = await deps.shared(there.state.core.ledger)
  const note = carried(mine, `the ledger ${mine.ledger.slice(0, 12)} of a clone`)
  const tip: Tip = { oid: there.oid, state: there.state, core: there.state.core, problem: null, cachedAt: null, seq: there.state.seq }
  if (note && !there.state.core.halt) {
    const appended = await ledger.append(tip, [note])
    if (!appended.won) return null
  }
  await deps.files.remove(deps.folder.seen(ledger.app))
  const now = await ledger.store.tip()
  if (now.kind === 'at') await ledger.store.accept(now.oid)
  return told(deps, there.state.core.ledger, 'joined', note?.because ?? null)
}

const isOverdue = ({ since, deadline_s }: Open, now: number): boolean => Date.parse(since) + deadline_s * 1000 <= now

const told = async (deps: Deps, id: string | null, how: Shared['how'], carriedOver: string | null): Promise<Shared> => {
  const ledger = await deps.shared(id)
  const tip = await ledger.read()
  if (tip.problem) throw tip.problem
  return { how, id: ledger.idAt(tip), tip, carried: carriedOver }
}
