import { type GuardError, isGuardError, withFlags } from '../errors.ts'
import type { Emit } from '../events.ts'
import { type Described, describe, describeProblem, STATUS_EXITS } from '../ledger/describe.ts'
import { pauseMs } from '../ledger/pause.ts'
import type { Open, State } from '../ledger/state.ts'
import type { Outcome } from '../model.ts'
import type { Clock } from '../ports.ts'
import type { Live } from '../stages/live.ts'
import { ago, count, duration, nameServing } from '../words.ts'

/**
 * What a fast look at the ledger gives. `spooled`: outcomes of this clone that the ledger does not hold yet. `interrupted`: this machine ran the open
 * attempt, and the process that did is gone.
 */
export interface Look {
  app: string | null
  state: State | null
  problem: GuardError | null
  spooled: number
  interrupted?: boolean
  /** The ledger is on a remote, where others look as well. */
  shared?: boolean
  /** Who has not heard how an incident stands, as this clone last knew it. */
  undelivered?: Undelivered[]
}

/** An outlet that was not told of an incident yet, with what it will be told. */
export interface Undelivered {
  outlet: string
  /** Of the last try, without secrets. */
  why: string
  /** Of the first try. */
  since: string
  tries: number
  incident: string
  failures: number
  refused: number
  rollbacks: number
  ended: boolean
}

export interface StatusOptions {
  exitCode: boolean
  /** Milliseconds to wait while a deploy is in progress; null: do not wait. */
  waitMs: number | null
  live: boolean
}

export interface StatusSources {
  /** Throws WHICH_APP where several apps are configured and the place does not say which. */
  look(): Promise<Look>
  /** Every app of the config. */
  lookEvery(): Promise<Look[]>
  /** Settles what was interrupted, then tells what the platform shows; throws a refusal when it cannot be asked. */
  live(): Promise<Live>
  clock: Clock
  emit: Emit
}

/**
 * `safe-deploy status`: how the app stands, from the ledger alone unless `--live`, which asks the platform and settles what was interrupted. `--wait`
 * comes back to a deploy that runs: it says how that ended, and finishes it where whoever ran it is gone.
 * @returns 0; with --exit-code 0 ready, 14 deploying or overdue, 12 halted or frozen, 69 no ledger; a broken ledger's own code
 */
export const status = async (sources: StatusSources, options: StatusOptions): Promise<number> => {
  const { clock, emit } = sources
  const first = await lookOr(sources, options)
  if (first === null) return table(sources, await sources.lookEvery(), options.exitCode)
  const live = await liveOr(sources, options, first)
  const look = live === undefined ? first : await sources.look()
  const described = drifted(describedBy(look, clock.now()), live?.refused ?? null)
  const ended = endedOf(first.watched, look)
  const words = [
    ...named(described, look.app),
    ...endedWords(ended),
    ...liveWords(live),
    ...spooledWords(look.spooled),
    ...untoldWords(look, clock.now()),
  ]
  emit({
    type: 'status',
    state: look.state,
    status: described.status,
    words,
    app: look.app,
    next: described.next,
    ...(live === undefined ? {} : { live: live.serving }),
    ...(look.undelivered ? { undelivered: look.undelivered } : {}),
    ...(ended === null ? {} : { ended: { attempt: ended.attempt, outcome: ended.outcome } }),
  })
  return options.exitCode ? exitOf(described, look) : 0
}

/** What the platform shows: where that was asked for, and where somebody waits for a deploy that nobody runs any more. */
const liveOr = async ({ live }: StatusSources, options: StatusOptions, { interrupted }: Look): Promise<Live | undefined> => {
  if (options.live) return live()
  if (options.waitMs === null || !interrupted) return undefined
  return live().catch((error) => {
    // It cannot be settled from here now; then it is shown as it is.
    if (isGuardError(error)) return undefined
    throw error
  })
}

/** What was waited for. */
interface Watched {
  attempt: string
  kind: Open['kind']
  who: string
}

interface Ended extends Watched {
  outcome: Outcome | 'condemned' | null
}

/** How what was waited for ended; null where nothing was, or it has not. A rollback that held leaves no halt. */
const endedOf = (watched: Watched | undefined, { state }: Look): Ended | null => {
  if (!watched || !state || state.core.open?.attempt === watched.attempt) return null
  const { halt, good } = state.core
  if (halt?.attempt === watched.attempt) return { ...watched, outcome: halt.outcome }
  const held = good.some(({ attempt }) => attempt === watched.attempt) || (watched.kind === 'rollback' && halt === null)
  return { ...watched, outcome: held ? 'deployed' : null }
}

