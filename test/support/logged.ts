import type { Disk } from '../../src/adapters/journal/files.ts'
import { type JournalSpec, openJournal } from '../../src/adapters/journal.ts'
import type { Journal } from '../../src/ports-relay.ts'

/** What tests append: a number, and as much text as wanted. */
interface Numbered {
  t: string
  at: number
  id: number
  pad?: string
}

/** A state as simple as can be: the numbers that were appended, in order. */
export interface Logged {
  journal: Journal
  /** Applied as the relay does it: at once, and taken back when it is not on disk. */
  ids: number[]
  /** Of what was read at opening: the numbers, and how many entries. */
  read: { ids: number[]; entries: number }
  /** True once on disk; false, with the code, when not. */
  put(id: number, pad?: string): Promise<string | true>
}

const applied = (ids: number[], entry: object): void => {
  const { t, id, state } = entry as { t: string; id: number; state: { ids: number[] } }
  if (t === 'snapshot') ids.splice(0, ids.length, ...state.ids)
  else ids.push(id)
}

/** Opens a journal that keeps everything, unless told otherwise, and applies what it holds. */
export const openLogged = async (folder: string, more: Partial<JournalSpec> & { disk?: Disk } = {}): Promise<Logged> => {
  const ids: number[] = []
  const read = { entries: 0 }
  const now = more.now ?? Date.now
  const onEntry = (entry: object): void => {
    read.entries++
    applied(ids, entry)
  }
  const journal = await openJournal({
    ...{ folder, keepMs: 1e12, keepBytes: 1e12, snapshot: () => ({ ids: [...ids] }), ...more },
    ...{ now, onEntry },
  })
  const put = async (id: number, pad = ''): Promise<string | true> => {
    ids.push(id)
    try {
      await journal.append({ t: 'held', at: now(), id, pad } satisfies Numbered)
      return true
    } catch (error) {
      // Whoever appends may hear of it through a few functions; still in the same turn.
      for (let i = 0; i < 8; i++) await null
      ids.splice(ids.lastIndexOf(id), 1)
      return (error as { code: string }).code
    }
  }
  return { journal, ids, read: { ids: [...ids], entries: read.entries }, put }
}

/** The numbers of all that is kept. */
export const scanned = async (journal: Journal, since?: number): Promise<number[]> => {
  const ids: number[] = []
  for await (const entry of journal.scan(since)) ids.push((entry as Numbered).id)
  return ids
}
