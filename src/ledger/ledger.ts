import { type GuardError, isGuardError } from '../errors.ts'
import type { Actor } from '../model.ts'
import type { Clock, Files } from '../ports.ts'
import { randomHex } from '../random.ts'
import type { Mask } from '../redact.ts'
import type { Batch } from './chain.ts'
import type { Created, DurableEvent } from './events.ts'
import { fold } from './fold.ts'
import { judgeTip, NOTHING, remembered, wholeTip } from './judge-tip.ts'
import { lean } from './lean.ts'
import { messageOf } from './message.ts'
import { misfit } from './misfit.ts'
import { declined } from './out-of-reach.ts'
import { parseEvents } from './parse.ts'
import type { PrivateFolder } from './private.ts'
import { broken, gone, unshared } from './problems.ts'
import { isRenewed } from './renewed.ts'
import { readSeen, type Seen } from './seen.ts'
import { silent } from './silent.ts'
import { stampBy } from './stamp.ts'
import type { Core, State } from './state.ts'
import type { RawTip, Store } from './store.ts'
import { makeWaiting } from './waiting.ts'

/** Where the ledger stood when it was read. `problem` refuses deploys; `core` is what rollback and status can still use. */
export interface Tip {
  oid: string | null
  state: State | null
  core: Core | null
  problem: GuardError | null
  /** The core comes from this clone's memory, not from the ledger: as of this time. */
  cachedAt: string | null
  /** Number of events of the ledger, as far as it is known here. */
  seq: number
}

type Unstamped<E> = E extends DurableEvent ? Omit<E, 'v' | 'id' | 'at' | 'by'> : never
/** An event before it is stamped; one that was stamped when it happened (spooled) keeps its id, time and author. */
export type Draft = Unstamped<DurableEvent> & Partial<Pick<DurableEvent, 'v' | 'id' | 'at' | 'by'>>

type Appended = { won: true; tip: Tip; events: DurableEvent[] } | { won: false; tip: Tip }

export interface Ledger {
  app: string
  store: Store
  /** @param freshMs how old what this process last heard of a shared ledger may be, in milliseconds; 0: look again */
  read(freshMs?: number): Promise<Tip>
  /** The newest tip that this process has read or written; read now, where there is none. */
  newest(): Promise<Tip>
  /** Stamps, masks and appends a batch on exactly `after`. Local refusals and notes that waited travel along. */
  append(after: Tip, drafts: readonly Draft[], logs?: Readonly<Record<string, string>>): Promise<Appended>
  /** Id of the ledger at a tip, or the one it will get with its first event. */
  idAt(tip: Tip): string
  /** Stamps and masks an event without appending it. */
  stamp(draft: Draft): DurableEvent
  /** Keeps an event in this clone until the next append. Never throws: a note is not worth a failed command. */
  later(draft: Draft): Promise<void>
  /** At most `limit` events, newest first. */
  history(limit: number): Promise<DurableEvent[]>
  /** The last state this clone saw of it, kept beside the ledger. */
  lastSeen(): Promise<{ at: string; oid: string; state: State } | null>
  /** A new chain whose root embeds `state`. */
  begin(embeds: NonNullable<Created['embeds']> | null, id: string): Promise<Tip>
}

