import type { Clock } from '../ports.ts'
import type { Memory, Notice, Outlet, Told } from './outlet.ts'

/** Pauses before further tries of what failed without saying when to come back. */
const PAUSES_MS = [400, 1200]
/** A try with less time left tells nothing. */
const LEAST_MS = 250

/**
 * Tells one outlet, again where it failed and there is time: after exactly the pause that the other side asked for, else after one that grows. What it asks for
 * beyond that is for the next command to keep. Never throws.
 * @param forMs how long all of it may take
 */
export const tellOnce = async (clock: Clock, outlet: Outlet, notice: Notice, memory: Memory, forMs: number): Promise<Told> => {
  const until = clock.now() + forMs
  for (let i = 0; ; i++) {
    const told = await tried(clock, outlet, notice, memory, Math.max(1, until - clock.now()))
    if (told.ok || told.final) return told
    const pause = told.retryMs ?? (PAUSES_MS[i] ?? Number.POSITIVE_INFINITY) * (0.5 + Math.random())
    if (i >= PAUSES_MS.length || clock.now() + pause + LEAST_MS > until) return told
    await clock.sleep(pause)
  }
}

/** An outlet that neither answers nor gives up is given up. */
const tried = async (clock: Clock, outlet: Outlet, notice: Notice, memory: Memory, ms: number): Promise<Told> => {
  const failed = (why: string): Told => ({ ok: false, why, retryMs: null, final: false })
  const over = new AbortController()
  const late = clock.sleep(ms + 200, over.signal).then(() => failed(`it gave no answer within ${Math.round(ms / 1000)} s`))
  const telling = outlet.tell(notice, memory, ms).catch((error: unknown) => failed(error instanceof Error ? error.message : 'it failed'))
  return Promise.race([telling, late]).finally(() => over.abort())
}
