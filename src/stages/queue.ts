import type { Tip } from '../ledger/ledger.ts'
import { pauseMs } from '../ledger/pause.ts'
import type { Open } from '../ledger/state.ts'
import { ago, duration } from '../words.ts'
import type { Desk } from './desk.ts'
import { closeOpen } from './open.ts'
import { untilDeadline } from './stop.ts'
import { isOutOfReach } from './without-ledger.ts'

/**
 * Waits until an attempt of others is over, and says once for whom. One that is overdue, or whose operator is found dead, is settled on the way; a
 * remote that is out of reach for a moment ends no wait.
 * @param until epoch milliseconds at which patience ends
 * @returns the tip then; the attempt is still its open one where patience ended first
 */
export const waitBehind = async (desk: Desk, tip: Tip, open: Open, until: number): Promise<Tip> => {
  const { clock, ledger } = desk
  const most = Math.min(until - clock.now(), untilDeadline(open, clock.now()))
  const who = `${open.by.name} (${open.by.via}, ${open.by.host})`
  desk.emit({
    type: 'said',
    stage: 'stop',
    tone: 'plain',
    text: `Waiting for the ${open.kind} that ${who} began ${ago(open.since, clock.now())}, ${duration(most)} at most: ${open.because}`,
  })
  for (let now = tip; ; ) {
    const left = until - clock.now()
    const over = now.problem !== null || now.core?.open?.attempt !== open.attempt
    if (left <= 0 || (over && !isOutOfReach(now.problem))) return now
    await clock.sleep(Math.min(left, pauseMs(ledger.store.sharedAt !== null)))
    await ledger.read()
    now = await closeOpen(desk)
  }
}
