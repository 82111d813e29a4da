import type { Clock, Files, Git } from '../ports.ts'
import { makeChain, OID } from './chain.ts'
import { unreachable, unwritableThere } from './out-of-reach.ts'
import { ledgerRef } from './private.ts'
import { makeRemote, type Pushed } from './remote.ts'
import type { Route } from './route.ts'
import { type RawTip, reading, type Store, type Written } from './store.ts'

/** How long a push whose answer is not clear is sent again, and how long each pause is. A push was once seen to land 4 s late. */
const PATIENCE_MS = 45_000
const PAUSES_MS = [200, 500, 1000, 2000, 4000, 8000]
/** Two pushes met in the host: who of them lost is seen when the other has finished. */
const MET = /lock|failed to update ref|incorrect old value|already exists|expected/
/** The host's rules or hooks took offence at what is in it. */
const DECLINED = /declined|violation|push protection/i
/** More commits than this are not fetched the first time: the newest state is in the newest. */
const WHOLE = 1000
/** In a job: the newest, and the one it goes on from, so that its state can be checked. */
const NEWEST = 2
/** What git itself takes for a depth without end. */
const ENDLESS = 2_147_483_647
const HIDDEN = 'a ledger stands there that cannot be read from here: the host hides it (transfer.hideRefs, uploadpack.hideRefs)'
const EMPTY = { 'state.json': '{}\n' }

/**
 * The ledger of one app as a ref of a remote, mirrored in the private bare repository of this clone. A compare-and-swap is a push with a lease.
 * What is fetched goes into a ref of this process alone; the mirror follows only what descends from it.
 * @param deps `app` encoded for a ref; `ref` the remote's ref, null: `refs/safe-deploy/<app>`; `ci`: in a job, whose clone is thrown away
 */
