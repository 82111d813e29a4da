import { ago, count } from '../../words.ts'
import { type Detect, fact, someOf } from '../sight.ts'

/** A second deploy within this time, in the shape of a repair, says that the first one did not work. */
const REPAIR_MS = 30 * 60_000
const REPAIR = /\b(?:fix(?:es|ed)?|hot-?fix|revert(?:s|ed)?|repair|undo|again|oops|rollback|broken|really)\b/i

/** The last deploy was never proved, and this one looks like its repair. */
export const detectLastUnproven: Detect = ({ state, change, candidate, now }) => {
  const last = state?.unproven
  if (!last || change.files.length === 0) return []
  const age = now - Date.parse(last.at)
  if (!(age >= 0 && age <= REPAIR_MS)) return []
  const subjects = [candidate.subject, ...change.commits.map((commit) => commit.subject)]
  const word = subjects.map((subject) => REPAIR.exec(subject)?.[0]).find((found) => found)
  const same = change.files.map(({ path }) => path).filter((path) => last.files.includes(path))
  const how = word ? `its commits say "${word}"` : same.length > 0 ? `it touches the same files (${someOf(same)})` : null
  if (how === null) return []
  const heard = last.heard?.[0] ? ` (${last.heard[0]})` : ''
  return [fact('last-unproven', last.attempt, { attempt: last.attempt, when: ago(last.at, now), title: last.subject, heard, how })]
}

/** Secrets that were set but not brought to the machines: this deploy does it. Before the first release there is no other way to bring them. */
export const detectStagedSecrets: Detect = ({ truth }) => {
  if (truth?.kind !== 'fly' || (truth.releases.length === 0 && truth.machines.length === 0)) return []
  const staged = (truth.secrets ?? []).filter(({ status }) => /^(?:staged|partial)$/i.test(status))
  if (staged.length === 0) return []
  const names = staged.map(({ name }) => name)
  return [fact('staged-secrets', 'secrets', { count: count(names.length, 'secret'), some: someOf(names, 5) })]
}

/** Nothing was deployed through the guard yet: there is no known good to compare with. */
export const detectFirstContact: Detect = ({ state, truth }) => {
  if ((state?.core.good.length ?? 0) > 0 || truth === null) return []
  const serves = truth.kind === 'fly' ? truth.machines.length > 0 : truth.current !== ''
  return [
    fact('first-contact', 'known good', { what: serves ? 'What serves now was not deployed through safe-deploy' : 'Nothing serves yet' }),
  ]
}
