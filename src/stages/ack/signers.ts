import { readPaths } from '../../change/listing.ts'
import { next, refuse } from '../../errors.ts'
import type { State } from '../../ledger/state.ts'
import type { Desk } from '../desk.ts'

/** Outside of every repository: nobody who deploys can change who may sign. */
const SYSTEM = '/etc/safe-deploy/allowed_signers'

/**
 * Who may sign, from a place that a change on its way to production cannot reach: the system's file, else the repository's as the last known good has it.
 * @throws ACK_SIGNATURE where there is none, or others can write it
 */
export const allowedSigners = async (desk: Desk, state: State, path: string): Promise<string> => {
  const system = desk.readProtected(SYSTEM)
  if (system && 'text' in system) return system.text
  if (system) throw noSigners(`${system.unsafe}; it decides who may acknowledge`)
  const good = state.core.good[0]
  const found = good && (await readPaths(desk.git, [[good.tree, path]], desk.folder.objects)).get(`${good.tree}:${path}`)
  if (found && 'text' in found) return found.text
  throw noSigners(
    good
      ? `${path} is not in the last known good, ${good.commit.slice(0, 10)}`
      : 'nothing is known good yet, and the work tree does not decide',
  )
}

const noSigners = (why: string): Error =>
  refuse('ACK_SIGNATURE', {
    what: 'It is not said who may sign an acknowledgement.',
    why: [why],
    who: `whoever administers this machine, by ${SYSTEM}; or a deploy that brings the file, once it is known good`,
    next: [next('a rollback is always open', ['safe-deploy', 'rollback'])],
  })
