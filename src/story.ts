import { isFull } from './ledger/keep.ts'
import type { Over, State } from './ledger/state.ts'
import type { Actor, Serving } from './model.ts'
import type { Story } from './notifiers/book.ts'
import { clip } from './notifiers/clip.ts'
import type { Mask } from './redact.ts'
import { nameServing } from './words.ts'

/** What the ledger does not say, as this command saw it. */
interface Saw {
  serving: string | null
  url: string | null
}

/** Free text of a story; a book is read by every command that tells. */
const LONGEST = 600

const who = ({ name, via }: Actor): string => clip(`${name || 'somebody'} (${via})`, 120)
const named = (serving: Serving | null): string | null => serving && nameServing(serving)

/** The ledger is masked by what was known as a secret when it was written. Half a secret that was cut is masked by nobody. */
const textBy =
  (mask: Mask) =>
  <T extends string | null>(value: T): T =>
    (value === null ? value : clip(mask(value), LONGEST)) as T

/** The incident that is open, as the ledger has it; null: none, or only light halts, of which nobody outside hears. */
export const openStory = ({ core, incident, ack }: State, saw: Saw, mask: Mask): Story | null => {
  const { halt } = core
  if (!incident || !halt || !isFull(incident, halt)) return null
  const text = textBy(mask)
  return {
    key: incident.key,
    since: incident.since,
    halt: halt.id,
    outcome: halt.outcome,
    why: text(halt.why),
    by: text(who(halt.by)),
    serving: text(saw.serving),
    url: text(saw.url),
    suspect: text(halt.suspect),
    commit: halt.candidate?.commit ?? null,
    cause: text(incident.cause || null),
    failures: incident.failures,
    rollbacks: incident.rollbacks ?? 0,
    kind: halt.outcome === 'condemned' ? `condemned:${halt.id}` : `${halt.outcome}:${incident.signature ?? ''}`,
    ack: ack?.halt === halt.id ? ack.id : null,
    ended: null,
  }
}

/** The incident that ended last. */
export const endedStory = (over: Over, saw: Saw, mask: Mask): Story => {
  const text = textBy(mask)
  return {
    key: over.key,
    since: over.since,
    halt: null,
    outcome: over.outcome,
    why: text(over.why),
    by: text(who(over.by)),
    serving: text(named(over.serving) ?? saw.serving),
    url: text(saw.url),
    suspect: null,
    commit: over.commit,
    cause: text(over.cause || null),
    failures: over.failures,
    rollbacks: over.rollbacks,
    kind: 'ended',
    ack: null,
    ended: { at: over.at, how: over.how, by: text(who(over.by)), because: text(over.because) },
  }
}
