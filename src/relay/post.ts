import { type Counted, digestText, type Ending, type Telling } from './digest.ts'
import type { Post } from './entry.ts'
import { type Channel, destination, type Policy } from './policy.ts'
import type { Hearing, Window } from './window.ts'

/** What posts of ours need of a policy. */
export type Rules = Pick<Policy, 'channels' | 'digestMs'>

/** A channel and what it got in a window. */
export interface Heard {
  channel: Channel
  hearing: Hearing
}

/** Channels of this window that are still there. */
export const hearings = (window: Window, { channels }: Rules): Heard[] =>
  channels.flatMap((channel) => {
    const hearing = channel.app === window.app ? window.channels.get(channel.name) : undefined
    return hearing ? [{ channel, hearing }] : []
  })

/** All that was held in a window. */
const heldIn = ({ kinds }: Hearing): Counted[] =>
  [...kinds].flatMap(([kind, tally]) => (tally.all > tally.passed ? [{ kind, tally, told: tally.all - tally.passed }] : []))

/** A post of ours that tells what was held in a channel. Its id is the same when it has to be made again, because nothing of it was written down. */
export const post = (window: Window, { channel, hearing }: Heard, what: Telling['what'], now: number, ending: Ending | null): Post => {
  const owed = [...hearing.kinds].filter(([, { pending, other }]) => pending > 0 && (what !== 'others' || other))
  const kinds = what === 'closing' ? heldIn(hearing) : owed.map(([kind, tally]) => ({ kind, tally, told: tally.pending }))
  return {
    t: 'post',
    at: now,
    id: `${window.id}.${channel.name}.${hearing.made + 1}`,
    app: window.app,
    window: window.id,
    channel: channel.name,
    to: destination(channel),
    what,
    body: JSON.stringify(digestText({ what, window, channel, hearing, kinds, ending, now })),
    type: 'application/json',
    covers: Object.fromEntries(owed.map(([kind, { pending }]) => [kind, pending])),
  }
}
