import { randomBytes } from 'node:crypto'
import { type GuardError, isGuardError, next, refuse } from '../errors.ts'
import type { Actor } from '../model.ts'
import type { Clock, Files } from '../ports.ts'
import type { Mask } from '../redact.ts'
import type { Created, DurableEvent } from './events.ts'
import { fold } from './fold.ts'
import { parseEvents, parseState } from './parse.ts'
import type { PrivateFolder } from './private.ts'
import type { Core, State } from './state.ts'
import type { Store } from './store.ts'

/** Where the ledger stood when it was read. `problem` refuses deploys; `core` is what rollback and status can still use. */
export interface Tip {
  oid: string | null
  state: State | null
  core: Core | null
  problem: GuardError | null
  /** The core comes from this clone's memory, not from the ledger: as of this time. */
  cachedAt: string | null
}

type Unstamped<E> = E extends DurableEvent ? Omit<E, 'v' | 'id' | 'at' | 'by'> : never
/** An event before it is stamped; one that was stamped when it happened (spooled) keeps its id, time and author. */
export type Draft = Unstamped<DurableEvent> & Partial<Pick<DurableEvent, 'v' | 'id' | 'at' | 'by'>>

export type Appended = { won: true; tip: Tip; events: DurableEvent[] } | { won: false; tip: Tip }

export interface Ledger {
  app: string
  store: Store
  read(): Promise<Tip>
  /** Stamps, masks and appends a batch on exactly `after`. Local refusals and notes that waited travel along. */
  append(after: Tip, drafts: readonly Draft[], logs?: Readonly<Record<string, string>>): Promise<Appended>
  /** Id of the ledger at a tip, or the one it will get with its first event. */
  idAt(tip: Tip): string
  /** Stamps and masks an event without appending it. */
  stamp(draft: Draft): DurableEvent
  /** Keeps an event in this clone until the next append. Never throws: a note is not worth a failed command. */
  later(draft: Draft): Promise<void>
  /** Newest first. */
  history(limit: number): Promise<DurableEvent[]>
  /** The last state this clone saw of it, kept beside the ledger. */
  lastSeen(): Promise<{ at: string; oid: string; state: State } | null>
  /** A new chain whose root embeds `state`. */
  begin(embeds: NonNullable<Created['embeds']> | null, id: string): Promise<Tip>
}

/** 128 random bits in hex. */
export const newId = (): string => randomBytes(16).toString('hex')

/**
 * The ledger of one app, over a store.
 * @param configuredId id that the config names; a ledger with another id is refused
 */
