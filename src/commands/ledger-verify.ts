import { next, refuse } from '../errors.ts'
import { verifyChain } from '../ledger/verify.ts'
import type { Desk } from '../stages/desk.ts'
import { count } from '../words.ts'

/**
 * `safe-deploy ledger verify`: folds the whole chain that stands there again and compares each commit's state.
 * @throws LEDGER_BROKEN naming the first bad commit; what reading the ledger says, where the chain is whole in itself and still not the right one
 */
export const ledgerVerify = async (desk: Pick<Desk, 'ledger' | 'emit'>): Promise<number> => {
  const { ledger, emit } = desk
  const tip = await ledger.read()
  if (tip.problem && tip.oid === null) throw tip.problem
  if (tip.oid !== null) await ledger.store.deepen()
  const { commits, bad } = tip.oid === null ? { commits: 0, bad: null } : await verifyChain(ledger.store, tip.oid, ledger.app)
  if (bad) throw badCommit(bad, commits)
  if (tip.problem) throw tip.problem
  emit({ type: 'said', stage: null, tone: 'good', text: `${count(commits, 'commit')} folded again; every state is what its events say.` })
  return 0
}

const badCommit = ({ oid, why }: { oid: string; why: string }, number: number) =>
  refuse('LEDGER_BROKEN', {
    what: `The chain is broken at commit ${oid.slice(0, 12)} (number ${number}).`,
    why: [why],
    next: [
      next('put back the last state that can be read', ['safe-deploy', 'ledger', 'restore']),
      next('go back to the last known good meanwhile', ['safe-deploy', 'rollback']),
    ],
  })
