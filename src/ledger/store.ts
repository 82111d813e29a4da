import type { GuardError } from '../errors.ts'
import type { Files, Git } from '../ports.ts'
import { type Batch, type Chain, makeChain } from './chain.ts'
import { ledgerRef } from './private.ts'
import { type Link, walk } from './walk.ts'

/** What stands at the ref. `follows` is false where it does not go on from what this clone has. */
export type RawTip =
  | { kind: 'none' }
  /** `last`: the newest commit this clone had there; `oid`: what stands there, where that can be told. */
  | { kind: 'broken'; why: string; last: string | null; oid?: string | null }
  | { kind: 'at'; oid: string; state: string; follows: boolean }
  /** A shared one out of reach; `seenAt`: when this clone saw it last. */
  | { kind: 'unreachable'; problem(seenAt: string | null): GuardError }

/** `lost`: something else stands there by now. `declined`: the host takes no such content, with its reason. */
export type Written = { kind: 'won'; oid: string } | { kind: 'lost' } | { kind: 'declined'; why: string }

/** An append-only chain of commits behind one ref, with compare-and-swap. */
export interface Store {
  gitDir: string
  ref: string
  /** Where else it is, as a person would name it; null: in this clone alone. */
  sharedAt: string | null
  /** @param freshMs how old a look of this process at a shared ledger may be, in milliseconds; 0: look again */
  tip(freshMs?: number): Promise<RawTip>
  /**
   * Appends one commit whose only parent is `parent` (null: the chain must not exist yet).
   * @throws LEDGER_NOT_WRITABLE with the reason, LEDGER_UNREACHABLE; a lost compare-and-swap is an answer, not an error
   */
  append(parent: string | null, files: Readonly<Record<string, string>>, message: string): Promise<Written>
  /** Can it be written? Asked before anything slow. @throws LEDGER_NOT_WRITABLE, LEDGER_UNREACHABLE */
  tryWrite(): Promise<void>
  /** Newest first. */
  history(limit: number): Promise<Batch[]>
  /** The commits of a chain as they were written, oldest first. */
  walk(range: readonly string[]): AsyncIterable<Link>
  /** Brings the whole chain of a shared ledger here, where only its newest part is. */
  deepen(): Promise<void>
  /** Does `newer` go on from `older`, or is it that? False also where one of them is not here. */
  isAncestor(older: string, newer: string): Promise<boolean>
  /** Text of a file in the commit `oid`, or null. */
  show(oid: string, path: string): Promise<string | null>
  /** Goes on from what stands at the ref, though it does not descend from what this clone had: the config says that it is the one. */
  accept(oid: string): Promise<void>
  /** Points the ref at a commit that is there, over whatever the ref is: the way out of a broken or lost ref. False, and nothing touched, otherwise. */
  restore(oid: string): Promise<boolean>
  /** Takes a damaged ref out of the way, so that a new chain can begin; a repository that git cannot open is moved aside whole. */
  abandon(): Promise<void>
  /** The newest commit that this clone knows and that is still whole. */
  lastKnown(): Promise<string | null>
}

/**
 * The ledger of one app in a private bare repository of this clone.
 * @param app encoded for a ref
 */
export const makeStore = (deps: { git: Git; files: Files; gitDir: string; app: string }): Store => {
  const chain = makeChain(deps)
  const ref = ledgerRef(deps.app)

  const append: Store['append'] = async (parent, contents, message) => {
    const oid = await chain.commit(parent, contents, message)
    const failed = await chain.swap(ref, oid, parent, message)
    if (failed === null) return { kind: 'won', oid }
    const now = await chain.show(ref)
    if (now.kind === 'at' && now.oid === oid) return { kind: 'won', oid }
    if (now.kind === 'at' && now.oid !== parent) return { kind: 'lost' }
    throw chain.notWritable(failed)
  }

  return {
    ...reading(chain, ref),
    sharedAt: null,
    append,
    tip: async () => {
      const shown = await chain.show(ref)
      return shown.kind === 'at' ? { ...shown, follows: true } : shown
    },
    tryWrite: async () => undefined,
    deepen: async () => undefined,
    accept: async () => undefined,
    restore: (oid) => chain.point(ref, oid),
    abandon: () => chain.drop(ref),
  }
}

/** What a store answers from this clone, wherever else its ledger is. */
export const reading = (
  chain: Chain,
  ref: string,
): Pick<Store, 'gitDir' | 'ref' | 'history' | 'walk' | 'isAncestor' | 'show' | 'lastKnown'> => ({
  gitDir: chain.gitDir,
  ref,
  history: (limit) => chain.history(ref, limit),
  walk: (range) => walk(chain, range),
  isAncestor: chain.isAncestor,
  show: chain.read,
  lastKnown: () => chain.lastKnown(ref),
})
