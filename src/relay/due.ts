import { endings } from './end.ts'
import type { Entry, Post } from './entry.ts'
import { type Heard, hearings, post, type Rules } from './post.ts'
import { MINUTE_MS } from './tally.ts'
import { type Hearing, owes, type RelayState, type Window } from './window.ts'

/**
 * What has become due: digests, digests of other kinds, and the end of reasons and windows whose time is over, each window with its closing digests
 * first. All of it is to be applied, in this order, before anything else; asked again then, nothing more is due.
 * @param now epoch milliseconds, of a clock that does not go back
 */
export const due = (state: RelayState, policy: Rules, now: number): Entry[] =>
  [...state.windows.values()].flatMap((window) => dueIn(window, policy, now))

/**
 * When `due` has something next, in epoch milliseconds; null: not before something happens. A channel whose last digest is not delivered waits for
 * that, so that an outage ends with one post and not with many.
 */
export const nextDue = (state: RelayState, policy: Rules): number | null => {
  const times = [...state.windows.values()].flatMap((window) => [
    ...[...window.reasons.values()].map(({ until }) => until),
    ...hearings(window, policy).flatMap(({ hearing }) => [digestAt(hearing, policy), othersAt(hearing)].filter((at) => at !== null)),
  ])
  return times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b))
}

/** Digests of all that was held since the last ones, now. @param app null: of all apps */
export const flushNow = (state: RelayState, policy: Rules, now: number, app: string | null): Entry[] =>
  [...state.windows.values()]
    .filter((window) => app === null || window.app === app)
    .flatMap((window) => hearings(window, policy).flatMap((heard) => (owes(heard.hearing) ? [digest(window, heard, now)] : [])))

/** Posts that are not delivered, oldest first. */
export const waiting = (state: RelayState): Post[] => [...state.posts.values()]

const dueIn = (window: Window, policy: Rules, now: number): Entry[] => {
  const over = endings(window, policy, now)
  return over.some((entry) => entry.t === 'release' && entry.reason === null) ? over : [...over, ...digests(window, policy, now)]
}

const digestAt = ({ since, digests, telling }: Hearing, { digestMs }: Rules): number | null =>
  since === null || telling !== null || digestMs.length === 0 ? null : since + digestMs[Math.min(digests, digestMs.length - 1)]!

const othersAt = ({ otherSince, telling }: Hearing): number | null =>
  otherSince === null || telling !== null ? null : otherSince + MINUTE_MS

const isDue = (at: number | null, now: number): boolean => at !== null && at <= now

const digests = (window: Window, policy: Rules, now: number): Post[] =>
  hearings(window, policy).flatMap((heard) => {
    if (isDue(digestAt(heard.hearing, policy), now)) return [digest(window, heard, now)]
    return isDue(othersAt(heard.hearing), now) ? [post(window, heard, 'others', now, null)] : []
  })

const digest = (window: Window, heard: Heard, now: number): Post => post(window, heard, 'digest', now, null)
