import { type GuardError, next, refuse } from '../errors.ts'
import type { Draft, Tip } from '../ledger/ledger.ts'
import type { Ack, State } from '../ledger/state.ts'
import type { Fact, Serving } from '../model.ts'
import { baselineOf } from '../probes/baseline.ts'
import type { Baseline } from '../probes/run.ts'
import type { FlyArgs } from '../targets/fly/args.ts'
import type { Truth } from '../targets/truth.ts'
import { ago, count, nameServing } from '../words.ts'
import type { Given } from './answers.ts'
import type { Desk } from './desk.ts'
import { closeOpen } from './open.ts'
import type { Done } from './stages.ts'
import { drifted, type StopOverrides, stopByLedger, unprovenTries } from './stop.ts'
import { probeDeps } from './verify.ts'

/** What STOP found: nothing against a deploy, and what the platform shows. */
export interface Stopped {
  tip: Tip
  state: State | null
  truth: Truth
  serving: Serving | null
  /** Probes looked at before the deploy, so that what was red already is not counted as caused. */
  baseline: Promise<Baseline | null>
  /** What drifted, as facts for the rules, and as notes that travel with the intent. */
  facts: Fact[]
  notes: Draft[]
  ack: Ack | null
  firstContact: boolean
}

export interface StopFlags {
  given: Given[]
  /** How long to wait behind an open deploy, in milliseconds; null: not at all. */
  waitMs: number | null
  /** Only look: no command that may write settles anything. */
  readOnly: boolean
}

const POLL_MS = 1000

/**
 * STOP: may anything be deployed now? The ledger first, and what it alone refuses reads no target.
 * @throws DEPLOYING, OVERDUE, HALTED, FROZEN, BUDGET, DRIFT, DEPLOYED_FROM_ELSEWHERE, the ledger's problem, and what the platform's reading says
 */
export const gate = async (desk: Desk, flags: StopFlags): Promise<Done<Stopped>> => {
  const overrides = overridesOf(desk, flags.given)
  if (desk.target.args?.buildOnly) throw buildOnly()
  const tip = await allowed(desk, flags, overrides)
  const { state } = tip
  const reading = await desk.target.read({ full: true })
  if (!reading.ok) throw unreadable(reading.code, reading.why)
  const { truth } = reading
  const serving = desk.target.servingOf(truth)
  const drift = await driftSince(desk, tip, truth, serving, overrides)
  const firstContact = (state?.core.good.length ?? 0) === 0 && !state?.core.incumbent && serving !== null
  return {
    value: {
      tip,
      state,
      truth,
      serving,
      baseline: flags.readOnly ? Promise.resolve(null) : lookAtProbes(desk, truth),
      facts: [...drift.facts, ...flagFacts(desk.target.args), ...emptied(desk, truth)],
      notes: [...drift.notes, ...overrideNotes(flags.given, overrides)],
      ack: state?.ack ?? null,
      firstContact,
    },
    line: stopLine(desk, state, truth, serving),
  }
}

const buildOnly = () =>
  refuse('USAGE', {
    what: '--build-only builds and deploys nothing, so there is nothing to guard.',
    next: [next('build without the guard', ['fly', 'deploy', '--build-only'])],
  })

/** `--override budget|frozen|drift=REASON`, for whoever the config lets. */
const overridesOf = (desk: Desk, given: readonly Given[]): StopOverrides => {
  const who = desk.actor.via === 'terminal' ? 'person' : desk.actor.via
  const named = given.filter((g) => g.by === 'override' && (desk.settings.overrides[g.rule] ?? ['person']).includes(who)).map((g) => g.rule)
  return new Set((['budget', 'frozen', 'drift'] as const).filter((rule) => named.includes(rule)))
}

const overrideNotes = (given: readonly Given[], used: StopOverrides): Draft[] =>
  given
    .filter((g) => (used as ReadonlySet<string>).has(g.rule))
    .map((g) => ({ type: 'note.added', kind: 'override', attempt: null, text: `${g.rule}: ${g.reason}` }))

/** Reads the ledger, settles what is dead or overdue, waits where that was asked, and refuses what the ledger refuses. */
const allowed = async (desk: Desk, flags: StopFlags, overrides: StopOverrides): Promise<Tip> => {
  const until = desk.clock.now() + (flags.waitMs ?? 0)
  for (let said = false; ; said = true) {
    const tip = flags.readOnly ? await desk.ledger.read() : await closeOpen(desk)
    if (tip.problem) throw tip.problem
    const refusal = tip.state && stopByLedger(tip.state, desk.settings, overrides, desk.clock.now())
    if (!refusal) return tip
    if (refusal.refusal.code !== 'DEPLOYING' || desk.clock.now() >= until) throw refusal
    if (!said)
      desk.emit({ type: 'said', stage: 'stop', tone: 'plain', text: `Waiting behind another deploy: ${refusal.refusal.why[0] ?? ''}` })
    await desk.clock.sleep(POLL_MS + Math.floor(Math.random() * POLL_MS))
  }
}

