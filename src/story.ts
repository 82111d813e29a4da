import { isFull } from './ledger/keep.ts'
import type { Over, State } from './ledger/state.ts'
import type { Actor, Serving } from './model.ts'
import type { Story } from './notifiers/book.ts'
import { clip } from './notifiers/clip.ts'
import { nameServing } from './words.ts'

/** What the ledger does not say, as this command saw it. */
interface Saw {
  serving: string | null
  url: string | null
}

/** Free text of a story; a book is read by every command that tells. */
const LONGEST = 600

const who = ({ name, via }: Actor): string => clip(`${name || 'somebody'} (${via})`, 120)
const text = (value: string): string => clip(value, LONGEST)
const named = (serving: Serving | null): string | null => serving && nameServing(serving)

/** The incident that is open, as the ledger has it; null: none, or only light halts, of which nobody outside hears. */
export const openStory = ({ core, incident, ack }: State, saw: Saw): Story | null => {
  const { halt } = core
  if (!incident || !halt || !isFull(incident, halt)) return null
  return {
    ...{ key: incident.key, since: incident.since, halt: halt.id, outcome: halt.outcome, why: text(halt.why), by: who(halt.by) },
    ...{ serving: saw.serving, url: saw.url, suspect: halt.suspect && text(halt.suspect), commit: halt.candidate?.commit ?? null },
    ...{ cause: incident.cause ? text(incident.cause) : null, failures: incident.failures, rollbacks: incident.rollbacks ?? 0 },
    kind: halt.outcome === 'condemned' ? `condemned:${halt.id}` : `${halt.outcome}:${incident.signature ?? ''}`,
    ack: ack?.halt === halt.id ? ack.id : null,
    ended: null,
  }
}

/** The incident that ended last. */
export const endedStory = (over: Over, saw: Saw): Story => ({
  ...{ key: over.key, since: over.since, halt: null, outcome: over.outcome, why: text(over.why), by: who(over.by) },
  ...{ serving: named(over.serving) ?? saw.serving, url: saw.url, suspect: null, commit: over.commit },
  ...{ cause: over.cause && text(over.cause), failures: over.failures, rollbacks: over.rollbacks, kind: 'ended', ack: null },
  ended: { at: over.at, how: over.how, by: who(over.by), because: text(over.because) },
})
