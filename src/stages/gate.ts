import type { Settings } from '../config/settings.ts'
import { isGuardError, next, refuse } from '../errors.ts'
import type { Draft, Tip } from '../ledger/ledger.ts'
import { refuseIfMoved } from '../ledger/record.ts'
import type { Ack, State } from '../ledger/state.ts'
import type { Fact, Serving } from '../model.ts'
import { baselineOf } from '../probes/baseline.ts'
import type { Baseline } from '../probes/run.ts'
import type { FlyArgs } from '../targets/fly/args.ts'
import type { Truth } from '../targets/truth.ts'
import { ago, count, nameServing } from '../words.ts'
import { adopt } from './adopt.ts'
import { type AllowFlags, allowed, overrideNotes } from './allowed.ts'
import { mayOverride } from './answers.ts'
import type { Desk } from './desk.ts'
import { type Drifted, driftSince } from './drift.ts'
import type { Done } from './stages.ts'
import { type StopOverrides, unprovenTries } from './stop.ts'
import { platformUnreadable } from './unreadable.ts'
import { probeDeps } from './verify.ts'
import { isOutOfReach, offering } from './without-ledger.ts'

/** What STOP found: nothing against a deploy, and what the platform shows. */
export interface Stopped {
  /** Where to go on: opened anew after a wait. */
  desk: Desk
  tip: Tip
  state: State | null
  /** Settings that judge: those of the known good, where they can be read. */
  judged: Settings
  truth: Truth
  serving: Serving | null
  /** Probes looked at before the deploy, so that what was red already is not counted as caused. */
  baseline: Promise<Baseline | null>
  /** What drifted, as facts for the rules, and as notes that travel with the intent. */
  facts: Fact[]
  notes: Draft[]
  overrides: StopOverrides
  ack: Ack | null
  firstContact: boolean
}

export type StopFlags = AllowFlags

/**
 * STOP: may anything be deployed now? The ledger first, and what it alone refuses reads no target.
 * @throws DEPLOYING, OVERDUE, HALTED, FROZEN, BUDGET, DRIFT, DEPLOYED_FROM_ELSEWHERE, the ledger's problem, and what the platform's reading says
 */
export const gate = async (given: Desk, flags: StopFlags): Promise<Done<Stopped>> => {
  if (given.target.args?.buildOnly) throw buildOnly()
  const { desk, tip, judged, overrides } = await allowed(given, flags)
  const { state } = tip
  const truth = await readTruth(desk, flags.readOnly || tip.problem !== null ? null : () => writable(desk, judged, overrides))
  const drift = await driftOrAdopt(desk, tip, truth, flags, overrides)
  if (!drift) return gate(desk, flags)
  const serving = desk.target.servingOf(truth)
  return {
    value: {
      desk,
      tip,
      state,
      judged,
      truth,
      serving,
      baseline: flags.readOnly ? Promise.resolve(null) : lookAtProbes(desk, truth),
      facts: [...drift.facts, ...flagFacts(desk.target.args), ...emptied(desk, truth)],
      notes: [...drift.notes, ...overrideNotes(flags.given, overrides)],
      overrides,
      ack: state?.ack ?? null,
      firstContact: (state?.core.good.length ?? 0) === 0 && !state?.core.incumbent && serving !== null,
    },
    line: stopLine(desk, state, truth, serving),
  }
}

/** What the platform shows; and whether the ledger takes what will be written is known before anybody reads on. */
const readTruth = async (desk: Desk, tryWrite: (() => Promise<void>) | null): Promise<Truth> => {
  const [reading] = await Promise.all([desk.target.read({ full: true }), tryWrite?.()])
  if (!reading.ok) throw platformUnreadable(desk, reading, 'The platform could not be read. Nothing was deployed.')
  return reading.truth
}

