import type { Alert, Entry, Post } from './entry.ts'
import { iso } from './views.ts'
import type { RelayState } from './window.ts'
import type { Note } from './world.ts'

const POSTS: Readonly<Record<Post['what'], string>> = {
  digest: 'digest',
  others: 'digest of other kinds',
  closing: 'closing digest',
  message: 'message that its channel did not take at once, to be delivered later',
  word: 'word of the relay',
}

/** The line of the log for an entry that is about to count, or null: messages have none. */
export const noteOf = (state: RelayState, entry: Entry): Note | null => {
  if (entry.t === 'quiet') {
    const known = state.windows.get(entry.app)?.reasons.has(entry.reason)
    const [app, until] = [entry.app, iso(entry.until)]
    return { what: 'window', app, text: `${app}: ${known ? 'still quiet' : 'quiet'} until ${until} (${entry.reason}, by ${entry.by})` }
  }
  if (entry.t === 'release') {
    const { app, reason, how, by } = entry
    return {
      what: 'window',
      app,
      text: `${app}: ${reason === null ? 'no longer quiet' : `no longer quiet for its ${reason}`}, ${how} by ${by}`,
    }
  }
  if (entry.t !== 'post') return null
  const told = Object.values(entry.covers).reduce((sum, n) => sum + n, 0)
  const counted = entry.what === 'message' || told === 0 ? '' : ` (${told === 1 ? '1 message' : `${told} messages`})`
  return { what: 'post', channel: entry.channel, text: `${entry.channel}: ${POSTS[entry.what]}${counted}` }
}

/** Alerts that end with an entry that is about to count: those of what somebody released. What only ran out of time goes on by itself. */
export const endingAlerts = ({ windows }: RelayState, entry: Entry): Alert[] => {
  if (entry.t !== 'release' || entry.how !== 'released') return []
  const reasons = [...(windows.get(entry.app)?.reasons ?? [])]
  return reasons.flatMap(([reason, { alert }]) => (alert && (entry.reason === null || entry.reason === reason) ? [alert] : []))
}
