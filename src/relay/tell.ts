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

/** The alert that ends with an entry that is about to count: its halt is over. What ran out of time, or somebody made loud again, is halted still. */
export const endingAlerts = ({ windows }: RelayState, entry: Entry): Alert[] => {
  if (entry.t !== 'release' || entry.how !== 'released') return []
  const reason = entry.reason ?? entry.last
  const alert = reason && windows.get(entry.app)?.reasons.get(reason)?.alert
  return alert ? [alert] : []
}
