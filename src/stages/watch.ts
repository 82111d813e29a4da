import { isGuardError, next, refuse } from '../errors.ts'
import type { Ended } from '../ledger/events.ts'
import type { Tip } from '../ledger/ledger.ts'
import type { Open } from '../ledger/state.ts'
import { inTime } from '../words.ts'
import type { Desk } from './desk.ts'
import { destinationOf } from './destination.ts'
import { waitBehind } from './queue.ts'
import type { RollbackFlags } from './rollback.ts'
import { untilDeadline } from './stop.ts'

/** An attempt past its deadline is settled by whoever looks; that takes a few looks more. */
const SETTLING_MS = 5 * 60_000
/** How far back the end of the attempt that was just watched may lie. */
const RECENT = 50

/** Is somebody on the way to where this rollback would go? */
export const isSameWay = (tip: Tip, open: Open, flags: RollbackFlags, now: number): boolean => {
  if (open.kind !== 'rollback' || flags.rebuild) return false
  const chosen = destinationOf(tip.core, flags, [], now)
  return !isGuardError(chosen) && chosen.serving.id === open.intent.target?.serving.id
}

/**
 * Waits for a rollback of somebody else to the same target instead of doing it twice, and says what came of it.
 * @returns 0 where it held
 * @throws ROLLBACK_FAILED where it did not, DEPLOYING where it has not ended, and the ledger's problem
 */
export const watch = async (desk: Desk, tip: Tip, open: Open): Promise<number> => {
  const now = desk.clock.now()
  const after = await waitBehind(desk, tip, open, now + Math.max(0, untilDeadline(open, now)) + SETTLING_MS)
  if (after.problem) throw after.problem
  const ended = await endOf(desk, open.attempt)
  if (!ended) throw inProgress(open, desk.clock.now())
  if (ended.outcome !== 'deployed') throw didNotHold(open, ended)
  desk.emit({
    type: 'said',
    stage: null,
    tone: 'good',
    text: `The rollback that ${open.by.name} began held. Nothing had to be done twice.`,
  })
  return 0
}

const endOf = async (desk: Desk, attempt: string): Promise<Ended | null> => {
  const events = await desk.ledger.history(RECENT)
  return events.find((event): event is Ended => event.type === 'deploy.ended' && event.attempt === attempt) ?? null
}

const didNotHold = (open: Open, ended: Ended) =>
  refuse('ROLLBACK_FAILED', {
    what: `The rollback that ${open.by.name} began did not hold: ${ended.why}`,
    why: ended.evidence.slice(0, 4),
    next: [next('go back once more', ['safe-deploy', 'rollback']), next('go back further', ['safe-deploy', 'rollback'], ['--to'])],
  })

/** An attempt that really runs, and goes elsewhere, is refused. */
export const inProgress = (open: Open, now: number) =>
  refuse('DEPLOYING', {
    what: `A ${open.kind} of this app is in progress.`,
    why: [
      `${open.by.name} (${open.by.via}, ${open.by.host}) began it: ${open.because}`,
      `others may settle it ${inTime(untilDeadline(open, now))}`,
    ],
    next: [
      next('take it over: it is fenced, waited out, and then rolled back', ['safe-deploy', 'rollback', '--interrupt']),
      next('see how it stands', ['safe-deploy', 'status']),
    ],
  })
