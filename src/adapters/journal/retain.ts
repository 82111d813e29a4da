/** A segment as retention sees it. */
export interface Segment {
  n: number
  bytes: number
  /** Epoch milliseconds of its last line, as far as known. */
  until: number
}

const DAY_MS = 24 * 3600 * 1000

/** A segment goes when its last line is too old, so its first one must not be much older: this long it is written on. */
export const spanOf = (keepMs: number): number => Math.min(DAY_MS, keepMs / 8)

/** Of a quota at least three quarters stay readable whenever the oldest segment goes. */
export const segmentSize = (segmentBytes: number, keepBytes: number): number => Math.max(1, Math.min(segmentBytes, keepBytes / 4))

/**
 * How many of the oldest segments may go.
 * @param from the newest that begins with a snapshot: it and what follows are needed
 */
export const removable = (
  segments: readonly Segment[],
  from: number,
  { now, keepMs, keepBytes }: { now: number; keepMs: number; keepBytes: number },
): number => {
  const free = segments.filter(({ n }) => n < from)
  const left = { bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0) }
  const stays = free.findIndex(({ bytes, until }) => {
    if (until >= now - keepMs && left.bytes <= keepBytes) return true
    left.bytes -= bytes
    return false
  })
  return stays < 0 ? free.length : stays
}
