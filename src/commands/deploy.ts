import { carrying, GuardError, isGuardError } from '../errors.ts'
import { type DeployFlags, run } from '../run.ts'
import { parseGiven } from '../stages/answers.ts'
import type { Call } from './call.ts'
import { given, textOf, textsOf } from './flags.ts'
import { waitMs } from './until.ts'

/** The flags of `deploy`, as the stages take them. */
export const deployFlags = ({ flags }: Pick<Call, 'flags'>): DeployFlags => ({
  because: textOf(flags, 'because'),
  plan: textOf(flags, 'plan'),
  given: answersOf({ flags }),
  evidence: textOf(flags, 'evidence'),
  out: textOf(flags, 'out'),
  fresh: false,
  waitMs: waitMs(flags),
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
