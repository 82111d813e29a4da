import { guardFiles } from './adapters/guard-files.ts'
import { isCi } from './agents/actor.ts'
import type { Call } from './commands/call.ts'
import { given } from './commands/flags.ts'
import type { Look } from './commands/status.ts'
import { isGuardError } from './errors.ts'
import { stampBy } from './ledger/stamp.ts'
import { makeWaiting } from './ledger/waiting.ts'
import { lookClosely } from './look.ts'
import { differentHex } from './random.ts'
import { within } from './stages/stages.ts'
import { stopByLedger } from './stages/stop.ts'
import { unnamed } from './who.ts'

/** With a plain halt these decide nothing. */
const NO_SETTINGS = { budget: { unproven: Number.POSITIVE_INFINITY, perMs: 0 }, display: '' }

/** A halt that nothing may answer here: no attempt to settle first, no acknowledgement, no trailer that would do, no outcome waiting. */
const isPlain = ({ state, problem, spooled }: Look): boolean => {
  const halt = state?.core.halt
  return !problem && spooled === 0 && !!halt && !halt.light && !state?.core.open && state?.ack?.halt !== halt.id
}

/**
 * Refuses at once what a plain halt refuses, before settings, target or change are loaded: the answer to the second guess comes as fast as
 * `status`. Says nothing in every other case: then the stages decide.
 * @param keep note the refusal in the history
 * @throws HALTED
 */
export const refuseWhileHalted = async (call: Call, keep: boolean): Promise<void> => {
  if (isCi(call.env) || given(call.flags, 'changed')) return
  const found = await lookClosely(call).catch(() => null)
  if (!found) return
  const { look, folder, which } = found
  if (!look.state || !isPlain(look)) return
  const refusal = stopByLedger(look.state, NO_SETTINGS, new Set(), call.clock.now())
  if (!refusal) return
  if (keep && isGuardError(refusal)) {
    const { code, what } = refusal.refusal
    const stamp = stampBy({ clock: call.clock, by: unnamed(call), mask: call.mask })
    await makeWaiting(guardFiles, folder, which.app).add(
      stamp({ id: differentHex(), type: 'attempt.refused', command: call.command, code, what }),
    )
  }
  if (keep) call.news.refused.push(which.app)
  await within(call, 'stop', () => Promise.reject(refusal))
}
