import { type GuardError, next, refuse } from '../errors.ts'
import { carried } from '../ledger/carry.ts'
import { newId, type Tip } from '../ledger/ledger.ts'
import { parseState } from '../ledger/parse.ts'
import { recordNote } from '../ledger/record.ts'
import type { Core, State } from '../ledger/state.ts'
import { verifyChain } from '../ledger/verify.ts'
import type { Desk } from '../stages/desk.ts'

type Deps = Pick<Desk, 'ledger' | 'clock' | 'folder' | 'actor' | 'emit' | 'settings'>

/** A state that is known here, and the commit it stood at. */
interface Known {
  oid: string
  state: State
  says: string
}

const ALL = 1_000_000

/**
 * `safe-deploy ledger restore`: brings a damaged, lost or rewritten ledger back, over whatever stands there. The ref is put back on the commit that this
 * clone saw last, or on the newest one that is whole and no older; where neither can be (it is not whole here), a new chain begins whose root embeds the
 * last state. A halt survives each of them; one that stands only in what is replaced is carried over.
 * @param overrides a person's `ledger-missing=REASON` to begin anew where nothing is known, `ledger-newer=REASON` to replace what a newer version wrote
 */
export const ledgerRestore = async (desk: Deps, overrides: readonly string[]): Promise<number> => {
  const { ledger } = desk
  const tip = await ledger.read()
  if (!tip.problem) return await mendHistory(desk, tip)
  const reason = (rule: string) => (desk.actor.via === 'terminal' ? reasonOf(overrides, rule) : null)
  const { code } = tip.problem.refusal
  if (code === 'LEDGER_UNREACHABLE' || code === 'LEDGER_UNSAID') throw tip.problem
  if (code === 'LEDGER_NEWER' && reason('ledger-newer') === null) throw orReplace(tip.problem)
  const stood = await standing(desk)
  const seen = await lastSeen(desk)
  for (const oid of [seen?.oid, await ledger.store.lastKnown()]) {
    if (!oid || oid === tip.oid || !(await fits(desk, oid, seen))) continue
    if (await ledger.store.restore(oid)) return restored(desk, `the ref stands on ${oid.slice(0, 12)} again`, stood)
    // Lost to somebody else who restores it: theirs is as good.
    if (!(await ledger.read()).problem) return restored(desk, 'somebody else has put it back', null)
  }
  const anew = reason('ledger-missing')
  if (!seen && anew === null) throw nothingKnown(desk)
  return beginAgain(desk, seen, stood, anew)
}

/** It reads well, and may still be bad further back, where every later commit stands on it. */
const mendHistory = async (desk: Deps, tip: Tip): Promise<number> => {
  const { ledger } = desk
  if (tip.oid !== null) {
    await ledger.store.deepen()
    const { bad } = await verifyChain(ledger.store, tip.oid, ledger.app)
    if (bad && !bad.before) throw nothingKnown(desk)
    if (bad?.before)
      return beginAgain(desk, { ...bad.before, says: `the one before the bad commit ${bad.oid.slice(0, 12)}` }, tip.core, null)
  }
  desk.emit({ type: 'said', stage: null, tone: 'good', text: 'The ledger is whole; there is nothing to restore.' })
  return 0
}

/** What this clone saw last, where it is the ledger that belongs here. */
const lastSeen = async ({ ledger, settings }: Deps): Promise<Known | null> => {
  const seen = await ledger.lastSeen()
  const { id } = settings.ledger
  return seen && (id === null || id === seen.state.core.ledger) ? { oid: seen.oid, state: seen.state, says: `the one of ${seen.at}` } : null
}

/** May the ref stand on this commit? An older one than was seen may lack a halt, and another ledger's is none of ours. */
const fits = async ({ ledger, settings }: Deps, oid: string, seen: Known | null): Promise<boolean> => {
  const parsed = parseState((await ledger.store.show(oid, 'state.json')) ?? '')
  if (parsed.kind !== 'ok') return false
  const { core, seq } = parsed.state
  const id = settings.ledger.id ?? seen?.state.core.ledger ?? core.ledger
  return core.app === ledger.app && core.ledger === id && seq >= (seen?.state.seq ?? 0)
}

/** What stands there now, where it can be read at all. */
const standing = async ({ ledger }: Deps): Promise<Core | null> => {
  const raw = await ledger.store.tip()
  const parsed = raw.kind === 'at' ? parseState(raw.state) : null
  const core = parsed?.kind === 'ok' ? parsed.state.core : parsed?.kind === 'newer' ? parsed.core : null
  return core?.app === ledger.app ? core : null
}

const beginAgain = async (desk: Deps, last: Known | null, stood: Core | null, anew: string | null): Promise<number> => {
  const { ledger, settings } = desk
  await ledger.store.abandon()
  const embeds = last
    ? { state: last.state, tip: last.oid, because: `the chain was lost or damaged; this is the last state: ${last.says}` }
    : null
  await ledger.begin(embeds, settings.ledger.id ?? last?.state.core.ledger ?? newId())
  if (anew !== null) {
    const text = `begun anew, with nothing known of the ledger before: ${anew}`
    await recordNote(desk, [{ type: 'note.added', kind: 'override', attempt: null, text }], () => true)
  }
  return restored(desk, last ? `a new chain begins with the last state, ${last.says}` : `a new chain begins with nothing: ${anew}`, stood)
}

/** @param stood what was replaced: a halt or attempt that only it knew is not lost with it */
const restored = async (desk: Deps, how: string, stood: Core | null): Promise<number> => {
  const tip = await desk.ledger.read()
  if (tip.problem) throw tip.problem
  const lost = stood && !tip.core?.halt && !(await isKnown(desk, stood)) ? carried(stood, 'what stood there before') : null
  const now = lost ? await recordNote(desk, [lost], () => true) : tip
  const stands = now.core?.halt ? 'The halt stands.' : 'No halt is open.'
  desk.emit({ type: 'said', stage: null, tone: 'good', text: `Restored: ${how}. ${stands}` })
  return 0
}

/** Has the ledger seen what is unsettled in that core, and settled it since? */
const isKnown = async ({ ledger }: Deps, { halt, open }: Core): Promise<boolean> => {
  const ids = new Set([halt?.id, open?.attempt])
  return (await ledger.history(ALL)).some(
    (event) => ids.has(event.id) || ('attempt' in event && event.attempt !== null && ids.has(event.attempt)),
  )
}

const reasonOf = (overrides: readonly string[], rule: string): string | null =>
  overrides.find((text) => text.startsWith(`${rule}=`))?.slice(rule.length + 1) || null

const orReplace = ({ refusal }: GuardError) =>
  refuse(refusal.code, {
    ...refusal,
    who: 'a person who knows that no newer safe-deploy is in use may put back what this clone saw last',
    next: [...refusal.next, next('replace what the newer one wrote', ['safe-deploy', 'ledger', 'restore'], ['--override=ledger-newer'])],
  })

const nothingKnown = (desk: Deps) =>
  refuse('LEDGER_MISSING', {
    what: 'This clone knows no state of that ledger, so there is nothing to restore from.',
    why: [`no whole commit of it is left in ${desk.folder.ledgerGit}, and no state was seen here`],
    who: 'whoever has the clone that deployed; or a person who begins anew and says why',
    next: [
      next('begin anew, forgetting any halt', ['safe-deploy', 'ledger', 'restore'], ['--override=ledger-missing']),
      next('go back to an image that you know', ['safe-deploy', 'rollback'], ['--image']),
    ],
  })
