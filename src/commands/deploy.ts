import { isCi } from '../agents/actor.ts'
import { carrying, GuardError, isGuardError } from '../errors.ts'
import { type DeployFlags, run } from '../run.ts'
import { parseGiven } from '../stages/answers.ts'
import type { Call } from './call.ts'
import { given, textOf, textsOf } from './flags.ts'
import { DEFAULT_WAIT_MS, waitMs } from './until.ts'

/** Who waits for no time at all does not wait. */
const waitUntil = (ms: number | null, now: number): number | null => (ms === null ? null : now + ms)

/** The flags of `deploy`, as the stages take them. */
export const deployFlags = ({ flags, env, clock }: Pick<Call, 'flags' | 'env' | 'clock'>): DeployFlags => ({
  because: textOf(flags, 'because'),
  plan: textOf(flags, 'plan'),
  given: answersOf({ flags }),
  evidenceRun: { command: textOf(flags, 'evidence-run'), run: null },
  evidence: textOf(flags, 'evidence'),
  out: textOf(flags, 'out'),
  fresh: false,
  waitUntil: waitUntil(waitMs(flags) ?? (isCi(env) ? DEFAULT_WAIT_MS : null), clock.now()),
  dryRun: given(flags, 'dry-run'),
  again: given(flags, 'again'),
  onlyTouched: given(flags, 'changed'),
})

/** `--accept` and `--override`, parsed. */
export const answersOf = ({ flags }: Pick<Call, 'flags'>) => [
  ...textsOf(flags, 'accept').map((text) => parseGiven('accept', text)),
  ...textsOf(flags, 'override').map((text) => parseGiven('override', text)),
]

/**
 * `safe-deploy [deploy]`: the five stages, then one deploy. With --changed every app of the config in the order they are written, those that the change
 * touches, until one fails.
 */
export const deploy = async (call: Call): Promise<number> => {
  if (!given(call.flags, 'changed')) return run(await call.desk(), deployFlags(call))
  for (const app of await call.apps()) {
    call.emit({ type: 'said', stage: null, tone: 'plain', text: `== ${app}` })
    const exit = await runOne(call, app)
    if (exit !== 0) return exit
  }
  return 0
}

/** What one of several apps refuses leads on with commands that name it. */
const runOne = async (call: Call, app: string): Promise<number> => {
  try {
    return await run(await call.desk(app), deployFlags(call))
  } catch (error) {
    throw isGuardError(error) ? new GuardError(carrying(error.refusal, [`--app=${app}`]), error) : error
  }
}
