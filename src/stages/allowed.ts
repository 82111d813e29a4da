import { readCommit } from '../change/commits.ts'
import { deployTrailers } from '../change/read.ts'
import type { Settings } from '../config/settings.ts'
import { type GuardError, next, refuse } from '../errors.ts'
import { type Draft, newId, type Tip } from '../ledger/ledger.ts'
import { recalled } from '../ledger/memory.ts'
import { recordNote } from '../ledger/record.ts'
import { operatorOf } from '../ledger/run-file.ts'
import type { Open, State } from '../ledger/state.ts'
import { type Given, mayOverride } from './answers.ts'
import type { Desk } from './desk.ts'
import { judgedSettings } from './judging.ts'
import { closeOpen } from './open.ts'
import { waitBehind } from './queue.ts'
import { OVERRIDABLE, type StopOverrides, stopByLedger } from './stop.ts'
import { goOnWithout } from './without-ledger.ts'

/** The ledger has nothing against a deploy: where it stands, and the settings that judge. */
export interface Allowed {
  /** Opened anew where there was a wait. */
  desk: Desk
  /** With a `problem` only where a person goes on without a ledger that is out of reach. */
  tip: Tip
  judged: Settings
  overrides: StopOverrides
}

export interface AllowFlags {
  given: Given[]
  /** Until when to wait behind an open deploy, in epoch milliseconds; null: not at all. */
  waitUntil: number | null
  /** Only look: nothing is settled or written. */
  readOnly: boolean
  /** The budget is for deploys; anything else is not counted by it. */
  noBudget?: true
}

/**
 * Reads the ledger, settles what is dead or overdue, waits where that was asked (never behind a halt or freeze; afterwards everything is read again),
 * and refuses what the ledger alone refuses.
 * @throws DEPLOYING, OVERDUE, HALTED, FROZEN, BUDGET, and the ledger's own problem
 */
export const allowed = async (desk: Desk, flags: AllowFlags): Promise<Allowed> => {
  const tip = await recalled(desk, flags.readOnly ? await desk.ledger.read() : await closeOpen(desk))
  const judged = await judgedSettings(desk, tip.state)
  const given = overridesOf(desk, judged, flags.given)
  const overrides: StopOverrides = flags.noBudget ? new Set([...given, 'budget']) : given
  const refusal = tip.state && stopByLedger(tip.state, judged, overrides, desk.clock.now())
  if (tip.problem)
    goOnWithout(desk, { problem: tip.problem, tip, refusal, may: mayOverride('ledger-unreachable', judged, desk.actor), overrides })
  else if (refusal && tip.state) {
    const again = await cleared(desk, flags, { tip, state: tip.state, refusal, judged, overrides })
    return allowed(again, flags)
  }
  return { desk, tip, judged, overrides }
}

/**
 * Gets a refusal of the ledger out of the way, where waiting or a trailer does.
 * @returns the desk to begin anew at
 * @throws the refusal, where nothing does
 */
const cleared = async (
  desk: Desk,
  flags: AllowFlags,
  { tip, state, refusal, judged, overrides }: { tip: Tip; state: State; refusal: GuardError } & Pick<Allowed, 'judged' | 'overrides'>,
): Promise<Desk> => {
  const { open } = state.core
  if (open && flags.readOnly) throw (await cutShort(desk, open)) ?? refusal
  if (open) {
    if (flags.waitUntil === null || desk.clock.now() >= flags.waitUntil) throw refusal
    const stands = stopByLedger(withoutOpen(state), judged, overrides, desk.clock.now())
    if (stands && NEVER_BEHIND.has(stands.refusal.code)) throw stands
    await waitBehind(desk, tip, open, flags.waitUntil)
    return desk.again()
  }
  if (refusal.refusal.code === 'HALTED' && !flags.readOnly && (await ackByTrailer(desk, state))) return desk
  throw refusal
}

/** What no end of another deploy lifts. */
const NEVER_BEHIND: ReadonlySet<string> = new Set(['HALTED', 'FROZEN'])

const withoutOpen = (state: State): State => ({ ...state, core: { ...state.core, open: null } })

/** Who only looks settles nothing, but says where nobody is at work any more. */
const cutShort = async (desk: Desk, open: Open): Promise<GuardError | null> => {
  if (!open.left && (await operatorOf(desk, desk.folder, open.attempt)).kind !== 'dead') return null
  return refuse('OVERDUE', {
    what: `A ${open.kind} of this app was interrupted, and its outcome is not recorded.`,
    why: [`${open.by.name} (${open.by.via}, ${open.by.host}) began it: ${open.because}`],
    next: [
      next('look at what it did, and record that', ['safe-deploy', 'status', '--live']),
      next('look at what it did, record that, and go back', ['safe-deploy', 'rollback']),
    ],
  })
}

/** Limits that one may override, of those that were given for it. */
const overridesOf = (desk: Desk, judged: Settings, given: readonly Given[]): StopOverrides =>
  new Set(OVERRIDABLE.filter((rule) => mayOverride(rule, judged, desk.actor) && given.some((g) => g.by === 'override' && g.rule === rule)))

/** The overrides that were used, as notes that travel with the intent. */
export const overrideNotes = (given: readonly Given[], used: StopOverrides): Draft[] =>
  given
    .filter((g) => (used as ReadonlySet<string>).has(g.rule))
    .map((g) => ({ type: 'note.added', kind: 'override', attempt: null, text: `${g.rule}: ${g.reason}` }))

/** A halt by `not-started` may be answered on the commit that comes next (`Deploy-Ack: why`): nothing was made, nothing touched. */
const ackByTrailer = async (desk: Desk, state: State): Promise<boolean> => {
  const { halt } = state.core
  if (!halt?.light || desk.repo.head === null || halt.candidate?.commit === desk.repo.head) return false
  const head = await readCommit(desk.git, desk.repo.head)
  const cause = head ? (await deployTrailers({ ...desk, objectsDir: desk.folder.objects }, head))['deploy-ack']?.[0] : undefined
  if (!cause) return false
  const draft: Draft = {
    type: 'halt.acknowledged',
    ack: newId(),
    halt: halt.id,
    failed: null,
    cause,
    evidence: `Deploy-Ack trailer of ${desk.repo.head.slice(0, 10)}`,
    evidenceRun: null,
    next: '',
    paths: ['**'],
    outside: null,
    level: 'local',
    override: null,
  }
  await recordNote(desk, [draft], (now) => now.core?.halt?.id === halt.id && !now.core.open)
  desk.emit({ type: 'said', stage: 'stop', tone: 'plain', text: `Acknowledged by the commit's Deploy-Ack trailer: ${cause}` })
  return true
}
