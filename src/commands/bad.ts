import { next, refuse } from '../errors.ts'
import { describe } from '../ledger/describe.ts'
import { condemn } from '../stages/condemn.ts'
import type { Desk } from '../stages/desk.ts'
import { closeOpen } from '../stages/open.ts'
import { deploying } from '../stages/stop.ts'
import { nameServing } from '../words.ts'

/**
 * `safe-deploy bad --because …`: what serves is bad although it passed. Opens the halt; that release is never a known good again.
 * When the platform cannot be read, the newest known good is what is called bad.
 */
export const bad = async (desk: Desk, because: string | null): Promise<number> => {
  const reason = because ?? (await desk.prompt?.text('What is wrong with what serves?')) ?? null
  if (!reason?.trim())
    throw refuse('NO_BECAUSE', {
      what: 'Say what is wrong with what serves.',
      next: [next('with a reason', ['safe-deploy', 'bad'], ['--because'])],
    })
  const tip = await closeOpen(desk)
  if (tip.problem) throw tip.problem
  if (tip.core?.open) throw deploying(tip.core.open, desk.clock.now())
  const { after, serving } = await condemn(desk, tip, reason.trim())
  desk.emit({ type: 'said', stage: null, tone: 'plain', text: `Called bad: ${serving ? nameServing(serving) : 'what serves'}.` })
  desk.emit({ type: 'status', state: after.state, ...describe(after.state, desk.clock.now()), app: desk.settings.display })
  return 0
}
