/** A ledger of this clone is read for next to nothing. */
const LOCAL_MS = [1000, 2000] as const
/** One on a host is everybody's, and who waits there must not come all at once. */
const SHARED_MS = [3000, 8000] as const

/** Milliseconds between two looks of somebody who waits, with jitter. */
export const pauseMs = (shared: boolean): number => {
  const [least, most] = shared ? SHARED_MS : LOCAL_MS
  return least + Math.floor(Math.random() * (most - least))
}
