import type { Files, Git } from '../ports.ts'
import { randomHex } from '../random.ts'
import { makeChain } from './chain.ts'
import { unreachable, unwritableThere } from './out-of-reach.ts'
import { makeRemote, type Pushed } from './remote.ts'
import type { Route } from './route.ts'

/** What a remote takes. `left`: a probe ref that it took and would not give back. */
export interface Tried {
  takes: 'any' | 'heads'
  left: string | null
}

/** Where a ledger may be, best first; a host that takes only branches starts jobs for them unless it is told not to. */
const FOLDERS = { any: 'refs/', heads: 'refs/heads/' } as const

/**
 * Tries whether a remote can hold a ledger: a probe ref is created there and deleted.
 * @param only tries that one alone, for a ledger whose place is settled
 * @throws LEDGER_UNREACHABLE, LEDGER_NOT_WRITABLE with the host's reason
 */
export const tryRemote = async (
  deps: { git: Git; files: Files; gitDir: string; route: Route; ci: boolean },
  only: Tried['takes'] | null = null,
): Promise<Tried> => {
  const { route, ci } = deps
  const chain = makeChain(deps)
  const oid = await chain.commit(null, { 'state.json': '{}\n' }, 'safe-deploy probe [skip ci]\n')
  const name = `safe-deploy-probe/${randomHex(8)}`
  let refused: Pushed = { kind: 'stale' }
  for (const takes of only ? [only] : (['any', 'heads'] as const)) {
    const ref = `${FOLDERS[takes]}${name}`
    const remote = makeRemote(chain, route, ref)
    const pushed = await remote.push(oid, null)
    if (pushed.kind === 'unclear') throw unreachable({ remote: route, why: pushed.why, seenAt: null, maybe: false })
    if (pushed.kind === 'done') return { takes, left: (await remote.remove(oid)).kind === 'done' ? null : ref }
    if (refused.kind === 'stale') refused = pushed
  }
  throw unwritableThere({ remote: route, why: refused.kind === 'refused' ? refused.why : 'it took no probe ref', ci })
}
