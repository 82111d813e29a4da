import type { Clock, Files, Git } from '../ports.ts'
import { type Chain, makeChain, OID } from './chain.ts'
import { makeRemote, type Remote } from './remote.ts'
import type { Route } from './route.ts'

/** The ref that holds what was told of an app's incidents. `app` is already encoded for a ref. */
export const noticesRef = (app: string): string => `refs/safe-deploy-notices/${app}`

/** What stands there, as text; null: nothing yet. `away`: it could not be read or written, with the reason. */
export type NoticesRead = { kind: 'at'; text: string | null } | { kind: 'away'; why: string }

/** One file behind one ref, beside the ledger: what all machines know of what was told. Best effort: nothing here ever throws. */
export interface NoticesRef {
  /**
   * Changes the text by compare-and-swap; who loses reads again and makes the change again on what is there.
   * @param change given what stands there; null: nothing is to be changed. It may be called several times
   * @param ms how long all of it may take
   */
  change(change: (text: string | null) => string | null, ms: number): Promise<NoticesRead>
}

/** The file in each commit of the chain. */
const FILE = 'book.json'
/** As for a ledger, git's own commits need one. */
const MESSAGE = 'notices'
const LIMIT = 1024 * 1024
const TRIES = 8

interface At {
  oid: string | null
  text: string | null
}

/** Where the book is: read it, and move it from what was read. */
interface Place {
  read(ms: number): Promise<At | { away: string }>
  /** True: it is there now. False: somebody else was first. */
  move(oid: string, from: string | null, ms: number): Promise<boolean | { away: string }>
}

const textAt = async (chain: Chain, oid: string | null): Promise<At> => {
  const text = oid === null ? null : await chain.read(oid, FILE)
  return { oid, text: text !== null && text.length <= LIMIT ? text : null }
}

const inClone = (chain: Chain, ref: string): Place => ({
  read: async () => textAt(chain, await chain.peek(ref)),
  move: async (oid, from) => (await chain.swap(ref, oid, from, MESSAGE)) === null,
})

const onRemote = (chain: Chain, files: Files, remoteFor: (ms: number) => Remote): Place => ({
  read: async (ms) => {
    await chain.prepare()
    const own = chain.ownRef()
    try {
      // What was told before does not matter, and the chain is as long as there were incidents.
      const got = await remoteFor(ms).fetch(own, 1)
      if (got.kind === 'unreachable') return { away: got.why }
      return await textAt(chain, got.kind === 'missing' ? null : await chain.peek(own))
    } finally {
      await files.remove(`${chain.gitDir}/${own}`).catch(() => undefined)
    }
  },
  move: async (oid, from, ms) => {
    if (!OID.test(oid)) return { away: 'git named no commit' }
    const pushed = await remoteFor(ms).push(oid, from)
    if (pushed.kind === 'done') return true
    // A push whose answer is not clear is looked at again: the change finds itself made, or makes itself anew.
    return pushed.kind === 'refused' && !/lock|failed to update ref|incorrect old value|already exists|expected/.test(pushed.why)
      ? { away: pushed.why }
      : false
  },
})

/**
 * The book of one app.
 * @param deps `route`: the remote that the ledger is shared through; null: the ledger, and so the book, is in this clone alone
 */
export const makeNoticesRef = (deps: {
  git: Git
  files: Files
  clock: Clock
  gitDir: string
  app: string
  route: Route | null
}): NoticesRef => {
  const { clock, files, route } = deps
  const chain = makeChain({ ...deps, flush: 'writeout-only' })
  const ref = noticesRef(deps.app)
  const place = route ? onRemote(chain, files, (ms) => makeRemote(chain, route, ref, { fetch: ms, push: ms })) : inClone(chain, ref)

  const change = async (make: (text: string | null) => string | null, until: number): Promise<NoticesRead> => {
    let why = 'it did not answer in time'
    for (let i = 0; i < TRIES; i++) {
      const left = until - clock.now()
      if (left <= 0) break
      const at = await place.read(left)
      if ('away' in at) return { kind: 'away', why: at.away }
      const text = make(at.text)
      if (text === null || text === at.text) return { kind: 'at', text: at.text }
      const oid = await chain.commit(at.oid, { [FILE]: text }, MESSAGE)
      const moved = await place.move(oid, at.oid, Math.max(1, until - clock.now()))
      if (moved === true) return { kind: 'at', text }
      if (moved !== false) return { kind: 'away', why: moved.away }
      why = 'others kept writing it'
      await clock.sleep(Math.min(Math.max(0, until - clock.now()), 40 * (i + 1) * (0.5 + Math.random())))
    }
    return { kind: 'away', why }
  }

  return {
    change: (make, ms) =>
      change(make, clock.now() + ms).catch((error: unknown) => ({
        kind: 'away',
        why: error instanceof Error ? error.message.slice(0, 400) : 'it could not be written',
      })),
  }
}