export const makeSharedStore = (deps: {
  git: Git
  files: Files
  clock: Clock
  gitDir: string
  app: string
  route: Route
  ref: string | null
  ci: boolean
}): Store => {
  const { files, clock, gitDir, app, route, ci } = deps
  // What counts is on the remote before anything follows from it.
  const chain = makeChain({ ...deps, flush: 'writeout-only' })
  const mirror = ledgerRef(app)
  const remote = makeRemote(chain, route, deps.ref ?? mirror)
  /** When the remote was last asked, where its ref stood then or that it did not answer, and a tip that a new chain may replace. */
  const heard: { at: number; oid: string | null; away: RawTip | null; replaces: string | null } = {
    at: Number.NEGATIVE_INFINITY,
    oid: null,
    away: null,
    replaces: null,
  }
  const hear = (oid: string | null): void => {
    heard.at = clock.now()
    heard.oid = oid
    heard.away = null
  }

  /** The mirror follows what was won while the caller goes on; whoever looks at the mirror waits for that. */
  let mirrored: Promise<unknown> = Promise.resolve()

  const look = async (): Promise<RawTip> => {
    await Promise.all([chain.prepare(), mirrored])
    // First what this clone has: another process of it may move on while we fetch, and what is fetched later is never older.
    const before = await chain.peek(mirror)
    const fetched = chain.ownRef()
    const got = await remote.fetch(fetched, before === null ? (ci ? NEWEST : WHOLE) : null)
    if (got.kind === 'unreachable') {
      heard.at = clock.now()
      heard.away = { kind: 'unreachable', problem: (seenAt) => unreachable({ remote: route, why: got.why, seenAt, maybe: false }) }
      return heard.away
    }
    try {
      if (got.kind === 'fetched') return await follow(fetched, before)
      hear(null)
      return { kind: 'none' }
    } finally {
      await files.remove(`${gitDir}/${fetched}`).catch(() => undefined)
    }
  }

  const lookOrThrow = async (): Promise<void> => {
    const stands = await look()
    if (stands.kind === 'unreachable') throw stands.problem(null)
  }

  /** Nothing that stood at the ledger's ref is lost with it. */
  const setAside = async (oid: string | null): Promise<void> => {
    if (oid) await chain.point(`refs/set-aside/${app}/${oid}`, oid)
  }

  const follow = async (fetched: string, before: string | null): Promise<RawTip> => {
    const oid = await chain.peek(fetched)
    hear(oid)
    const shown = await chain.show(fetched)
    if (shown.kind !== 'at') {
      const why = `${remote.name} holds ${oid?.slice(0, 12) ?? 'something'} there, which is no commit of a ledger`
      return { kind: 'broken', why, last: await chain.lastKnown(mirror), oid }
    }
    if (before === shown.oid) return { ...shown, follows: true }
    const known = before !== null && (await chain.isWhole(before))
    if (known && !(await chain.isAncestor(before, shown.oid))) return { ...shown, follows: false }
    if (!known) await chain.point(mirror, shown.oid)
    // Lost to another process of this clone: then it is further already.
    else await chain.swap(mirror, shown.oid, before, 'fetched')
    return { ...shown, follows: true }
  }

  /** Pushes until the answer is clear: the same commit with the same lease can land only once. */
  const land = async (oid: string, expects: string | null): Promise<Written> => {
    const begun = clock.now()
    for (let i = 0; ; i++) {
      const pushed = await remote.push(oid, expects)
      if (pushed.kind === 'done') return { kind: 'won', oid }
      const now = pushed.kind === 'unclear' ? null : await look()
      const written = now && (await judge(pushed, now, oid, expects))
      if (written) return written
      if (clock.now() - begun > PATIENCE_MS || i >= PAUSES_MS.length) throw gaveUp(pushed)
      await clock.sleep((PAUSES_MS[i] ?? 0) * (0.5 + Math.random()))
    }
  }

  /** What a push came to, by where the ref stands now; null where that is not clear yet. */
  const judge = async (pushed: Pushed, now: RawTip, oid: string, expects: string | null): Promise<Written | null> => {
    if (now.kind === 'at' && (await chain.isAncestor(oid, now.oid))) return { kind: 'won', oid }
    if (now.kind === 'unreachable') return null
    if (heard.oid !== expects) return { kind: 'lost' }
    if (pushed.kind === 'refused' && DECLINED.test(pushed.why)) return { kind: 'declined', why: pushed.why }
    if (pushed.kind === 'refused' && !MET.test(pushed.why)) throw gaveUp(pushed)
    return null
  }

  const gaveUp = (pushed: Pushed): Error => {
    if (pushed.kind === 'unclear') return unreachable({ remote: route, why: pushed.why, seenAt: null, maybe: true })
    const why =
      pushed.kind === 'refused' ? pushed.why : heard.oid === null ? HIDDEN : 'it says that the ledger moved (stale info), and it did not'
    return unwritableThere({ remote: route, why, ci })
  }

  const append: Store['append'] = async (parent, contents, message) => {
    const oid = await chain.commit(parent, contents, message)
    const expects = parent ?? heard.replaces
    // An empty id in a push deletes the ref, and a lease does not protect the chain.
    for (const id of [oid, ...(expects === null ? [] : [expects])]) {
      if (!OID.test(id)) throw chain.notWritable(`${JSON.stringify(id.slice(0, 80))} is no commit id`)
    }
    const written = await land(oid, expects)
    if (written.kind !== 'won') return written
    hear(oid)
    heard.replaces = null
    mirrored = (parent === null ? chain.point(mirror, oid) : chain.swap(mirror, oid, parent, message)).catch(() => null)
    return written
  }

  return {
    ...reading(chain, mirror),
    sharedAt: route.name,
    append,
    tip: async (freshMs = 0) => {
      if (clock.now() - heard.at >= freshMs) return look()
      if (heard.away) return heard.away
      await mirrored
      const shown = await chain.show(mirror)
      // The mirror stays where it was when what stands there is gone or does not go on from it.
      return shown.kind === 'at' && shown.oid === heard.oid ? { ...shown, follows: true } : look()
    },
    tryWrite: async () => {
      const stands = await chain.peek(mirror)
      const oid = stands ?? (await chain.commit(null, EMPTY, 'probe'))
      const pushed = await remote.tryPush(oid, stands)
      if (pushed.kind === 'unclear') throw unreachable({ remote: route, why: pushed.why, seenAt: null, maybe: false })
      if (pushed.kind === 'refused') throw unwritableThere({ remote: route, why: pushed.why, ci })
    },
    accept: async (oid) => {
      await setAside(await chain.peek(mirror))
      await chain.point(mirror, oid)
    },
    restore: async (oid) => {
      // A shortened chain cannot be pushed where its beginning is missing.
      if (!(await chain.isWhole(oid)) || !(await chain.isComplete(oid))) return false
      await lookOrThrow()
      await setAside(heard.oid)
      if (heard.oid !== oid && (await land(oid, heard.oid)).kind !== 'won') return false
      return chain.point(mirror, oid)
    },
    abandon: async () => {
      await lookOrThrow()
      await setAside(heard.oid)
      heard.replaces = heard.oid
      await chain.drop(mirror)
    },
    deepen: async () => {
      const stands = await chain.peek(mirror)
      if (stands === null || (await chain.isComplete(stands))) return
      const fetched = chain.ownRef()
      const got = await remote.fetch(fetched, ENDLESS)
      await files.remove(`${gitDir}/${fetched}`).catch(() => undefined)
      if (got.kind === 'unreachable') throw unreachable({ remote: route, why: got.why, seenAt: null, maybe: false })
    },
  }
}
