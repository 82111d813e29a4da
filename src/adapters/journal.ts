import * as promises from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessTable } from '../ports.ts'
import type { Journal, JournalStats } from '../ports-relay.ts'
import { type Disk, makeFolder, systemError } from './journal/files.ts'
import { encodeLine, LONGEST_LINE } from './journal/line.ts'
import { type Lock, takeLock } from './journal/lock.ts'
import { makePump, type Pump } from './journal/pump.ts'
import { scanSegments } from './journal/read.ts'
import type { Segment } from './journal/retain.ts'
import { openStore, type Store } from './journal/store.ts'
import { processTable } from './process-table.ts'

const SEGMENT_BYTES = 64 * 1024 * 1024
/** How often what is too old is looked for. */
const TIDY_MS = 10 * 60 * 1000

export interface JournalSpec {
  /** Absolute; made where it is missing. One journal at a time has it. */
  folder: string
  segmentBytes?: number
  /** What is kept at least, and of that at most so much. */
  keepMs: number
  keepBytes: number
  now: () => number
  /** All that is known. What was handed to `append` is in it already, unless it was rejected. */
  snapshot: () => unknown
  /** Gets every entry at opening, from the newest snapshot on, oldest first. */
  onEntry: (entry: object) => void
  disk?: Disk
  table?: ProcessTable
}

const closed = () => Promise.reject(systemError('ECANCELED', 'the journal is closed'))

const append = (pump: Pump, entry: object): Promise<void> => {
  const line = encodeLine(entry)
  return line.length > LONGEST_LINE ? Promise.reject(systemError('EMSGSIZE', 'the entry is too long')) : pump.add(line)
}

const statsOf = (store: Store, pump: Pump): JournalStats => ({
  bytes: store.segments().reduce((sum, { bytes }) => sum + bytes, 0),
  segments: store.segments().length,
  ...store.found(),
  ...pump.trouble(),
})

const journalOf = (folder: string, disk: Disk, lock: Lock, store: Store, pump: Pump): Journal => {
  const at = { closed: false }
  const timer = setInterval(() => pump.tidy().catch(() => {}), TIDY_MS).unref()
  return {
    append: async (entry) => (at.closed ? closed() : append(pump, entry)),
    scan: (since = Number.NEGATIVE_INFINITY) => scanSegments(disk, folder, kept(store, since), since),
    stats: () => statsOf(store, pump),
    tidy: async () => (at.closed ? closed() : pump.tidy()),
    purge: async () => (at.closed ? closed() : pump.purge()),
    close: async () => {
      if (at.closed) return
      at.closed = true
      clearInterval(timer)
      await pump.idle()
      await store.close().finally(lock.release)
    },
  }
}

/** As of now: what is appended later is not waited for. */
const kept = (store: Store, since: number): Segment[] =>
  store
    .segments()
    .filter(({ until }) => until >= since)
    .map((one) => ({ ...one }))

/**
 * Opens the journal of a folder: an append-only log of lines with checksums. Whoever makes an entry applies it to its state and appends it in the same
 * turn, and takes it back as soon as `append` rejects. So a snapshot is exactly what stands before it in the log.
 * @throws RELAY_RUNS; system errors when the folder cannot be read
 */
export const openJournal = async (spec: JournalSpec): Promise<Journal> => {
  const disk = spec.disk ?? promises
  await makeFolder(disk, spec.folder)
  const lock = await takeLock({ disk, table: spec.table ?? processTable, sleep: (ms) => sleep(ms) }, spec.folder)
  try {
    const store = await openStore({ ...spec, segmentBytes: spec.segmentBytes ?? SEGMENT_BYTES, disk }, spec.onEntry)
    const pump = makePump(store, lock, spec)
    await pump.run(store.mend).catch(() => {})
    return journalOf(spec.folder, disk, lock, store, pump)
  } catch (error) {
    await lock.release()
    throw error
  }
}
