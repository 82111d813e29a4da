import type { Journal } from '../ports-relay.ts'
import type { Entry } from './entry.ts'
import { makePatience } from './patience.ts'
import { apply } from './state.ts'
import type { RelayState } from './window.ts'
import type { World } from './world.ts'

/** How often a message is risked on a journal that fails. */
const AGAIN_MS = 1_000
/** Entries of ours that wait for a journal that fails. */
const MOST_OWED = 1_000

/** What is known, and its way to the disk. */
export interface Book {
  /** Counts an entry at once and writes it down. False: it is not on disk, or not yet after a while. */
  write(entry: Entry): Promise<boolean>
  /** Whether something may be held now: while the journal fails only one message a second, to see whether it still does. */
  mayHold(): boolean
  /** The system's code, and when it began; null while all is well. */
  trouble(): string | null
  /** The journal is known not to be writable. @param why the system's code */
  fail(why: string): void
}

interface Heard {
  onFail(why: string): void
  onHeal(): void
}

/**
 * What is ours and could not be written down counts all the same, and is written before the next entry. A message that could not is the caller's: it
 * goes out, and is not counted.
 */
export const makeBook = (
  state: RelayState,
  journal: Pick<Journal, 'append'>,
  world: Pick<World, 'running' | 'sleep'>,
  { onFail, onHeal }: Heard,
): Book => {
  const { running } = world
  const seen: { why: string | null; again: number; owed: Entry[] } = { why: null, again: 0, owed: [] }
  const fail = (why: string): void => {
    const before = seen.why
    seen.why = why
    if (before !== null) return
    seen.again = running() + AGAIN_MS
    onFail(why)
  }
  const failed = (error: unknown, entry: Entry): false => {
    const { code, message } = error as NodeJS.ErrnoException
    // Longer than a line may be: of this entry alone.
    if (code === 'EMSGSIZE') return false
    if (entry.t !== 'held' && entry.t !== 'first' && seen.owed.length < MOST_OWED) seen.owed.push(entry)
    fail(code ?? message)
    return false
  }
  const written = (): true => {
    if (seen.why === null) return true
    seen.why = null
    onHeal()
    return true
  }
  const append = (entry: Entry): Promise<boolean> => journal.append(entry).then(written, (error: unknown) => failed(error, entry))
  const patience = makePatience(world, () => fail('ETIMEDOUT'))
  return {
    write: (entry) => {
      for (const owed of seen.owed.splice(0)) void append(owed)
      // Handed over before it counts: a snapshot that the journal takes now holds all that lies before this entry, and not it.
      const appended = append(entry)
      apply(state, entry)
      return patience.wait(appended)
    },
    mayHold: () => {
      if (seen.why === null) return true
      if (running() < seen.again) return false
      seen.again = running() + AGAIN_MS
      return true
    },
    trouble: () => seen.why,
    fail,
  }
}
