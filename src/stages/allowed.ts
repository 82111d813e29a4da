import { readCommit } from '../change/commits.ts'
import { deployTrailers } from '../change/read.ts'
import type { Settings } from '../config/settings.ts'
import { type GuardError, next, refuse } from '../errors.ts'
import { type Draft, newId, type Tip } from '../ledger/ledger.ts'
import { recordNote } from '../ledger/record.ts'
import { operatorOf } from '../ledger/run-file.ts'
import type { State } from '../ledger/state.ts'
import type { Given } from './answers.ts'
import type { Desk } from './desk.ts'
import { judgedSettings } from './judging.ts'
import { closeOpen } from './open.ts'
import { type StopOverrides, stopByLedger } from './stop.ts'

/** The ledger has nothing against a deploy: where it stands, and the settings that judge. */
export interface Allowed {
  tip: Tip
  judged: Settings
  overrides: StopOverrides
}

export interface AllowFlags {
  given: Given[]
  /** How long to wait behind an open deploy, in milliseconds; null: not at all. */
  waitMs: number | null
  /** Only look: nothing is settled or written. */
  readOnly: boolean
}

const POLL_MS = 1000

/**
 * Reads the ledger, settles what is dead or overdue, waits where that was asked (never behind a halt or freeze), and refuses what the ledger alone
 * refuses.
 * @throws DEPLOYING, OVERDUE, HALTED, FROZEN, BUDGET, and the ledger's own problem
 */
export const allowed = async (desk: Desk, flags: AllowFlags): Promise<Allowed> => {
  const until = desk.clock.now() + (flags.waitMs ?? 0)
  for (let said = false; ; said = true) {
    const tip = flags.readOnly ? await desk.ledger.read() : await closeOpen(desk)
    if (tip.problem) throw tip.problem
    const judged = await judgedSettings(desk, tip.state)
    const overrides = overridesOf(desk, judged, flags.given)
    const refusal = tip.state && stopByLedger(tip.state, judged, overrides, desk.clock.now())
    if (!refusal) return { tip, judged, overrides }
    if (refusal.refusal.code === 'DEPLOYING' && flags.readOnly) throw (await cutShort(desk, tip)) ?? refusal
    if (refusal.refusal.code === 'HALTED' && !flags.readOnly && (await ackByTrailer(desk, tip.state))) continue
    if (refusal.refusal.code !== 'DEPLOYING' || desk.clock.now() >= until) throw refusal
    if (!said)
      desk.emit({ type: 'said', stage: 'stop', tone: 'plain', text: `Waiting behind another deploy: ${refusal.refusal.why[0] ?? ''}` })
    await desk.clock.sleep(POLL_MS + Math.floor(Math.random() * POLL_MS))
  }
}

/** Who only looks settles nothing, but says where nobody is at work any more. */
const cutShort = async (desk: Desk, { core }: Tip): Promise<GuardError | null> => {
  const open = core?.open
  if (!open || (await operatorOf(desk, desk.folder, open.attempt)).kind !== 'dead') return null
  return refuse('OVERDUE', {
    what: `A ${open.kind} of this app was interrupted, and its outcome is not recorded.`,
    why: [`${open.by.name} (${open.by.via}, ${open.by.host}) began it: ${open.because}`],
    next: [
      next('look at what it did, and record that', ['safe-deploy', 'status', '--live']),
      next('look at what it did, record that, and go back', ['safe-deploy', 'rollback']),
    ],
  })
}

/** `--override budget|frozen|drift=REASON`, for whoever the known good's config lets. */
const overridesOf = (desk: Desk, judged: Settings, given: readonly Given[]): StopOverrides => {
  const who = desk.actor.via === 'terminal' ? 'person' : desk.actor.via
  const named = given.filter((g) => g.by === 'override' && (judged.overrides[g.rule] ?? ['person']).includes(who)).map((g) => g.rule)
  return new Set((['budget', 'frozen', 'drift'] as const).filter((rule) => named.includes(rule)))
}

/** The overrides that were used, as notes that travel with the intent. */
export const overrideNotes = (given: readonly Given[], used: StopOverrides): Draft[] =>
  given
    .filter((g) => (used as ReadonlySet<string>).has(g.rule))
    .map((g) => ({ type: 'note.added', kind: 'override', attempt: null, text: `${g.rule}: ${g.reason}` }))

/** A halt by `not-started` may be answered on the commit that comes next (`Deploy-Ack: why`): nothing was made, nothing touched. */
const ackByTrailer = async (desk: Desk, state: State | null): Promise<boolean> => {
  const halt = state?.core.halt
  if (!halt?.light || desk.repo.head === null || halt.candidate?.commit === desk.repo.head) return false
  const head = await readCommit(desk.git, desk.repo.head)
  const cause = head ? (await deployTrailers(desk.git, head))['deploy-ack']?.[0] : undefined
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