/** 128 random bits in hex. */
export const newId = (): string => randomHex(16)

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
  /** `none`: what programs printed stays in this clone. */
  logs?: 'share' | 'none'
}): Ledger => {
  const { store, files, folder, clock, by, mask, app, configuredId } = deps
  const shown = deps.logs === 'none' ? silent : (event: DurableEvent) => event

  // Made when it is needed: random bytes cost whoever only looks several milliseconds.
  const fresh: { id: string | null } = { id: configuredId }
  const freshId = (): string => {
    fresh.id ??= newId()
    return fresh.id
  }

  const waiting = makeWaiting(files, folder, app)

  const stamped = stampBy({ clock, by, mask })
  const stamp = (draft: Draft): DurableEvent => shown(stamped(draft))

  const last: { tip: Tip | null } = { tip: null }
  const keep = (tip: Tip): Tip => {
    last.tip = tip
    return tip
  }

  const read = async (freshMs = 0): Promise<Tip> => {
    // First what was seen: another process may append between the two looks, and what is read later is never older.
    const seen = await readSeen(files, folder.seen(app))
    const raw = await store.tip(freshMs)
    if (raw.kind !== 'at') return keep(await without(raw, seen))
    const goesOn = raw.follows || (await isRenewed(store, raw.oid, seen))
    const alone = store.sharedAt !== null && seen?.place === null
    const tip = await checked(judgeTip({ ...raw, follows: goesOn }, seen, { app, configuredId, alone }), seen)
    if (!tip.problem && !raw.follows) await store.accept(raw.oid)
    // What is shared may be out of reach the next time; a local ledger is its own memory.
    if (store.sharedAt !== null && (seen?.oid !== tip.oid || seen.place !== store.sharedAt)) await remember(tip)
    return keep(tip)
  }

  /** What others wrote since this clone last looked has to be what its events say. */
  const checked = async (tip: Tip, seen: Seen | null): Promise<Tip> => {
    if (store.sharedAt === null || tip.problem || !tip.state || !tip.oid || tip.oid === seen?.oid) return tip
    const same = seen?.state && seen.oid && seen.state.core.ledger === tip.state.core.ledger
    const from = same && seen.state && seen.oid ? { oid: seen.oid, state: seen.state } : null
    const problem = await misfit(store, { oid: tip.oid, state: tip.state }, from)
    return problem ? { ...remembered(seen), oid: tip.oid, problem } : tip
  }

  /** No ledger to read: none yet, gone, damaged, out of reach, or still in this clone alone. */
  const without = async (raw: Exclude<RawTip, { kind: 'at' }>, seen: Seen | null): Promise<Tip> => {
    if (raw.kind === 'none' && !seen && configuredId === null) return NOTHING
    const left = { ...remembered(seen), oid: raw.kind === 'broken' ? (raw.oid ?? null) : null }
    if (raw.kind === 'unreachable') return { ...left, problem: raw.problem(seen?.at ?? null) }
    if (raw.kind === 'none' && seen && store.sharedAt !== null && seen.place === null) return { ...left, problem: unshared(store.sharedAt) }
    const stood = raw.kind === 'broken' ? raw.last : await store.lastKnown()
    const problem = gone({ why: raw.kind === 'broken' ? raw.why : null, last: stood, seenAt: seen?.at ?? null, id: configuredId })
    return { ...left, problem }
  }

  const append: Ledger['append'] = async (after, drafts, logs = {}) => {
    if (after.problem) throw after.problem
    const waits = await waiting.take(by.name)
    const opening = after.oid === null && !after.state ? [stamp({ type: 'ledger.created', ledger: freshId(), app })] : []
    const events = drafts.map(stamp)
    const batch = [...opening, ...waits.events, ...events]
    const swapped = await write(after, batch, deps.logs === 'none' ? {} : maskLogs(logs, mask))
    if (swapped.kind !== 'won') return { won: false, tip: await read() }
    await waits.clear()
    const tip = keep(wholeTip(swapped.oid, swapped.state))
    await remember(tip)
    return { won: true, tip, events }
  }

  /** A host may decline a batch for its content; without logs and free text it is tried once more. */
  const write = async (after: Tip, batch: readonly DurableEvent[], logs: Readonly<Record<string, string>>) => {
    const { contents, message, state } = commitOf(after.state, batch)
    const written = await store.append(after.oid, { ...contents, ...logs }, message)
    if (written.kind !== 'declined') return { ...written, state }
    const bare = commitOf(after.state, batch.map(lean))
    const again = await store.append(after.oid, bare.contents, bare.message)
    if (again.kind === 'declined') throw declined(store.sharedAt ?? store.gitDir, again.why)
    return { ...again, state: bare.state }
  }

  /** What one append writes: the batch, and the fold after it. */
  const commitOf = (before: State | null, batch: readonly DurableEvent[]) => {
    const state = batch.reduce<State | null>(fold, before)
    if (!state) throw new Error('an append needs an event')
    const contents = {
      'events.ndjson': batch.map((event) => `${JSON.stringify(event)}\n`).join(''),
      'state.json': `${JSON.stringify(state)}\n`,
    }
    return { contents, message: messageOf(app, batch), state }
  }

  const remember = async (tip: Tip): Promise<void> => {
    if (!tip.state || tip.problem) return
    const kept = { at: new Date(clock.now()).toISOString(), oid: tip.oid, place: store.sharedAt, state: tip.state }
    await files.writeCache(folder.seen(app), JSON.stringify(kept)).catch(() => undefined)
  }

  return {
    app,
    store,
    read,
    newest: async () => last.tip ?? read(),
    append,
    idAt: (tip) => tip.core?.ledger ?? freshId(),
    stamp,
    later: (draft) => waiting.add(stamp(draft)),
    history: async (limit) => (await store.history(limit)).flatMap((batch) => eventsOf(batch).reverse()).slice(0, limit),
    lastSeen: async () => {
      const seen = await readSeen(files, folder.seen(app))
      return seen?.state ? { at: seen.at ?? '', oid: seen.oid ?? '', state: seen.state } : null
    },
    begin: async (embeds, id) => {
      const event = stamp({ type: 'ledger.created', ledger: id, app, ...(embeds ? { embeds } : {}) })
      const { contents, message, state } = commitOf(null, [event])
      const swapped = await store.append(null, contents, message)
      const tip = swapped.kind === 'won' ? keep(wholeTip(swapped.oid, state)) : await read()
      await remember(tip)
      return tip
    },
  }
}

const eventsOf = (batch: Batch): DurableEvent[] => {
  try {
    return parseEvents(batch.events)
  } catch (error) {
    throw broken(`the events of commit ${batch.oid.slice(0, 12)} cannot be read: ${error instanceof Error ? error.message : 'no reason'}`)
  }
}

const maskLogs = (logs: Readonly<Record<string, string>>, mask: Mask): Record<string, string> =>
  Object.fromEntries(Object.entries(logs).map(([name, text]) => [`log-${name}`, mask(text)]))

/** True when an error says that the ledger could not be written; one that cannot be read cannot be written either. */
export const isNotWritable = (error: unknown): boolean =>
  isGuardError(error) &&
  ['LEDGER_NOT_WRITABLE', 'LEDGER_BROKEN', 'LEDGER_MISSING', 'LEDGER_NEWER', 'LEDGER_UNREACHABLE'].includes(error.refusal.code)
