import { guardFiles, holdsBytes } from './adapters/guard-files.ts'
import { isCi } from './agents/actor.ts'
import type { Call } from './commands/call.ts'
import { ledgerRef, type PrivateFolder } from './ledger/private.ts'
import { readSeen } from './ledger/seen.ts'
import type { State } from './ledger/state.ts'
import type { Which } from './which-ledger.ts'

const OID = /^([0-9a-f]{2})([0-9a-f]{38})\n$/

/**
 * The state of a ledger in this clone alone, for who only looks. A commit is named by what it holds: where the ref still names the one that this clone
 * remembers, the memory is the state, and git need not start. It does for whoever writes.
 * @returns null in every other case: nothing or something else remembered, a ref that is packed or damaged, a commit that is not there as a file of
 *   its own; then git is asked
 */
export const glance = async ({ env }: Pick<Call, 'env'>, folder: PrivateFolder, which: Which): Promise<State | null> => {
  // Where nothing is said, a job may have to look on a remote.
  if (which.remote !== 'none' && (which.remote !== null || isCi(env))) return null
  const seen = await readSeen(guardFiles, folder.seen(which.app))
  if (!seen?.state || !seen.oid || seen.place !== null) return null
  const { app, ledger } = seen.state.core
  if (app !== which.app || (which.id !== null && which.id !== ledger)) return null
  return (await stands(folder.ledgerGit, ledgerRef(which.app), seen.oid)) ? seen.state : null
}

/** Does the ref name this commit, and is that there? */
const stands = async (gitDir: string, ref: string, oid: string): Promise<boolean> => {
  const text = await guardFiles.readText(`${gitDir}/${ref}`, 64).catch(() => null)
  const [, fan, rest] = OID.exec(text ?? '') ?? []
  return text === `${oid}\n` && [`${gitDir}/HEAD`, `${gitDir}/objects/${fan}/${rest}`].every(holdsBytes)
}
