import { foldedOnto } from './misfit.ts'
import { parseState } from './parse.ts'
import { newer } from './problems.ts'
import type { State } from './state.ts'
import type { Store } from './store.ts'
import type { Link } from './walk.ts'

/** What folding a whole chain again found. */
export interface Verified {
  /** Commits that were folded, the bad one with them. */
  commits: number
  /** The first commit that is not what it should be, and the one before it. */
  bad: { oid: string; why: string; before: { oid: string; state: State } | null } | null
}

/**
 * Folds a whole chain again, from its root, and compares the state of each commit with what its events say.
 * @param app as the ledger names it
 * @throws LEDGER_NEWER where a commit needs a meaning that this version does not know
 */
export const verifyChain = async (store: Pick<Store, 'walk'>, tip: string, app: string): Promise<Verified> => {
  let commits = 0
  let before: { oid: string; state: State } | null = null
  for await (const link of store.walk([tip])) {
    commits += 1
    const state = judged(before?.state ?? null, link, app)
    if (typeof state === 'string') return { commits, bad: { oid: link.oid, why: state, before } }
    before = { oid: link.oid, state }
  }
  return commits > 0 ? { commits, bad: null } : { commits, bad: { oid: tip, why: 'git cannot list the commits behind it', before: null } }
}

/** A state without what earlier versions did not write, and do not move on: a chain may be theirs in part. */
const comparable = ({ ended: _, incident, ack, ...state }: State): string => {
  const { rollbacks: _r, cause: _c, full: _f, ...counted } = incident ?? {}
  const { level: _l, ...said } = ack ?? {}
  return JSON.stringify({ ...state, incident: incident && counted, ack: ack && said })
}

/** The state at a commit, or what is wrong with it. */
const judged = (before: State | null, link: Link, app: string): State | string => {
  const stored = parseState(link.state ?? '')
  if (stored.kind === 'newer') throw newer(stored.needs)
  const folded = foldedOnto(before, link)
  if (typeof folded === 'string') return folded
  if (stored.kind === 'broken') return link.state === null ? 'it holds no state' : stored.why
  if (comparable(stored.state) !== comparable(folded)) return 'its state is not what its events say'
  return folded.core.app === app ? folded : `it is the ledger of ${folded.core.app}`
}
