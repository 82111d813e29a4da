import { next, refuse } from '../errors.ts'
import { recordNote } from '../ledger/record.ts'
import type { Desk } from '../stages/desk.ts'

/** A freeze without an end would be forgotten: 30 days at most, then it is said again. */
const LONGEST_MS = 30 * 24 * 3_600_000

/**
 * `safe-deploy freeze --for 2h --because …`: a stop by hand with an end. Never blocks a rollback.
 * @param untilMs epoch milliseconds
 */
export const freeze = async (desk: Desk, untilMs: number, because: string | null): Promise<number> => {
  const reason = because ?? (await desk.prompt?.text('Why are deploys frozen?')) ?? null
  const now = desk.clock.now()
  if (!reason?.trim()) throw needsBecause('freeze', ['--for', '--because'])
  if (!(untilMs > now) || untilMs - now > LONGEST_MS) {
    throw refuse('USAGE', {
      what: 'A freeze ends between now and 30 days from now.',
      next: [next('for example', ['safe-deploy', 'freeze', '--for=2h'], ['--because'])],
    })
  }
  const until = new Date(untilMs).toISOString()
  await recordNote(desk, [{ type: 'freeze.set', until, because: reason.trim() }], () => true)
  desk.emit({ type: 'said', stage: null, tone: 'good', text: `Frozen until ${until}: ${reason.trim()}. Rollbacks go on.` })
  return 0
}

/** `safe-deploy thaw --because …`: lifts the freeze. */
export const thaw = async (desk: Desk, because: string | null): Promise<number> => {
  const tip = await desk.ledger.read()
  if (tip.problem) throw tip.problem
  if (!tip.state?.freeze) {
    desk.emit({ type: 'said', stage: null, tone: 'plain', text: 'Nothing is frozen.' })
    return 0
  }
  const reason = because ?? (await desk.prompt?.text('Why is it lifted?')) ?? null
  if (!reason?.trim()) throw needsBecause('thaw', ['--because'])
  await recordNote(desk, [{ type: 'freeze.lifted', because: reason.trim() }], (now) => now.state?.freeze !== null)
  desk.emit({ type: 'said', stage: null, tone: 'good', text: 'The freeze is lifted.' })
  return 0
}

const needsBecause = (command: string, needs: string[]) =>
  refuse('NO_BECAUSE', {
    what: 'Say why, for everybody who will read it later.',
    next: [next('with a reason', ['safe-deploy', command], needs)],
  })
