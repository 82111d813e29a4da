import { guardFiles } from './adapters/guard-files.ts'
import { isCi } from './agents/actor.ts'
import type { Call } from './commands/call.ts'
import type { GuardError } from './errors.ts'
import { noSuchRemote, unsaid } from './ledger/out-of-reach.ts'
import type { PrivateFolder } from './ledger/private.ts'
import { remoteNames, routeTo, USUAL } from './ledger/route.ts'
import { makeSharedStore } from './ledger/shared-store.ts'
import { makeStore, type Store } from './ledger/store.ts'
import type { Git } from './ports.ts'
import type { Which } from './which-ledger.ts'

type World = Pick<Call, 'env' | 'clock'>
interface Clone {
  git: Git
  folder: PrivateFolder
}

/**
 * The ledger on the remote that is named. One that this clone does not have is out of reach, which refuses deploys and no rollback.
 * @param place a name or URL
 */
export const openShared = async (call: World, clone: Clone, which: Which, place: string): Promise<Store> =>
  (await sharedAt(call, clone, which, place)) ?? outOfReach(clone, which, place, noSuchRemote(place, await remoteNames(clone.git)))

/**
 * The ledger where nothing says where it is: on `origin` in a job, whose clone is thrown away.
 * @returns null where it may begin in this clone
 */
export const openUnsaid = async (call: World, clone: Clone, which: Which): Promise<Store | null> => {
  const shared = await sharedAt(call, clone, which, USUAL)
  if (isCi(call.env)) return shared ?? outOfReach(clone, which, USUAL, unsaid())
  return shared && (await shared.tip()).kind !== 'none' ? shared : null
}

/** One command looks at a remote once, whoever in it asks first: a fast look that could not answer alone hands on what it heard. */
const opened = new Map<string, Promise<Store | null>>()

const sharedAt = (call: World, clone: Clone, which: Which, place: string): Promise<Store | null> => {
  const key = JSON.stringify([clone.folder.ledgerGit, which.app, which.at, place])
  const store = opened.get(key) ?? openAt(call, clone, which, place)
  opened.set(key, store)
  return store
}

const openAt = async (call: World, { git, folder }: Clone, { app, at }: Which, place: string): Promise<Store | null> => {
  const ci = isCi(call.env)
  const route = await routeTo({ git, env: call.env, ci }, place)
  return route && makeSharedStore({ git, files: guardFiles, clock: call.clock, gitDir: folder.ledgerGit, app, route, ref: at, ci })
}

const outOfReach = ({ git, folder }: Clone, { app }: Which, place: string, problem: GuardError): Store => {
  const refused = () => Promise.reject(problem)
  return {
    ...makeStore({ git, files: guardFiles, gitDir: folder.ledgerGit, app }),
    sharedAt: place,
    tip: async () => ({ kind: 'unreachable', problem: () => problem }),
    append: refused,
    tryWrite: refused,
    restore: refused,
    abandon: refused,
  }
}
