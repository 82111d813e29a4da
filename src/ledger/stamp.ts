import type { Actor } from '../model.ts'
import type { Clock } from '../ports.ts'
import { randomHex } from '../random.ts'
import type { Mask } from '../redact.ts'
import type { DurableEvent } from './events.ts'
import type { Draft } from './ledger.ts'
import { maskEvent } from './mask.ts'

/** Gives an event its id (128 random bits), time and author, and masks it; one that was stamped when it happened keeps its own. */
export const stampBy =
  ({ clock, by, mask }: { clock: Pick<Clock, 'now'>; by: Actor; mask: Mask }) =>
  (draft: Draft): DurableEvent =>
    maskEvent({ v: 1, at: new Date(clock.now()).toISOString(), by, ...draft, id: draft.id ?? randomHex(16) } as DurableEvent, mask)
