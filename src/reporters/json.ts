import type { Event } from '../events.ts'
import type { Change, FileChange } from '../model.ts'
import type { Clock, Output } from '../ports.ts'
import { childLines } from './plain.ts'
import type { Reporter } from './reporter.ts'

/** Version of the lines; a reader refuses one it does not know. New fields do not raise it. */
const VERSION = 1

/**
 * One JSON object a line on stdout: `v`, `seq` from 1, `at` (ISO 8601 UTC), `type`, then the event's own fields. Every ending carries the
 * permanent `code` and `next: [{argv, needs, says}]`, where each of `needs` is typed as `FLAG=TEXT` behind argv,
 * in front of a `--` in it.
 */
export const makeJsonReporter = (output: Pick<Output, 'write'>, clock: Pick<Clock, 'now'>): Reporter => {
  const state = { seq: 0, command: '' }
  const emit = (event: Event) => {
    if (event.type === 'run.started') state.command = event.command
    state.seq += 1
    const stamped = { v: VERSION, seq: state.seq, at: new Date(clock.now()).toISOString(), ...shape(event, state.command) }
    output.write(`${JSON.stringify(stamped)}\n`)
  }
  return { emit, hush: async () => {}, close: async () => {} }
}

/** An event as readers see it: flat where it can be, without the contents of files. */
const shape = (event: Event, command: string): Record<string, unknown> => {
  switch (event.type) {
    case 'change.read':
      return { type: event.type, base: event.base, ...change(event.change), majors: event.majors }
    case 'finding':
      return { type: event.type, ...event.finding, ...(event.flag === undefined ? {} : { flag: event.flag }) }
    case 'output':
      return { type: event.type, source: event.source, name: event.name, lines: childLines(event.text) }
    case 'refused':
      return { type: event.type, ...event.refusal, next: nexts(event.refusal.next) }
    case 'status':
      return status(event)
    case 'plan.made':
      return { ...(command === 'plan' ? event : without(event, 'digest')), ...(event.next ? { next: nexts(event.next) } : {}) }
    case 'recorded':
      return { type: event.type, event: { type: event.event.type, id: event.event.id, at: event.event.at } }
    default:
      return { ...event }
  }
}

const without = <T extends object>(value: T, key: keyof T): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))

const nexts = (list: readonly { argv: string[]; needs?: string[]; says: string }[]) =>
  list.map(({ argv, needs, says }) => ({ argv, needs: needs ?? [], says }))

const change = ({ files, commits, gap, added, removed, unseen, base }: Change) => ({
  against: base,
  unseen,
  added,
  removed,
  ...(gap ? { gap } : {}),
  files: files.map(file),
  commits: commits.map(({ oid, subject, author }) => ({ oid, subject, author })),
})

const file = (one: FileChange) => ({
  path: one.path,
  ...(one.from === undefined ? {} : { from: one.from }),
  status: one.status,
  added: one.added.length + (one.more?.added ?? 0),
  removed: one.removed.length + (one.more?.removed ?? 0),
  generated: one.generated,
  opaque: one.opaque,
})

const status = ({ type, state, status, words, app, next, live }: Extract<Event, { type: 'status' }>) => ({
  type,
  status,
  app: app ?? state?.core.app ?? null,
  words,
  halt: state?.core.halt ?? null,
  open: state?.core.open ? without(state.core.open, 'intent') : null,
  ack: state?.ack ?? null,
  freeze: state?.freeze ?? null,
  incident: state?.incident ?? null,
  good: state?.core.good[0] ?? null,
  incumbent: state?.core.incumbent ?? null,
  ledger: state?.core.ledger ?? null,
  ...(live === undefined ? {} : { live }),
  next: nexts(next ?? []),
})
