import { BaseSequencer } from 'vitest/node'

/** Files by how much they wait: the longest scenes begin first, what only computes fills the gaps behind them. */
const WAITING = [
  '/e2e/killed',
  '/e2e/scenarios',
  '/relay/killed',
  '/e2e/cancelled',
  '/e2e/interrupted',
  '/e2e/races',
  '/e2e/observer',
  '/e2e/open-attempts',
  '/demo/demo',
  '/e2e/',
  '/targets/pocket',
]

const rank = ({ moduleId }) => {
  const at = WAITING.findIndex((part) => moduleId.includes(part))
  return at < 0 ? WAITING.length : at
}

export class WaitingFirst extends BaseSequencer {
  /** Otherwise as vitest sorts: by the last run's time, else by size. */
  async sort(files) {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}
