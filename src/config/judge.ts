import type { Settings } from './settings.ts'

/**
 * The settings that judge a candidate: its own target, test, verify and notify, under the rules of the known good, so that a change
 * cannot lift the rules it breaks. A candidate's rules take effect once it is known good.
 * @param knownGood null when there is none, or its settings cannot be read: the candidate's hold
 */
export const judgeSettings = (candidate: Settings, knownGood: Settings | null): Settings => {
  if (!knownGood) return candidate
  const { rules, overrides, accept, checklists, protect, budget, acknowledge, read } = knownGood
  return { ...candidate, rules, overrides, accept, checklists, protect, budget, acknowledge, read }
}
