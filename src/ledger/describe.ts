import { type GuardError, type Next, next } from '../errors.ts'
import type { Actor } from '../model.ts'
import { ago, count, howProved, inTime, nameServing } from '../words.ts'
import type { Ack, Freeze, Halt, Open, State } from './state.ts'
import { waysOut } from './ways-out.ts'

/** `drifted` is known only where the platform was asked. */
export type Status = 'ready' | 'deploying' | 'overdue' | 'halted' | 'acknowledged' | 'frozen' | 'drifted' | 'no-ledger' | 'ledger-broken'

/** How an app stands, in words: the first says the state, each of the others one fact. */
export interface Described {
  status: Status
  words: string[]
  /** Commands that lead on from here, best first. */
  next: Next[]
}

/**
 * How an app stands. Pure.
 * @param state null: there is no ledger, which is never called ready
 * @param now epoch milliseconds; it decides only overdue and the end of a freeze
 * @param interrupted the process that ran the open attempt is known to be gone
 */
export const describe = (state: State | null, now: number, interrupted = false): Described => {
  if (!state) return noLedger()
  const { open, halt } = state.core
  const frozen = state.freeze && !(Date.parse(state.freeze.until) <= now) ? state.freeze : null
  const also = frozen ? [`frozen as well, until ${frozen.until}: ${frozen.because}`] : []
  if (open) return interrupted || open.left ? cutShort(open, also, now) : deploying(open, also, now)
  const ack = halt && state.ack?.halt === halt.id ? state.ack : null
  if (halt && !ack) return halted(state, halt, also, now)
  if (frozen) return frozenBy(state, frozen, now)
  return halt && ack ? acknowledged(state, halt, ack, now) : ready(state, now)
}

/** A ledger that is there but cannot be trusted or read. */
export const describeProblem = (problem: GuardError): Described => ({
  status: 'ledger-broken',
  words: [problem.refusal.what, ...problem.refusal.why],
  next: problem.refusal.next,
})

/** Exit codes of `status --exit-code`: 0 ready, 14 deploying or overdue, 12 halted, frozen or drifted, 69 no ledger. */
export const STATUS_EXITS: Readonly<Record<Exclude<Status, 'ledger-broken'>, number>> = {
  ready: 0,
  deploying: 14,
  overdue: 14,
  halted: 12,
  acknowledged: 12,
  frozen: 12,
  drifted: 12,
  'no-ledger': 69,
}

const who = (by: Actor): string => `${by.name} (${by.via}, ${by.host})`

const noLedger = (): Described => ({
  status: 'no-ledger',
  words: ['No ledger here: nothing was deployed through safe-deploy from this clone yet.'],
  next: [
    next('read what a first deploy would ship', ['safe-deploy', 'plan']),
    next('write a config from what the repository shows', ['safe-deploy', 'init']),
  ],
})

const beganBy = (open: Open, now: number): string => `${who(open.by)} began it ${ago(open.since, now)}: ${open.because}`

/** Nobody is at work any more; any command that may write finds out what it did. */
const cutShort = (open: Open, also: readonly string[], now: number): Described => ({
  status: 'overdue',
  words: [`Interrupted: the process that ran a ${open.kind} is gone, and its outcome is not recorded.`, beganBy(open, now), ...also],
  next: [
    next('look at what it did, and record that', ['safe-deploy', 'status', '--live']),
    next('look at what it did, record that, and go back', ['safe-deploy', 'rollback']),
  ],
})

const deploying = (open: Open, also: readonly string[], now: number): Described => {
  const left = Date.parse(open.since) + open.deadline_s * 1000 - now
  const began = beganBy(open, now)
  if (left > 0) {
    return {
      status: 'deploying',
      words: [`Deploying: a ${open.kind} is in progress.`, began, `others may settle it ${inTime(left)}`, ...also],
      next: [
        next('wait for it', ['safe-deploy', 'status', '--wait']),
        next('take it over and go back', ['safe-deploy', 'rollback', '--interrupt']),
      ],
    }
  }
  return {
    status: 'overdue',
    words: [`Overdue: a ${open.kind} is past its deadline, and its outcome is not recorded.`, began, ...also],
    next: [
      next('look at what it did, and record that', ['safe-deploy', 'status', '--live']),
      next('look at what it did, record that, and go back', ['safe-deploy', 'rollback']),
    ],
  }
}

const halted = (state: State, halt: Halt, also: readonly string[], now: number): Described => ({
  status: 'halted',
  words: [`Halted: ${halt.why}`, ...haltWords(state, halt, now), ...goodWords(state, now), ...also],
  next: waysOut(state.core),
})

/** Since when and by whom, how often, and the best suspect. */
const haltWords = (state: State, halt: Halt, now: number): string[] => {
  const { incident } = state
  const same = incident && incident.same > 1 ? ', same error' : ''
  return [
    `${halt.outcome}, ${ago(halt.since, now)}, by ${who(halt.by)}`,
    ...(incident && incident.failures > 0
      ? [`${count(incident.failures, 'failed deploy')} since the last known good, the first ${ago(incident.since, now)}${same}`]
      : []),
    ...(halt.suspect ? [`suspect: ${halt.suspect}`] : []),
  ]
}

const acknowledged = (state: State, halt: Halt, ack: Ack, now: number): Described => ({
  status: 'acknowledged',
  words: [
    `Acknowledged${ack.level ? ` (${ack.level})` : ''}: one deploy may go on.`,
    `halted ${ago(halt.since, now)}: ${halt.why}`,
    `${who(ack.by)}, ${ago(ack.at, now)}: ${ack.cause}`,
    ...(ack.next ? [`next: ${ack.next}`] : []),
    ack.outside ? `the same tree may go on: ${ack.outside}` : `it may touch ${ack.paths.join(', ')}`,
    ...goodWords(state, now),
  ],
  next: [
    next('read what would ship', ['safe-deploy', 'plan']),
    next('then deploy, once', ['safe-deploy', 'deploy']),
    next('or go back', ['safe-deploy', 'rollback']),
  ],
})

const frozenBy = (state: State, freeze: Freeze, now: number): Described => ({
  status: 'frozen',
  words: [
    `Frozen until ${freeze.until}, ${inTime(Date.parse(freeze.until) - now)}.`,
    `${who(freeze.by)}: ${freeze.because}`,
    ...goodWords(state, now),
  ],
  next: [next('lift it', ['safe-deploy', 'thaw'], ['--because']), next('a rollback is never frozen', ['safe-deploy', 'rollback'])],
})

const ready = (state: State, now: number): Described => ({
  status: 'ready',
  words: [
    'Ready.',
    ...goodWords(state, now),
    ...(state.failed.length > 0
      ? [`a change that failed is remembered and will not ship again unanswered: ${state.failed[0]?.why ?? ''}`]
      : []),
    ...(state.unproven ? ['nothing of ours has proved the last deploy; a probe in safe-deploy.yml would'] : []),
  ],
  next: [next('read what would ship', ['safe-deploy', 'plan'])],
})

const goodWords = (state: State, now: number): string[] => {
  const [good] = state.core.good
  const { incumbent } = state.core
  if (!good) return [incumbent ? `no known good yet; before the guard ${nameServing(incumbent)} served` : 'no known good yet']
  const commit = `${good.commit.slice(0, 10)}${good.dirty.length > 0 ? ' and uncommitted files' : ''}`
  return [`known good ${nameServing(good.serving)}, commit ${commit}, ${howProved(good)}, ${ago(good.at, now)}: ${good.because}`]
}