const endedWords = (ended: Ended | null): string[] =>
  ended?.outcome ? [`the ${ended.kind} that ${ended.who} began ended: ${ended.outcome}`] : []

/** Null where the question is about every app. */
const lookOr = async (sources: StatusSources, { waitMs }: StatusOptions): Promise<(Look & { watched?: Watched }) | null> => {
  try {
    return waitMs === null ? await sources.look() : await waited(sources, waitMs)
  } catch (error) {
    if (isGuardError(error) && error.refusal.code === 'WHICH_APP') return null
    throw error
  }
}

/**
 * A line for each app; whoever wants more asks for one with --app.
 * @returns with --exit-code the first that holds for any app: 69, 14, 12, else 0
 */
const table = ({ clock, emit }: StatusSources, looks: readonly Look[], exitCode: boolean): number => {
  const rows = looks.map((look) => {
    const described = describedBy(look, clock.now())
    const app = look.app ?? ''
    // From here a command without the app would not know which one is meant.
    const next = described.next.map((one) => ({ ...one, argv: withFlags(one.argv, [`--app=${app}`]) }))
    const { undelivered } = look
    return { app, ...described, next, exit: exitOf(described, look), ...(undelivered ? { undelivered } : {}) }
  })
  const width = Math.max(...rows.map(({ app }) => app.length))
  emit({
    type: 'report',
    title: `${count(rows.length, 'app')}; safe-deploy status --app=NAME says more`,
    lines: rows.map(
      ({ app, words, undelivered: { length } = [] }) =>
        `${app.padEnd(width)}  ${words[0] ?? ''}${length > 0 ? `; ${count(length, 'outlet')} not told` : ''}`,
    ),
    data: rows,
  })
  return exitCode ? ([69, 14, 12].find((exit) => rows.some((row) => row.exit === exit)) ?? 0) : 0
}

const describedBy = ({ problem, state, interrupted }: Look, now: number): Described =>
  problem ? describeProblem(problem) : describe(state, now, interrupted)

const exitOf = ({ status }: Described, { problem }: Look): number =>
  status === 'ledger-broken' ? (problem?.refusal.exit ?? 12) : STATUS_EXITS[status]

const named = ({ words }: Described, app: string | null): string[] =>
  app ? words.map((word, i) => (i === 0 ? `${app}: ${word}` : word)) : words

/** Says once for whom; a remote that is out of reach for a moment ends no wait. */
const waited = async ({ look, clock, emit }: StatusSources, ms: number): Promise<Look & { watched?: Watched }> => {
  const seen: { watched?: Watched } = {}
  const until = clock.now() + ms
  for (let waits = false; ; waits = true) {
    const now = await look()
    const open = now.problem ? null : now.state?.core.open
    if (open) seen.watched ??= { attempt: open.attempt, kind: open.kind, who: open.by.name }
    const left = until - clock.now()
    if (!(open || (waits && now.problem?.refusal.code === 'LEDGER_UNREACHABLE')) || now.interrupted || open?.left || left <= 0)
      return { ...now, ...seen }
    if (open)
      emit({ type: 'waiting', text: `${open.by.name} is deploying since ${open.since}: ${open.because}; waiting ${duration(ms)} at most` })
    await clock.sleep(Math.min(pauseMs(now.shared === true), left))
  }
}

/** What would be ready but for something else that serves is not. */
const drifted = (described: Described, refused: GuardError | null): Described =>
  refused && described.status === 'ready'
    ? { status: 'drifted', words: [refused.refusal.what, ...refused.refusal.why, ...described.words.slice(1)], next: refused.refusal.next }
    : described

const liveWords = (live: Live | undefined): string[] => {
  if (live === undefined) return []
  const serves = live.serving ? `serves now: ${nameServing(live.serving)}` : 'serves now: nothing that can be named'
  const moved = live.refused?.refusal.what ?? (live.drift.length > 0 ? `since the known good: ${live.drift.join('; ')}` : null)
  return moved === null ? [serves] : [serves, moved]
}

const spooledWords = (spooled: number): string[] =>
  spooled === 0 ? [] : [`${count(spooled, 'outcome')} of this clone wait to be recorded; the next command that writes does it`]

const untoldWords = ({ undelivered = [] }: Look, now: number): string[] =>
  undelivered.map(({ outlet, why, since, tries, ended }) => {
    const what = ended ? 'that the incident is over' : 'of the incident'
    return `not told ${what}: ${outlet}: ${why} (${tries === 1 ? '1 try' : `${tries} tries`}, the first ${ago(since, now)})`
  })
