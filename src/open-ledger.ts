import { guardFiles } from './adapters/guard-files.ts'
import { isCi } from './agents/actor.ts'
import type { Call } from './commands/call.ts'
import { type Ledger, makeLedger } from './ledger/ledger.ts'
import type { PrivateFolder } from './ledger/private.ts'
import { readSeen } from './ledger/seen.ts'
import { makeStore, type Store } from './ledger/store.ts'
import type { Actor } from './model.ts'
import type { Git } from './ports.ts'
import type { Which } from './which-ledger.ts'

/** The clone that is deployed from: git in its top folder, and what the guard keeps in it. */
interface Clone {
  git: Git
  folder: PrivateFolder
}

type World = Pick<Call, 'env' | 'clock' | 'mask'>

/**
 * The ledger of one app, wherever it is: where the config says, else where this clone used it, else on `origin` if that holds one, else in this clone.
 * In CI it is never a new one in the clone, which is thrown away. Reaches no remote unless nothing at all says where it is.
 */
export const openLedger = async (call: World, clone: Clone, which: Which, actor: Actor): Promise<Ledger> => {
  const { clock, mask } = call
  const store = await openStore(call, clone, which)
  return makeLedger({
    store,
    files: guardFiles,
    folder: clone.folder,
    clock,
    by: actor,
    mask,
    app: which.app,
    configuredId: which.id,
    logs: which.logs,
  })
}

const openStore = async (call: World, clone: Clone, which: Which): Promise<Store> => {
  const place = which.remote ?? (await usedBefore(call, clone, which))
  if (place === 'none') return localStore(clone, which)
  // What reaches a remote loads where there may be one to reach.
  const { openShared, openUnsaid } = await import('./open-shared.ts')
  if (place !== null) return openShared(call, clone, which, place)
  return (await openUnsaid(call, clone, which)) ?? localStore(clone, which)
}

/** Where this clone kept the ledger before; null: nowhere yet, or only in a job's clone. */
const usedBefore = async ({ env }: World, { folder }: Clone, { app }: Which): Promise<string | null> => {
  const seen = await readSeen(guardFiles, folder.seen(app))
  if (!seen) return null
  return seen.place ?? (isCi(env) ? null : 'none')
}

const localStore = ({ git, folder }: Clone, { app }: Which): Store => makeStore({ git, files: guardFiles, gitDir: folder.ledgerGit, app })
