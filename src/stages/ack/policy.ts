import { readingBoth } from '../../change/objects.ts'
import { next, refuse } from '../../errors.ts'
import type { State } from '../../ledger/state.ts'
import type { Desk } from '../desk.ts'

/**
 * Who may acknowledge is said by the known good. Elsewhere its absence lets the work tree judge; here that would let a clone without it, or a change
 * made in one, decide who may answer for its own failure.
 * @throws ACK_LEVEL where the known good names a commit that cannot be had in this clone
 */
export const refuseUnlessKnown = async ({ git, folder }: Desk, state: State): Promise<void> => {
  const good = state.core.good[0]
  if (!good?.commit) return
  const env = readingBoth(folder.objects)
  for (const name of [good.tree, good.commit]) if (name && (await git.run(['cat-file', '-e', `${name}^{tree}`], { env })).code === 0) return
  throw refuse('ACK_LEVEL', {
    what: 'Who may acknowledge is said by the known good, and its files are not in this clone and on none of its remotes.',
    why: [`it is commit ${good.commit.slice(0, 10)}, deployed by ${good.by.name} (${good.by.host}) before it was pushed`],
    who: `${good.by.name}, by pushing that commit; or anybody in a clone that has it`,
    next: [next('a rollback is always open', ['safe-deploy', 'rollback'])],
  })
}

/** Does a person sit at this terminal, as far as can be seen? */
export const isPerson = ({ actor }: Pick<Desk, 'actor'>): boolean => actor.via === 'terminal'
