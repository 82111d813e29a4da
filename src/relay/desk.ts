import type { Journal } from '../ports-relay.ts'
import type { Book } from './book.ts'
import type { Delivery } from './deliver.ts'
import type { Entry } from './entry.ts'
import type { Counts } from './views.ts'
import type { RelayState } from './window.ts'
import type { World } from './world.ts'

/** A running relay, as its parts see it. */
export interface Desk {
  world: World
  /** Epoch milliseconds at which it began. */
  since: number
  state: RelayState
  journal: Journal
  book: Book
  delivery: Delivery
  counts(channel: string): Counts
  newId(): string
  /** Counts entries in this turn and writes them down; whoever waits for any of them is told. False: not all are on disk. */
  writeAll(entries: readonly Entry[]): Promise<boolean>
}
