import type { Ending } from './digest.ts'
import type { Alert, Entry, Opened, Reason, Released } from './entry.ts'
import { hearings, post, type Rules } from './post.ts'
import { holds, type RelayState, type Window } from './window.ts'

/** A call for a quiet window. */
export interface Call {
  app: string
  reason: Reason
  ttlMs: number
  because: string
  by: string
  incident: string | null
  alert: Alert | null
}

/** Opens a window or renews its reason; a window whose time was over ends first. @param id of a new window, should there be none */
export const quiet = (state: RelayState, policy: Rules, { ttlMs, ...call }: Call, now: number, id: string): Entry[] => {
  const window = state.windows.get(call.app)
  const over = window ? endings(window, policy, now) : []
  const ended = over.some((entry) => entry.t === 'release' && entry.reason === null)
  const opened: Opened = { t: 'quiet', at: now, ...call, window: window && !ended ? window.id : id, until: now + ttlMs }
  return [...over, opened]
}

/** Takes a reason away, or all (null): the last one closes the window, after its closing digests. Nothing, when there is no such reason. */
export const release = (
  state: RelayState,
  policy: Rules,
  { app, reason, by }: { app: string; reason: Reason | null; by: string },
  now: number,
): Entry[] => {
  const window = state.windows.get(app)
  if (!window || (reason !== null && !window.reasons.has(reason))) return []
  const left = [...window.reasons].filter(([name, why]) => name !== reason && holds(why, now))
  return reason !== null && left.length > 0
    ? [released(window, reason, 'released', by, now)]
    : close(window, policy, { how: 'released', by }, now, reason)
}

/** Reasons whose time is over; with the last one the window closes. */
export const endings = (window: Window, policy: Rules, now: number): Entry[] => {
  const over = [...window.reasons].filter(([, why]) => !holds(why, now)).map(([reason]) => reason)
  return over.length === window.reasons.size
    ? close(window, policy, { how: 'expired', by: 'relay' }, now)
    : over.map((reason) => released(window, reason, 'expired', 'relay', now))
}

/**
 * Closing digests, then the end. Should the relay die between them, the channels that have theirs are marked, and what is left of this comes when it
 * is asked again.
 */
const close = (window: Window, policy: Rules, ending: Ending, now: number, last: Reason | null = null): Entry[] => [
  ...hearings(window, policy)
    .filter(({ hearing }) => !hearing.closed && [...hearing.kinds.values()].some(({ all, passed }) => all > passed))
    .map((heard) => post(window, heard, 'closing', now, ending)),
  { ...released(window, null, ending.how, ending.by, now), ...(last ? { last } : {}) },
]

const released = (window: Window, reason: Reason | null, how: Released['how'], by: string, now: number): Released => ({
  t: 'release',
  at: now,
  app: window.app,
  window: window.id,
  reason,
  how,
  by,
})
