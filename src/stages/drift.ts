import { next, refuse } from '../errors.ts'
import type { Draft, Tip } from '../ledger/ledger.ts'
import type { State } from '../ledger/state.ts'
import type { Fact, Serving } from '../model.ts'
import type { Truth } from '../targets/truth.ts'
import type { Desk } from './desk.ts'
import { drifted } from './stop.ts'

/** What moved on the platform behind the guard's back: facts for the rules, and notes that travel with the intent. */
export interface Drifted {
  facts: Fact[]
  notes: Draft[]
}

const NONE: Drifted = { facts: [], notes: [] }

/**
 * Drift in grades: secrets and scale are noted, another machine config is asked about, another image is refused.
 * @throws DRIFT, DEPLOYED_FROM_ELSEWHERE
 */
export const driftSince = (desk: Desk, tip: Tip, truth: Truth, overridden: boolean): Drifted => {
  const known = tip.core?.good[0]
  const serving = desk.target.servingOf(truth)
  if (!serving) return NONE
  refuseForeign(desk, tip, serving)
  const drift = known ? desk.target.driftOf(truth, known) : null
  if (!known || !drift || drift.grade === 'none') return NONE
  if (drift.grade === 'image') {
    if (overridden || isOurs(tip.state, serving)) return NONE
    throw drifted(serving, known.serving)
  }
  const text = drift.what.join('; ')
  return {
    facts: [{ kind: drift.grade === 'config' ? 'drift-config' : 'drift-noted', subject: desk.target.name, data: { what: text } }],
    notes: [{ type: 'note.added', kind: 'drift', attempt: null, text }],
  }
}

/** Another ledger's label on the machines: two repositories, or two clones, deploy one app. What was adopted is known, whatever its label. */
const refuseForeign = (desk: Desk, tip: Tip, serving: Serving): void => {
  const mine = desk.ledger.idAt(tip)
  if (!serving.ledger || serving.ledger === mine || tip.core?.good.some((good) => good.serving.id === serving.id)) return
  throw refuse('DEPLOYED_FROM_ELSEWHERE', {
    what: 'What serves was deployed through another ledger. Two repositories, or two clones without a shared ledger, deploy this app.',
    why: [
      `the machines carry ledger ${serving.ledger.slice(0, 12)}; ${tip.core ? `this is ${mine.slice(0, 12)}` : 'this clone has none yet'}`,
    ],
    who: 'a person, or a probe in safe-deploy.yml that proves what serves',
    next: [
      next('what serves is good: prove it and take it over', ['safe-deploy', 'adopt'], ['--because']),
      ...(tip.core?.good[0] ? [next('or go back to the last known good of this ledger', ['safe-deploy', 'rollback'])] : []),
    ],
  })
}

/** A failed or acknowledged attempt of ours that still serves is no drift. */
const isOurs = (state: State | null, serving: Serving): boolean => {
  if (!state) return false
  const { core, failed, tries } = state
  const attempts = [...failed, ...tries, ...core.good].map((one) => one.attempt)
  return (
    (serving.attempt !== null && (attempts.includes(serving.attempt) || serving.attempt === core.halt?.attempt)) ||
    serving.id === core.incumbent?.id ||
    core.good.some((good) => good.serving.id === serving.id)
  )
}