/** A remote that answers reads and takes no writes is out of reach as well, with the same way on. */
const writable = (desk: Desk, judged: Settings, overrides: StopOverrides): Promise<void> =>
  desk.ledger.store.tryWrite().catch((error: unknown) => {
    if (!isOutOfReach(error) || !isGuardError(error)) throw error
    if (!overrides.has('ledger-unreachable')) throw mayOverride('ledger-unreachable', judged, desk.actor) ? offering(error) : error
  })

/** Another image serves: in a terminal one Enter proves it and takes it over; then STOP begins anew (null). */
const driftOrAdopt = async (desk: Desk, tip: Tip, truth: Truth, flags: StopFlags, overrides: StopOverrides): Promise<Drifted | null> => {
  try {
    return driftSince(desk, tip, truth, overrides.has('drift'))
  } catch (error) {
    // Whoever deployed between the two readings did so by the ledger: then it is a race that was lost.
    if (!tip.problem) await refuseIfMoved(desk, tip)
    if (!isGuardError(error) || !desk.prompt || flags.readOnly) throw error
    for (const text of [error.refusal.what, ...error.refusal.why]) desk.emit({ type: 'said', stage: 'stop', tone: 'warn', text })
    if (!(await desk.prompt.confirm('Prove what serves, and take it as the known good?', true))) throw error
    await adopt(desk, 'taken over by hand, proved now')
    return null
  }
}

const buildOnly = () =>
  refuse('USAGE', {
    what: '--build-only builds and deploys nothing, so there is nothing to guard.',
    next: [next('build without the guard', ['fly', 'deploy', '--build-only'])],
  })

/** Flags after which fly's success says less: nobody waits for health, or a part of the fleet keeps the old version. */
const flagFacts = (args: FlyArgs | null): Fact[] => {
  if (!args) return []
  const blind: [flag: string, how: string][] = [
    ...(args.detach ? [['--detach', 'fly skips its health checks'] as [string, string]] : []),
    ...(args.strategy === 'immediate' ? [['--strategy immediate', 'fly waits for nothing'] as [string, string]] : []),
    ...(args.image === null ? [] : [['--image', 'what ships is that image, not this work tree'] as [string, string]]),
    ...args.filters.map((filter): [string, string] => [`--${filter.by}`, 'the rest of the fleet keeps the old version']),
  ]
  return blind.map(([flag, how]) => ({ kind: 'fly-blind-flag', subject: flag, data: { flag, how } }))
}

/** No machines, though a release has run: an empty list was once an error of the platform, and deploys then made duplicates. */
const emptied = (desk: Desk, truth: Truth): Fact[] =>
  desk.target.looksEmptied(truth) ? [{ kind: 'machines-gone', subject: desk.target.name, data: {} }] : []

const lookAtProbes = (desk: Desk, truth: Truth): Promise<Baseline | null> =>
  baselineOf(probeDeps(desk, truth), desk.settings.probes, new AbortController().signal).catch(() => null)

const stopLine = (desk: Desk, state: State | null, truth: Truth, serving: Serving | null): string => {
  const { settings, clock } = desk
  const good = state?.core.good[0]
  const org = truth.kind === 'fly' && truth.org ? `, org ${truth.org}` : ''
  const place = desk.target.place.config ?? desk.target.kind
  const level = good && good.serving.id === serving?.id ? `known good (${good.level}), ${ago(good.at, clock.now())}` : 'unproven'
  const what = serving ? `serves ${nameServing(serving)}, ${level}` : 'nothing serves yet'
  const tries = unprovenTries(state?.tries ?? [], settings.budget.perMs, clock.now()).length
  const hears = settings.hears.length > 0 ? `; a failure is heard by ${settings.hears.join(', ')}` : ''
  const attempt = tries > 0 ? `; unproven deploy ${tries + 1} of ${settings.budget.unproven}` : ''
  const endpoints =
    desk.target.endpoints.length > 0
      ? `; ${count(desk.target.endpoints.length, 'endpoint')} moved by the environment: ${desk.target.endpoints.join(', ')}`
      : ''
  return `${settings.app} (${place}${org}) ${what}${attempt}${hears}${endpoints}`
}
