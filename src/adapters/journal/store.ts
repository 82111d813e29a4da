import { type Disk, listSegments, remove, segmentPath, systemError } from './files.ts'
import { encodeLine, LONGEST_SNAPSHOT } from './line.ts'
import { type Replayed, replay } from './read.ts'
import { removable, type Segment, segmentSize, spanOf } from './retain.ts'
import { beginTail, type Kept, reopenTail, type Tail } from './tail.ts'

export interface StoreSpec {
  folder: string
  segmentBytes: number
  keepMs: number
  keepBytes: number
  now: () => number
  disk: Disk
}

/** The segments of a journal. Its functions are called one after another, never two at once. */
export interface Store {
  segments(): readonly Segment[]
  /** Lines that could not be read at opening. */
  found(): Pick<Replayed, 'torn' | 'damaged'>
  /** A segment with a snapshot is to be begun. */
  isDue(): boolean
  /** Whatever comes of beginning one, it is not tried again with every line. */
  postpone(): void
  write(lines: readonly Buffer[]): Promise<Kept>
  /** Begins a segment with a snapshot line, and lets go what need not be kept. @throws system errors; writing goes on all the same */
  begin(snapshot: Buffer): Promise<void>
  /** Takes away what a crash left: half a line, a segment that was being begun. @throws system errors */
  mend(): Promise<void>
  /** Removes what is too old or too much, as far as it can. `all`: everything before the newest snapshot. @throws system errors */
  tidy(all?: boolean): Promise<void>
  close(): Promise<void>
}

/** Where a journal stands. */
interface Place extends StoreSpec {
  /** Oldest first; the last one is written on. */
  list: Segment[]
  tail: Tail | null
  /** Number of the newest segment that begins with a snapshot. */
  from: number
  next: number
  /** Bytes of the tail: of its snapshot, and at which the next one is due. */
  start: number
  full: number
  /** Epoch milliseconds of its first line. */
  born: number
}

export const snapshotLine = (at: number, state: unknown): Buffer => {
  const line = encodeLine({ t: 'snapshot', at, state })
  if (line.length > LONGEST_SNAPSHOT) throw systemError('EFBIG', 'the snapshot is too long')
  return line
}

/** Goes on in a new segment. @throws system errors; if it has its name all the same, nothing is written before it */
const enter = async (place: Place, first: Buffer): Promise<void> => {
  const old = place.tail
  const n = place.next++
  place.tail = await beginTail(place.disk, place.folder, n, first, () => old?.spoil())
  await old?.close().catch(() => {})
  place.list.push({ n, bytes: first.length, until: place.now() })
  Object.assign(place, { start: first.length, full: first.length + sizeOf(place), born: place.now() })
  await place.tail.settle()
}

const sizeOf = ({ segmentBytes, keepBytes }: StoreSpec): number => segmentSize(segmentBytes, keepBytes)

/**
 * A tail that can be written on. After one that cannot, the log goes on in a new segment, without a snapshot: the state holds already what waits to be
 * written. The snapshot follows at once, as the old segment may hold more than was promised.
 */
const tailOf = async (place: Place): Promise<Tail> => {
  const old = place.tail
  if (old && !old.isSpoilt()) return old
  await old?.settle().catch(() => {})
  await enter(place, Buffer.alloc(0))
  if (old) place.full = 0
  return place.tail!
}

const write = async (place: Place, lines: readonly Buffer[]): Promise<Kept> => {
  try {
    const tail = await tailOf(place)
    const kept = await tail.write(lines)
    Object.assign(place.list.at(-1)!, { bytes: tail.size(), until: place.now() })
    return kept
  } catch (error) {
    return { kept: 0, error }
  }
}

const postpone = (place: Place): void => {
  Object.assign(place, { full: (place.tail?.size() ?? 0) + sizeOf(place) / 8, born: place.now() })
}

const begin = async (place: Place, snapshot: Buffer): Promise<void> => {
  await enter(place, snapshot)
  place.from = place.tail!.n
  await tidy(place, false).catch(() => {})
}

const tidy = async (place: Place, all: boolean): Promise<void> => {
  const { list, from, disk, folder, keepMs, keepBytes } = place
  const count = all ? list.filter(({ n }) => n < from).length : removable(list, from, { now: place.now(), keepMs, keepBytes })
  for (let i = 0; i < count; i++) {
    await remove(disk, segmentPath(folder, list[0]!.n))
    list.shift()
  }
}

const isDue = (place: Place): boolean => {
  const { tail, start, full, born, keepMs } = place
  if (!tail || tail.isSpoilt()) return false
  return tail.size() >= full || (tail.size() > start && place.now() - born > spanOf(keepMs))
}

const lookAt = async ({ disk, folder }: StoreSpec, n: number): Promise<Segment> => {
  const { size, mtimeMs } = await disk.stat(segmentPath(folder, n))
  return { n, bytes: size, until: mtimeMs }
}

const placeOf = async (spec: StoreSpec, numbers: readonly number[], found: Replayed): Promise<Place> => {
  const list = await Promise.all(numbers.map((n) => lookAt(spec, n)))
  const last = list.at(-1)
  if (last) last.bytes = found.length
  const tail = last ? await reopenTail(spec.disk, spec.folder, last.n, found.length) : null
  const { from, start } = found
  return { ...spec, list, tail, from, next: (last?.n ?? 0) + 1, start, full: start + sizeOf(spec), born: found.born ?? spec.now() }
}

/** Opens the segments of a folder, and hands over what they hold. Changes nothing in it. @throws system errors */
export const openStore = async (spec: StoreSpec, onEntry: (entry: object) => void): Promise<Store> => {
  const { numbers, unfinished } = await listSegments(spec.disk, spec.folder)
  const found = await replay(spec.disk, spec.folder, numbers, onEntry)
  const place = await placeOf(spec, numbers, found)
  return {
    segments: () => place.list,
    found: () => ({ torn: found.torn, damaged: found.damaged }),
    isDue: () => isDue(place),
    write: (lines) => write(place, lines),
    postpone: () => postpone(place),
    begin: (snapshot) => begin(place, snapshot),
    mend: async () => {
      for (const path of unfinished) await remove(spec.disk, path)
      await place.tail?.settle()
      await tidy(place, false)
    },
    tidy: (all = false) => tidy(place, all),
    close: async () => place.tail?.close(),
  }
}
