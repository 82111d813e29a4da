import type { Clock, Files, Git } from '../ports.ts'
import { randomHex } from '../random.ts'
import { type Chain, makeChain, OID } from './chain.ts'
import { makeRemote, type Remote } from './remote.ts'
import type { Route } from './route.ts'

/** The ref that holds what was told of an app's incidents. `app` is already encoded for a ref. */
const noticesRef = (app: string): string => `refs/safe-deploy-notices/${app}`

/** What stands there, as text; null: nothing yet. `away`: it could not be read or written, with the reason. */
type NoticesRead = { kind: 'at'; text: string | null } | { kind: 'away'; why: string }

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
/** The time that there is ends them earlier. */
const TRIES = 30

interface At {
  oid: string | null
  text: string | null
}

/** Where the book is: read it, and move it from what was read. */
interface Place {
  read(ms: number): Promise<At | 'moved' | { away: string }>
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

/** The ref moved between the two questions that a fetch asks. */
const MOVED = /not our ref|unadvertised object/
/** Git's own summary of a push that somebody else was ahead of; what follows it are words of a hook. */
const RACED = /^[^;]*(?:failed to update ref|cannot lock ref|unable to lock|incorrect old value|already exists|but expected)/

const onRemote = (chain: Chain, remoteFor: (ms: number) => Remote): Place => ({
  read: async (ms) => {
    await chain.prepare()
    const own = chain.ownRef()
    // What was told before does not matter, and the chain is as long as there were incidents.
    const got = await remoteFor(ms).fetch(own, 1)
    if (got.kind === 'unreachable') return MOVED.test(got.why) ? 'moved' : { away: got.why }
    return textAt(chain, got.kind === 'missing' ? null : await chain.peek(own))
  },
  move: async (oid, from, ms) => {
    if (!OID.test(oid)) return { away: 'git named no commit' }
    const pushed = await remoteFor(ms).push(oid, from)
    if (pushed.kind === 'done') return true
    // A push whose answer is not clear is looked at again: the change finds itself made, or makes itself anew.
    return pushed.kind === 'refused' && !RACED.test(pushed.why) ? { away: pushed.why } : false
  },
})

interface Deps {
  git: Git
  files: Files
  clock: Clock
  /** The private bare repository of the clone. */
  gitDir: string
  /** A folder for what is fetched. */
  folder: string
  /** Encoded for a ref. */
  app: string
  /** The remote that the ledger is shared through; null: the ledger, and so the book, is in this clone alone. */
  route: Route | null
}

/** A git that was killed in it left a repository behind. */
const LEFT_OVER_MS = 3_600_000

const sweep = async ({ files, clock, folder }: Deps): Promise<void> => {
  const names = await files.list(folder).catch(() => [])
  const old = names.filter((name) => clock.now() - Number.parseInt(name, 10) > LEFT_OVER_MS)
  for (const name of old) await files.remove(`${folder}/${name}`).catch(() => undefined)
}

/**
 * Acts on the place of the book. What is shared is fetched into a repository of this act alone: a shallow one takes one process at a time, and one that was
 * ended in the middle of it would leave its lock to all later ones.
 */
const atPlace = async <T>(deps: Deps, act: (chain: Chain, place: Place) => Promise<T>): Promise<T> => {
  const { files, route, folder } = deps
  const ref = noticesRef(deps.app)
  if (!route) {
    const chain = makeChain(deps)
    return act(chain, inClone(chain, ref))
  }
  await sweep(deps)
  const gitDir = `${folder}/${deps.clock.now()}-${randomHex(6)}`
  const chain = makeChain({ ...deps, gitDir, flush: 'writeout-only' })
  try {
    return await act(
      chain,
      onRemote(chain, (ms) => makeRemote(chain, route, ref, { fetch: ms, push: ms })),
    )
  } finally {
    await files.remove(gitDir).catch(() => undefined)
  }
}

/** The book of one app. */
export const makeNoticesRef = (deps: Deps): NoticesRef => {
  const { clock } = deps

  const change = async (chain: Chain, place: Place, make: (text: string | null) => string | null, until: number): Promise<NoticesRead> => {
    let why = 'it did not answer in time'
    for (let i = 0; i < TRIES && clock.now() < until; i++) {
      const done = await once(chain, place, make, until)
      if (done !== null) return done
      why = 'others kept writing it'
      await clock.sleep(Math.min(Math.max(0, until - clock.now()), 40 * (i + 1) * (0.5 + Math.random())))
    }
    return { kind: 'away', why }
  }

  /** Null: somebody else was first. */
  const once = async (
    chain: Chain,
    place: Place,
    make: (text: string | null) => string | null,
    until: number,
  ): Promise<NoticesRead | null> => {
    const at = await place.read(until - clock.now())
    if (at === 'moved') return null
    if ('away' in at) return { kind: 'away', why: at.away }
    const text = make(at.text)
    if (text === null || text === at.text) return { kind: 'at', text: at.text }
    const oid = await chain.commit(at.oid, { [FILE]: text }, MESSAGE)
    const moved = await place.move(oid, at.oid, Math.max(1, until - clock.now()))
    if (moved === false) return null
    return moved === true ? { kind: 'at', text } : { kind: 'away', why: moved.away }
  }

  return {
    change: (make, ms) =>
      atPlace(deps, (chain, place) => change(chain, place, make, clock.now() + ms)).catch((error: unknown) => ({
        kind: 'away',
        why: error instanceof Error ? error.message.slice(0, 400) : 'it could not be written',
      })),
  }
}
