import type { Event } from '../events.ts'
import type { Change, FileChange } from '../model.ts'
import type { Clock, Output } from '../ports.ts'
import { makeHeart } from './heart.ts'
import type { Reporter } from './reporter.ts'
import { makeStreaming } from './streaming.ts'
import { makeSummary, nexts } from './summary.ts'

/** Version of the lines; a reader refuses one it does not know. New fields do not raise it. */
const VERSION = 1
/** What one line holds at most of a list without end; how many there are is told beside it. */
const FILES = 200
const COMMITS = 50
/** Findings that are told one by one and in a plan, heaviest first. */
const FINDINGS = 300

/**
 * One JSON object a line on stdout: `v`, `seq` from 1, `at` (ISO 8601 UTC), `type`, then the event's own fields. What a child prints is not among them:
 * a heartbeat says that it goes on, one `output` line what it came to and where its log is. The last line is `done`: `ok`, `command`, `exit`, the permanent
 * `code`, `result` or `error`, and `next: [{argv, needs, says}]`, where each of `needs` is typed as `FLAG=TEXT` behind argv, in front of a `--` in it.
 * @param seconds how often a heartbeat comes, as SAFE_DEPLOY_HEARTBEAT says it
 */
export const makeJsonReporter = (output: Pick<Output, 'write'>, clock: Pick<Clock, 'now'>, seconds?: string): Reporter => {
  const state = { seq: 0, command: '', findings: 0, waiting: '' }
  const [streaming, summary] = [makeStreaming(), makeSummary()]
  const write = (fields: Record<string, unknown>) => {
    state.seq += 1
    output.write(`${JSON.stringify({ v: VERSION, seq: state.seq, at: new Date(clock.now()).toISOString(), ...fields })}\n`)
  }
  const heart = makeHeart(clock, () => streaming.now(), write, seconds)
  const endChild = () => {
    const told = streaming.end()
    if (told) write({ type: 'output', ...told })
  }
  /** A countdown is one wait, not many; heartbeats say that it goes on. */
  const isNewWait = (text: string): boolean => {
    const before = state.waiting
    state.waiting = text.replace(/\d+/g, '#')
    return state.waiting !== before
  }
  const emit = (event: Event) => {
    if (event.type === 'run.started') state.command = event.command
    heart.take(event)
    const now = streaming.now()
    if (event.type !== 'output' || now?.source !== event.source || now.name !== event.name) endChild()
    if (event.type === 'output') return streaming.take(event)
    summary.take(event)
    if (event.type === 'finding') state.findings += 1
    if (event.type === 'finding' && state.findings > FINDINGS) return
    if (event.type === 'waiting' && !isNewWait(event.text)) return
    write(event.type === 'done' ? summary.of(event) : shape(event, state.command))
  }
  const close = async () => {
    endChild()
    heart.stop()
  }
  return { emit, hush: async () => {}, close }
}

/** An event as readers see it: flat where it can be, without the contents of files. */
const shape = (event: Event, command: string): Record<string, unknown> => {
  switch (event.type) {
    case 'change.read':
      return { type: event.type, base: event.base, ...change(event.change), majors: event.majors }
    case 'finding':
      return {
        type: event.type,
        ...event.finding,
        ...(event.flag === undefined ? {} : { flag: event.flag }),
        ...(event.run ? { run: true } : {}),
      }
    case 'refused':
      return { type: event.type, ...event.refusal, next: nexts(event.refusal.next) }
    case 'status':
      return status(event)
    case 'plan.made':
      return plan(event, command)
    case 'deploy.starts':
      return { ...event, next: nexts(event.next) }
    case 'recorded':
      return { type: event.type, event: { type: event.event.type, id: event.event.id, at: event.event.at } }
    default:
      return { ...event }
  }
}

const without = <T extends object>(value: T, key: keyof T): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))

/** A list and, where it was cut, how many it has. */
const some = <T>(name: string, list: readonly T[], most: number, told: (one: T) => unknown = (one) => one): Record<string, unknown> => ({
  [name]: list.slice(0, most).map(told),
  ...(list.length > most ? { [`${name}_total`]: list.length } : {}),
})

const plan = (event: Extract<Event, { type: 'plan.made' }>, command: string): Record<string, unknown> => ({
  ...(command === 'plan' ? event : without(event, 'digest')),
  ...some('findings', event.findings, FINDINGS),
  ...(event.next ? { next: nexts(event.next) } : {}),
})

const change = ({ files, commits, gap, added, removed, unseen, base }: Change) => ({
  against: base,
  unseen,
  added,
  removed,
  ...(gap ? { gap } : {}),
  ...some('files', files, FILES, file),
  ...some('commits', commits, COMMITS, ({ oid, subject, author }) => ({ oid, subject, author })),
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

const status = ({ type, state, status, words, app, next, live, ended, undelivered }: Extract<Event, { type: 'status' }>) => ({
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
  ...(ended === undefined ? {} : { ended }),
  ...(undelivered === undefined ? {} : { undelivered }),
  next: nexts(next ?? []),
})
