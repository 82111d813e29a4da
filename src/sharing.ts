import { guardFiles } from './adapters/guard-files.ts'
import { isCi } from './agents/actor.ts'
import type { Call } from './commands/call.ts'
import type { Sharing } from './commands/sharing.ts'
import { encodeApp } from './config/encode-app.ts'
import { noSuchRemote } from './ledger/out-of-reach.ts'
import type { PrivateFolder } from './ledger/private.ts'
import { remoteNames, routeTo } from './ledger/route.ts'
import { readSeen } from './ledger/seen.ts'
import { shareLedger } from './ledger/share.ts'
import { tryRemote } from './ledger/try-remote.ts'
import type { Actor } from './model.ts'
import { openLedger } from './open-ledger.ts'
import type { Git } from './ports.ts'

type World = Pick<Call, 'env' | 'clock' | 'mask'>

/** Sharing, from one clone. */
export const makeSharing = (call: World, clone: { git: Git; folder: PrivateFolder }, actor: Actor, logs: 'share' | 'none'): Sharing => {
  const { git, folder } = clone
  const ci = isCi(call.env)
  const found = (remote: string) => routeTo({ git, env: call.env, ci }, remote)
  const route = async (remote: string) => {
    const one = await found(remote)
    if (!one) throw noSuchRemote(remote, await remoteNames(git))
    return one
  }
  return {
    remotes: async () => Promise.all((await remoteNames(git)).map(async (name) => ({ name, url: (await route(name)).url }))),
    used: async (name) => {
      const which = { app: encodeApp(name), remote: null, at: null, id: null, logs }
      const { store } = await openLedger(call, clone, which, actor)
      return store.sharedAt !== null && (await store.tip()).kind === 'at' ? store.sharedAt : null
    },
    tries: async (remote, ref) => {
      const only = ref === null ? null : ref.startsWith('refs/heads/') ? 'heads' : 'any'
      return tryRemote({ git, files: guardFiles, gitDir: folder.ledgerGit, route: await route(remote), ci }, only)
    },
    bring: async (name, { remote, ref }, ids) => {
      const app = encodeApp(name)
      const seen = await readSeen(guardFiles, folder.seen(app))
      const at = (place: string, known: string | null) => openLedger(call, clone, { app, remote: place, at: ref, id: known, logs }, actor)
      // What this clone has of a ledger on that very remote, or on one that it has no more, is all in its mirror.
      const elsewhere = seen?.place && seen.place !== remote && (await found(seen.place)) ? seen.place : null
      const own = await at(elsewhere ?? 'none', ids.own)
      return shareLedger({ own, shared: (known) => at(remote, known), id: ids.there, files: guardFiles, folder, clock: call.clock })
    },
  }
}
