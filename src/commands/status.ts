import type { GuardError } from '../errors.ts'
import type { Emit } from '../events.ts'
import { type Described, describe, describeProblem, STATUS_EXITS } from '../ledger/describe.ts'
import type { State } from '../ledger/state.ts'
import type { Serving } from '../model.ts'
import type { Clock } from '../ports.ts'
import { count, nameServing } from '../words.ts'

/** What a fast look at the ledger gives. `spooled`: outcomes of this clone that the ledger does not hold yet. */
export interface Look {
  app: string | null
  state: State | null
  problem: GuardError | null
  spooled: number
}

export interface StatusOptions {
  exitCode: boolean
  /** Milliseconds to wait while a deploy is in progress; null: do not wait. */
  waitMs: number | null
  live: boolean
}

export interface StatusSources {
  look(): Promise<Look>
  /** What the platform shows now; throws a refusal when it cannot be asked. */
  live(): Promise<Serving | null>
  clock: Clock
  emit: Emit
}

/** How often a waiting `status` looks again. A look costs a few git calls. */
const POLL_MS = 2000

/**
 * `safe-deploy status`: how the app stands, from the ledger alone unless `--live`.
 * @returns 0; with --exit-code 0 ready, 14 deploying or overdue, 12 halted or frozen, 69 no ledger; a broken ledger's own code
 */
export const status = async (sources: StatusSources, options: StatusOptions): Promise<number> => {
  const { clock, emit } = sources
  const look = options.waitMs === null ? await sources.look() : await waited(sources, options.waitMs)
  const described = look.problem ? describeProblem(look.problem) : describe(look.state, clock.now())
  const live = options.live ? await sources.live() : undefined
  const words = [...named(described, look.app), ...liveWords(look.state, live), ...spooledWords(look.spooled)]
  emit({
    type: 'status',
    state: look.state,
    status: described.status,
    words,
    app: look.app,
    next: described.next,
    ...(live === undefined ? {} : { live }),
  })
  if (!options.exitCode) return 0
  return described.status === 'ledger-broken' ? (look.problem?.refusal.exit ?? 12) : STATUS_EXITS[described.status]
}

const named = ({ words }: Described, app: string | null): string[] =>
  app ? words.map((word, i) => (i === 0 ? `${app}: ${word}` : word)) : words

const waited = async ({ look, clock, emit }: StatusSources, ms: number): Promise<Look> => {
  const until = clock.now() + ms
  for (;;) {
    const now = await look()
    const open = now.problem ? null : now.state?.core.open
    if (!open || clock.now() >= until) return now
    emit({ type: 'waiting', text: `${open.by.name} is deploying: ${open.because}` })
    await clock.sleep(Math.min(POLL_MS, Math.max(0, until - clock.now())))
  }
}

const liveWords = (state: State | null, live: Serving | null | undefined): string[] => {
  if (live === undefined) return []
  if (!live) return ['serves now: nothing that can be named']
  const known = state?.core.good[0]?.serving ?? state?.core.incumbent
  const other = known && known.id !== live.id ? '; the ledger knows another' : ''
  return [`serves now: ${nameServing(live)}${other}`]
}

const spooledWords = (spooled: number): string[] =>
  spooled === 0 ? [] : [`${count(spooled, 'outcome')} of this clone wait to be recorded; the next command that writes does it`]