export const makeLedger = (deps: {
  store: Store
  files: Files
  folder: PrivateFolder
  clock: Clock
  by: Actor
  mask: Mask
  app: string
  configuredId: string | null
}): Ledger => {
  const { store, files, folder, clock, by, mask, app, configuredId } = deps

  const freshId = configuredId ?? newId()

  const stamp = (draft: Draft): DurableEvent =>
    maskDeep({ v: 1, id: newId(), at: new Date(clock.now()).toISOString(), by, ...draft }, mask) as DurableEvent

  const read = async (): Promise<Tip> => {
    const raw = await store.tip()
    if (raw.kind === 'at') return readAt(raw.oid, raw.state)
    const seen = await lastSeen()
    if (raw.kind === 'none' && !seen && configuredId === null) return { oid: null, state: null, core: null, problem: null, cachedAt: null }
    const last = raw.kind === 'broken' ? raw.last : await store.lastKnown()
    return {
      oid: null,
      state: null,
      core: seen?.state.core ?? null,
      problem: gone(raw.kind === 'broken' ? raw.why : null, last, seen),
      cachedAt: seen?.at ?? null,
    }
  }

  const readAt = (oid: string, text: string): Tip => {
    const parsed = parseState(text)
    if (parsed.kind === 'broken') return { oid, state: null, core: null, problem: broken(parsed.why), cachedAt: null }
    if (parsed.kind === 'newer') return { oid, state: null, core: parsed.core, problem: newer(parsed.needs), cachedAt: null }
    const { state } = parsed
    const other = configuredId !== null && state.core.ledger !== configuredId
    const problem = other
      ? otherLedger(state.core.ledger, configuredId)
      : state.core.app === app
        ? null
        : broken(`it is the ledger of ${state.core.app}`)
    return { oid, state, core: state.core, problem, cachedAt: null }
  }

  const lastSeen = async (): Promise<{ at: string; oid: string; state: State } | null> => {
    const text = await files.readText(folder.seen(app)).catch(() => null)
    if (text === null) return null
    try {
      const { at, oid, state } = JSON.parse(text)
      const parsed = parseState(JSON.stringify(state))
      return parsed.kind === 'ok' ? { at, oid, state: parsed.state } : null
    } catch {
      return null
    }
  }

  const gone = (why: string | null, last: string | null, seen: { at: string } | null): GuardError => {
    const because = why ?? (seen ? `this clone used it until ${seen.at}` : `the config names the ledger ${configuredId}`)
    return refuse(why ? 'LEDGER_BROKEN' : 'LEDGER_MISSING', {
      what: why ? 'The ledger is damaged. A damaged ledger lifts no halt.' : 'The ledger is gone. That is not a first deploy.',
      why: [because],
      next: [
        last
          ? next(`put the ref back on the last commit this clone knows (${last.slice(0, 12)})`, ['safe-deploy', 'ledger', 'restore'])
          : next(seen ? 'begin a new chain from the last state this clone saw' : 'run it in the clone that has the ledger', [
              'safe-deploy',
              'ledger',
              'restore',
            ]),
        next('go back to the last known good meanwhile', ['safe-deploy', 'rollback']),
      ],
    })
  }

  const append: Ledger['append'] = async (after, drafts, logs = {}) => {
    const waiting = await pending()
    const opening = after.oid === null && !after.state ? [stamp({ type: 'ledger.created', ledger: freshId, app })] : []
    const events = drafts.map(stamp)
    const batch = [...opening, ...waiting.events, ...events]
    const state = batch.reduce<State | null>(fold, after.state)
    if (!state) throw new Error('an append needs an event')
    const swapped = await store.append(
      after.oid,
      {
        'events.ndjson': batch.map((event) => `${JSON.stringify(event)}\n`).join(''),
        'state.json': `${JSON.stringify(state)}\n`,
        ...maskLogs(logs, mask),
      },
      describeBatch(app, batch),
    )
    if (!swapped.won) return { won: false, tip: await read() }
    await waiting.clear()
    const tip: Tip = { oid: swapped.oid, state, core: state.core, problem: null, cachedAt: null }
    await remember(tip)
    return { won: true, tip, events }
  }

  const remember = async (tip: Tip): Promise<void> => {
    const text = JSON.stringify({ at: new Date(clock.now()).toISOString(), oid: tip.oid, state: tip.state })
    await files.writeCache(folder.seen(app), text).catch(() => undefined)
  }

  const waitingLines = async (): Promise<string[]> =>
    ((await files.readText(folder.pending).catch(() => null)) ?? '').split('\n').filter(Boolean)

  const pending = async (): Promise<{ events: DurableEvent[]; clear: () => Promise<void> }> => {
    const lines = (await waitingLines()).slice(-500)
    const mine = lines.map(readPending).flatMap((waiting) => (waiting?.app === app ? [waiting.event] : []))
    const sent = new Set(mine.map((event) => event.id))
    const clear = async (): Promise<void> => {
      // Read again: another process may have added to it since.
      const rest = (await waitingLines()).filter((line) => !sent.has(readPending(line)?.event.id ?? ''))
      await files.writeCache(folder.pending, rest.map((line) => `${line}\n`).join('')).catch(() => undefined)
    }
    return { events: mine, clear: mine.length > 0 ? clear : async () => undefined }
  }

  return {
    app,
    store,
    read,
    append,
    idAt: (tip) => tip.core?.ledger ?? freshId,
    stamp,
    later: async (draft) => {
      await files.appendDurable(folder.pending, `${JSON.stringify({ app, event: stamp(draft) })}\n`).catch(() => undefined)
    },
    history: async (limit) => (await store.history(limit)).flatMap((batch) => parseEvents(batch.events).reverse()),
    lastSeen,
    begin: async (embeds, id) => {
      const event = stamp({ type: 'ledger.created', ledger: id, app, ...(embeds ? { embeds } : {}) })
      const state = fold(null, event)
      const swapped = await store.append(
        null,
        { 'events.ndjson': `${JSON.stringify(event)}\n`, 'state.json': `${JSON.stringify(state)}\n` },
        describeBatch(app, [event]),
      )
      const tip = swapped.won ? { oid: swapped.oid, state, core: state.core, problem: null, cachedAt: null } : await read()
      await remember(tip)
      return tip
    },
  }
}