const unreadable = (
  code: 'TOOL_MISSING' | 'LOGGED_OUT' | 'APP_NOT_VISIBLE' | 'TARGET_UNREACHABLE' | 'TARGET_UNREADABLE',
  why: string,
): GuardError => {
  const how = {
    TOOL_MISSING: next('install it', ['safe-deploy', 'doctor']),
    LOGGED_OUT: next('log in', ['fly', 'auth', 'login']),
    APP_NOT_VISIBLE: next('see which apps this login can see', ['fly', 'apps', 'list']),
    TARGET_UNREACHABLE: next('check everything the guard needs', ['safe-deploy', 'doctor']),
    TARGET_UNREADABLE: next('check everything the guard needs', ['safe-deploy', 'doctor']),
  }[code]
  return refuse(code, {
    what: 'The platform could not be read. Nothing was deployed.',
    why: [why],
    next: [how, next('then try again', ['safe-deploy', 'deploy'])],
  })
}

interface Drifted {
  facts: Fact[]
  notes: Draft[]
}

/** Drift in grades: secrets and scale are noted, another machine config is asked about, another image is refused. */
const driftSince = async (desk: Desk, tip: Tip, truth: Truth, serving: Serving | null, overrides: StopOverrides): Promise<Drifted> => {
  const known = tip.core?.good[0]
  refuseForeign(desk, tip, serving)
  if (!known || !serving) return { facts: [], notes: [] }
  const drift = desk.target.driftOf(truth, known)
  if (drift.grade === 'none') return { facts: [], notes: [] }
  if (drift.grade === 'image') {
    if (overrides.has('drift') || isOurs(tip.state, serving)) return { facts: [], notes: [] }
    throw drifted(serving, known.serving)
  }
  const text = drift.what.join('; ')
  const note: Draft = { type: 'note.added', kind: 'drift', attempt: null, text }
  const fact: Fact = { kind: drift.grade === 'config' ? 'drift-config' : 'drift-noted', subject: desk.target.name, data: { what: text } }
  return { facts: [fact], notes: [note] }
}

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

/** Another ledger's label on the machines: two repositories deploy one app. */
const refuseForeign = (desk: Desk, tip: Tip, serving: Serving | null): void => {
  const mine = desk.ledger.idAt(tip)
  if (!serving?.ledger || serving.ledger === mine || (!tip.core && desk.settings.ledger.id === null)) return
  throw refuse('DEPLOYED_FROM_ELSEWHERE', {
    what: 'What serves was deployed through another ledger. Two repositories, or two clones without a shared ledger, deploy this app.',
    why: [`the machines carry ledger ${serving.ledger.slice(0, 12)}, this is ${mine.slice(0, 12)}`],
    who: 'a person',
    next: [next('what serves is good: prove it and take it over', ['safe-deploy', 'adopt'], ['--because'])],
  })
}

/** A failed or acknowledged attempt of ours that still serves is no drift. */
const isOurs = (state: State | null, serving: Serving): boolean => {
  if (!state) return false
  const attempts = [
    ...state.failed.map((f) => f.attempt),
    ...state.tries.map((t) => t.attempt),
    ...state.core.good.map((g) => g.attempt),
    state.core.halt?.attempt,
  ]
  return (
    (serving.attempt !== null && attempts.includes(serving.attempt)) ||
    serving.id === state.core.incumbent?.id ||
    state.core.good.some((g) => g.serving.id === serving.id)
  )
}

const lookAtProbes = (desk: Desk, truth: Truth): Promise<Baseline | null> =>
  baselineOf(probeDeps(desk, truth), desk.settings.probes, new AbortController().signal).catch(() => null)

const stopLine = (desk: Desk, state: State | null, truth: Truth, serving: Serving | null): string => {
  const { settings, clock } = desk
  const good = state?.core.good[0]
  const org = truth.kind === 'fly' && truth.org ? `, org ${truth.org}` : ''
  const place = desk.target.place.config ?? desk.target.kind
  const level = good ? `known good (${good.level}), ${ago(good.at, clock.now())}` : 'unproven'
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
