import { type GuardError, isGuardError, type Next, next, refuse } from '../errors.ts'
import type { Emit } from '../events.ts'
import type { RelayClient } from '../relay/client.ts'

/** A relay that is named here. */
export interface RelayHere {
  name: string
  /** The app's name there. */
  app: string | null
  /** @throws RELAY_UNREACHABLE where an env key is missing; USAGE without a token */
  open(): RelayClient
}

/** What the commands that ask relays work with. */
export interface RelayContext {
  relays: readonly RelayHere[]
  /** The app of this place or of `--app`. */
  app: string | null
  /** Who acts, in a few words. */
  by(): Promise<string>
  /** A command of the relay as one types it here. */
  retype(...words: string[]): string[]
  now: number
  emit: Emit
}

/**
 * Does something with every relay, one after the other: one that fails does not keep the others from it.
 * @param enough one that did it is enough: a failure of another is only said
 * @param lead what to type next where the failure does not say
 * @throws the failure; where there are several relays, it says of how many, and the rest was said
 */
export const eachRelay = async (
  { relays, emit, retype }: RelayContext,
  act: (relay: RelayHere, client: RelayClient) => Promise<void>,
  { enough = 'all', lead = next('how it stands', retype('status')) }: { enough?: 'all' | 'one'; lead?: Next } = {},
): Promise<number> => {
  const failed: GuardError[] = []
  for (const relay of relays) {
    try {
      await act(relay, relay.open())
    } catch (error) {
      if (!isGuardError(error)) throw error
      failed.push(error)
    }
  }
  const [first] = failed
  if (!first) return 0
  const leads = first.refusal.next.length > 0 ? first.refusal.next : [lead]
  if (relays.length === 1) throw refuse(first.refusal.code, { ...first.refusal, next: leads }, first)
  if (enough === 'one' && failed.length < relays.length) {
    for (const { refusal } of failed) emit({ type: 'said', stage: null, tone: 'warn', text: refusal.what })
    return 0
  }
  throw refuse(first.refusal.code, {
    ...first.refusal,
    next: leads,
    what: `${failed.length} of ${relays.length} relays did not do it.`,
    why: failed.flatMap(({ refusal }) => [refusal.what, ...refusal.why]),
  })
}
