import { isGuardError, next, type Refusal, refuse } from './errors.ts'
import type { StopSignal } from './ports.ts'
import type { Mask } from './redact.ts'

/** Exit codes of a run that a signal ended before the act: 128 and the signal's number. */
export const SIGNAL_EXITS: Readonly<Record<StopSignal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/**
 * Any thrown thing as a refusal. What is no expected ending is a bug, told with a masked stack and what state things are in.
 * @param intended an intent was recorded in this run
 */
export const refusalOf = (error: unknown, intended: boolean, mask: Mask): Refusal => {
  if (isGuardError(error)) return error.refusal
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return refuse('BUG', {
    what: `A bug in safe-deploy: ${mask(error instanceof Error ? error.message : String(error))}`,
    why: [
      intended ? 'A deploy had begun. The next command of anyone looks at what it really did and records that.' : 'Nothing was deployed.',
      ...mask(stack)
        .split('\n')
        .slice(1, 8)
        .map((one) => one.trim()),
    ],
    next: [next('see how it stands', ['safe-deploy', 'status'])],
  }).refusal
}

/**
 * What is said when a signal ends a run before an act.
 * @param intended an act of this run is over: from its intent to its outcome no signal ends a run
 */
export const interrupted = (signal: StopSignal, intended = false): Refusal =>
  refuse('INTERRUPTED', {
    what: intended
      ? `${signal}: stopped. What was deployed before is recorded; nothing more was deployed.`
      : `${signal}: stopped before the act. Nothing was deployed.`,
    exit: SIGNAL_EXITS[signal],
    next: [next('see how it stands', ['safe-deploy', 'status'])],
  }).refusal