const readPending = (line: string): { app: string; event: DurableEvent } | null => {
  try {
    const { app, event } = JSON.parse(line)
    const [parsed] = parseEvents(JSON.stringify(event))
    return typeof app === 'string' && parsed ? { app, event: parsed } : null
  } catch {
    return null
  }
}

/** Masks every string of an event; ids, oids and dates have no secret's shape and pass unchanged. */
const maskDeep = (value: unknown, mask: Mask): unknown => {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return value.map((item) => maskDeep(item, mask))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskDeep(item, mask)]))
}

const maskLogs = (logs: Readonly<Record<string, string>>, mask: Mask): Record<string, string> =>
  Object.fromEntries(Object.entries(logs).map(([name, text]) => [`log-${name}`, mask(text)]))

/** The commit message: plain `git log` reads as the deploy history; `[skip ci]` keeps it from starting jobs. */
const describeBatch = (app: string, events: readonly DurableEvent[]): string => {
  const main = events.at(-1)
  if (!main) return app
  const trailers = events.map((event) => `Event: ${event.type} ${event.id}`)
  return `${app}: ${oneLine(main)} [skip ci]\n\nBy: ${main.by.name} (${main.by.via}, ${main.by.host})\n${trailers.join('\n')}\n`
}

const oneLine = (event: DurableEvent): string => {
  switch (event.type) {
    case 'deploy.intended':
      return `${event.kind} ${event.attempt.slice(0, 8)} begins: ${event.because}`.slice(0, 120)
    case 'deploy.ended':
      return `${event.outcome}: ${event.why}`.slice(0, 120)
    case 'halt.acknowledged':
      return `acknowledged: ${event.cause}`.slice(0, 120)
    case 'halt.adopted':
      return `adopted: ${event.because}`.slice(0, 120)
    case 'release.condemned':
      return `called bad: ${event.because}`.slice(0, 120)
    default:
      return event.type
  }
}

const broken = (why: string): GuardError =>
  refuse('LEDGER_BROKEN', {
    what: 'The ledger cannot be read. A ledger that cannot be read lifts no halt.',
    why: [why],
    next: [
      next('put back the last state that can be read', ['safe-deploy', 'ledger', 'restore']),
      next('go back to the last known good meanwhile', ['safe-deploy', 'rollback']),
    ],
  })

const newer = (needs: number): GuardError =>
  refuse('LEDGER_NEWER', {
    what: 'The ledger was written by a newer safe-deploy; this version would misread it.',
    why: [`it needs meaning level ${needs}`],
    next: [
      next('update', ['npm', 'install', '--save-dev', 'safe-deploy@latest']),
      next('a rollback works with this version too', ['safe-deploy', 'rollback']),
    ],
  })

const otherLedger = (found: string, wanted: string): GuardError =>
  refuse('LEDGER_BROKEN', {
    what: 'This is another ledger than the one the config names.',
    why: [`found ${found}, the config says ${wanted}`],
    next: [
      next('see which one has the history', ['safe-deploy', 'ledger', 'log']),
      next('check everything the guard needs', ['safe-deploy', 'doctor']),
    ],
  })

/** True when an error says that the ledger could not be written. */
export const isNotWritable = (error: unknown): boolean => isGuardError(error) && error.refusal.code === 'LEDGER_NOT_WRITABLE'
