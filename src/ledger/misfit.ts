import type { GuardError } from '../errors.ts'
import { fold } from './fold.ts'
import { parseEvents, parseState } from './parse.ts'
import { forged } from './problems.ts'
import type { State } from './state.ts'
import type { Store } from './store.ts'
import type { Link } from './walk.ts'

const MERGED = 'it has two parents, and the chain is one line'

interface At {
  oid: string
  state: State
}

/**
 * Folds again what was written since a state that is known, and compares. Only the frozen core and the count: a later version may keep more beside them.
 * @param from the last state this clone saw; null: the state of the commit before the tip is taken, where that is here
 * @returns what to refuse with; null where everything fits, or where too little of the chain is here to tell
 */
export const misfit = async (store: Pick<Store, 'walk'>, tip: At, from: At | null): Promise<GuardError | null> => {
  const links: Link[] = []
  for await (const link of store.walk(from ? [tip.oid, `^${from.oid}`] : ['--max-count=2', tip.oid])) links.push(link)
  const merge = links.find(({ parents }) => parents.length > 1)
  if (merge) return forged(merge.oid, MERGED)
  const base = from ?? baseOf(links.length > 1 ? links.shift() : undefined)
  const [first] = links
  if (!base || first?.parents[0] !== base.oid) return null
  let state = base.state
  for (const link of links) {
    const next = foldedOnto(state, link)
    if (typeof next === 'string') return forged(link.oid, next)
    state = next
  }
  return sameCore(state, tip.state) ? null : forged(tip.oid, 'its state is not what its events say')
}

const baseOf = (link: Link | undefined): At | null => {
  const parsed = parseState(link?.state ?? '')
  return link && parsed.kind === 'ok' ? { oid: link.oid, state: parsed.state } : null
}

const frozen = ({ core, seq }: State): string => JSON.stringify([core, seq])

/** Do two states agree in what every version reads? */
export const sameCore = (one: State, other: State): boolean => frozen(one) === frozen(other)

/** The state after one commit, or what is wrong with it. */
export const foldedOnto = (state: State | null, { parents, events }: Link): State | string => {
  if (parents.length > 1) return MERGED
  if (events === null) return 'it holds no events'
  try {
    const after = parseEvents(events).reduce<State | null>(fold, state)
    return after ?? 'it begins with no event'
  } catch (error) {
    return error instanceof Error ? error.message : 'its events cannot be read'
  }
}
