import type { Clock } from '../ports.ts'
import type { Reading, Truth } from './truth.ts'

/** The last look, and whether it was seen twice, at rest. */
export interface Settled {
  reading: Reading
  stable: boolean
}

export interface SettleOptions {
  /** Between two looks. An observer who does not know whether fly still runs takes 15 s: leases last 13. */
  everyMs: number
  /** After this the last look stands. */
  atMostMs: number
  signal?: AbortSignal
}

/**
 * Looks until two looks in a row are equal and nothing is on its way, or the time is up. A failed look is tried again like one that moved.
 * `stable` false means no two looks were equal: whoever judges must not take the last one for the end.
 */
export const settle = async (
  read: () => Promise<Reading>,
  compare: { same: (a: Truth, b: Truth) => boolean; moving: (truth: Truth) => boolean },
  clock: Clock,
  { everyMs, atMostMs, signal }: SettleOptions,
): Promise<Settled> => {
  const until = clock.now() + atMostMs
  let last = await read()
  let equal = false
  while (clock.now() < until && !signal?.aborted) {
    await clock.sleep(everyMs, signal)
    const reading = await read()
    equal = last.ok && reading.ok && compare.same(last.truth, reading.truth)
    last = reading
    if (equal && reading.ok && !compare.moving(reading.truth)) break
  }
  return { reading: last, stable: equal }
}
