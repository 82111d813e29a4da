import { GuardError, isGuardError, next } from '../errors.ts'
import type { Tip } from '../ledger/ledger.ts'
import { ago } from '../words.ts'
import type { Desk } from './desk.ts'
import type { StopOverrides } from './stop.ts'

/** True for a remote that cannot be reached, which says nothing of the ledger there. */
export const isOutOfReach = (error: unknown): boolean => isGuardError(error) && error.refusal.code === 'LEDGER_UNREACHABLE'

/**
 * A ledger that is out of reach refuses deploys, except where a person goes on upon what this clone saw last. Then it is said how old that is.
 * @param found `refusal`: what memory itself refuses; `may`: whoever is here may override this
 * @throws the ledger's problem, naming the override where it would do; HALTED, DEPLOYING and the like from memory
 */
export const goOnWithout = (
  desk: Desk,
  found: { problem: GuardError; tip: Tip; refusal: GuardError | null; may: boolean; overrides: StopOverrides },
): void => {
  const { problem, tip, refusal, may, overrides } = found
  // Who never saw it knows of no halt.
  if (!isOutOfReach(problem) || !tip.state || tip.cachedAt === null) throw problem
  const age = ago(tip.cachedAt, desk.clock.now())
  if (!overrides.has('ledger-unreachable')) throw may && !refusal ? offering(problem) : problem
  if (refusal)
    throw new GuardError({
      ...refusal.refusal,
      why: [...refusal.refusal.why, `as this clone saw the ledger ${age}; it is out of reach now`],
    })
  desk.emit({
    type: 'said',
    stage: 'stop',
    tone: 'warn',
    text: `The ledger is out of reach. Going on by the word of ${desk.actor.name}, upon what this clone saw ${age}; it is recorded here and appended later.`,
  })
}

/** The same problem, with the flag for a person. */
export const offering = ({ refusal }: GuardError): GuardError =>
  new GuardError({
    ...refusal,
    who: 'a person may go on with a reason, if nobody else can be deploying',
    next: [...refusal.next, next('or go on without it', ['safe-deploy', 'deploy'], ['--override=ledger-unreachable'])],
  })
