import type { Post } from './entry.ts'
import type { Channel } from './policy.ts'

/** Who hears a word about the relay itself: the webhooks for ops; without any the channels that are not a customer's; without any all. */
const hearers = (channels: readonly Channel[]): readonly Channel[] => {
  const withOps = channels.filter(({ ops }) => ops !== null)
  const ours = channels.filter(({ audience }) => audience !== 'customer')
  const those = withOps.length > 0 ? withOps : ours.length > 0 ? ours : channels
  const seen = new Set<string>()
  return those.filter(({ ops, to }) => !seen.has(ops ?? to) && seen.add(ops ?? to))
}

/** Posts that say something of the relay itself, one a destination. */
export const wordOf = (channels: readonly Channel[], text: string, at: number, newId: () => string): Post[] =>
  hearers(channels).map(({ name, ops }) => ({
    t: 'post',
    at,
    id: newId(),
    channel: name,
    to: ops === null ? 'main' : 'ops',
    what: 'word',
    body: JSON.stringify({ text }),
    type: 'application/json',
    covers: {},
  }))
