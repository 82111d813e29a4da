import type { Settings } from '../config/settings.ts'
import { type GuardError, type Next, next, refuse } from '../errors.ts'
import type { State, Try } from '../ledger/state.ts'
import { waysOut } from '../ledger/ways-out.ts'
import type { Serving } from '../model.ts'
import { ago, inTime, nameServing } from '../words.ts'

/** Limits that a person may override with a recorded reason; halt, lock and app identity never are. */
export const OVERRIDABLE = ['budget', 'frozen', 'drift', 'ledger-unreachable'] as const
export type StopOverrides = ReadonlySet<(typeof OVERRIDABLE)[number]>

/** Deploys in the window that nothing of ours has proved. */
export const unprovenTries = (tries: readonly Try[], perMs: number, now: number): Try[] =>
  tries.filter((t) => !t.proven && now - Date.parse(t.at) < perMs)

/** Milliseconds from now until an open attempt may be settled by others; negative when it is overdue. */
export const untilDeadline = (open: { since: string; deadline_s: number }, now: number): number =>
  Date.parse(open.since) + open.deadline_s * 1000 - now

/**
 * What the ledger alone refuses, before anything slow is read. Pure.
 * Order is that of the exit codes: 14 somebody is deploying, then 12 halted, frozen, budget.
 * @returns null when the ledger has nothing against a deploy
 */
export const stopByLedger = (
  state: State,
  settings: Pick<Settings, 'budget' | 'display'>,
  overrides: StopOverrides,
  now: number,
): GuardError | null => {
  const { core } = state
  if (core.open) return deploying(core.open, now)
  if (core.halt && state.ack?.halt !== core.halt.id) return halted(state, now)
  // An end that cannot be read is no end.
  if (state.freeze && !(Date.parse(state.freeze.until) <= now) && !overrides.has('frozen')) return frozen(state.freeze)
  const tries = unprovenTries(state.tries, settings.budget.perMs, now)
  // Under an acknowledgement the incident's own limit decides (ack refuses the fourth), not the budget.
  if (!core.halt && tries.length >= settings.budget.unproven && !overrides.has('budget'))
    return overBudget(tries, settings.budget.perMs, now)
  return null
}

/** An attempt runs, or is past its deadline. */
export const deploying = (open: NonNullable<State['core']['open']>, now: number): GuardError => {
  const left = untilDeadline(open, now)
  const who = `${open.by.name} (${open.by.via}, ${open.by.host})`
  return refuse(left > 0 ? 'DEPLOYING' : 'OVERDUE', {
    what: left > 0 ? `A ${open.kind} of this app is in progress.` : `A ${open.kind} of this app is past its deadline.`,
    why: [
      `${who} began it ${ago(open.since, now)}: ${open.because}`,
      left > 0 ? `others may settle it ${inTime(left)}` : 'its outcome will be found by looking',
    ],
    next: [
      next('see how it stands', ['safe-deploy', 'status', '--live']),
      ...(left > 0 ? [next('wait for it', ['safe-deploy', 'deploy', '--wait'])] : []),
      next('take it over and go back', ['safe-deploy', 'rollback', '--interrupt']),
    ],
  })
}

/** An earlier failure stands. */
export const halted = (state: State, now: number): GuardError => {
  const halt = state.core.halt
  if (!halt) throw new Error('not halted')
  const failures = state.incident?.failures ?? 0
  const same = (state.incident?.same ?? 0) > 1 ? ', same error' : ''
  const counted =
    failures > 0 && state.incident
      ? [`${failures} failed ${failures === 1 ? 'deploy' : 'deploys'} since the last known good, ${ago(state.incident.since, now)}${same}`]
      : []
  return refuse('HALTED', {
    what: `Halted: ${halt.why}`,
    why: [
      `${halt.outcome}, ${ago(halt.since, now)}, by ${halt.by.name} (${halt.by.via}, ${halt.by.host})`,
      ...counted,
      ...(halt.suspect ? [`suspect: ${halt.suspect}`] : []),
    ],
    who: 'anybody may roll back; a person acknowledges or adopts',
    halt: halt.id,
    next: waysOut(state.core),
  })
}

const frozen = (freeze: NonNullable<State['freeze']>): GuardError =>
  refuse('FROZEN', {
    what: `Deploys are frozen until ${freeze.until}.`,
    why: [`${freeze.by.name}: ${freeze.because}`],
    who: 'a person; a rollback is never frozen',
    next: [
      next('lift it', ['safe-deploy', 'thaw'], ['--because']),
      next('or deploy once in spite of it', ['safe-deploy', 'deploy'], ['--override=frozen']),
    ],
  })

const overBudget = (tries: readonly Try[], perMs: number, now: number): GuardError => {
  const oldest = tries[0]
  const free = oldest ? Date.parse(oldest.at) + perMs - now : 0
  const prove: Next = next('prove what serves, so that it counts no more', ['safe-deploy', 'adopt'], ['--because'])
  return refuse('BUDGET', {
    what: `${tries.length} deploys in the window were never proved good. This would be guess ${tries.length + 1}.`,
    why: [`the window frees ${inTime(free)}`, 'verified deploys, refusals and rollbacks never count; a probe in safe-deploy.yml verifies'],
    who: 'a person may go on with a reason',
    next: [
      prove,
      next('go back to the last known good', ['safe-deploy', 'rollback']),
      next('or go on', ['safe-deploy', 'deploy'], ['--override=budget']),
    ],
  })
}

/** Another image serves than the ledger knows. */
export const drifted = (serving: Serving, known: Serving): GuardError =>
  refuse('DRIFT', {
    what: 'Something else serves than the ledger knows. Somebody deployed round the guard.',
    why: [`serving ${nameServing(serving)}`, `the ledger knows ${nameServing(known)}`],
    who: 'a person; a rollback works meanwhile',
    next: [
      next('what serves is good: prove it and make it the known good', ['safe-deploy', 'adopt'], ['--because']),
      next('go back to the known good', ['safe-deploy', 'rollback']),
      next('or deploy over it', ['safe-deploy', 'deploy'], ['--override=drift']),
    ],
  })
