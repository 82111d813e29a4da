import type { ProbeResult, ProbeSpec } from '../model.ts'
import { tryCommand } from './command.ts'
import { probesInForce } from './defaults.ts'
import type { ProbeDeps, Tried } from './deps.ts'
import { tryHttp } from './http.ts'
import { namesOf } from './name.ts'
import { judgeAdvance, judgeBelow, lookAt } from './progress.ts'

/** How probes stood before a deploy: the names of those that failed, and the numbers that progress probes saw. */
export interface Baseline {
  red: string[]
  values: Record<string, number>
}

export interface RunOptions {
  /** A probe that passed is asked again until this time has gone by. */
  bakeMs: number
  signal: AbortSignal
  /** Between two tries of one probe. Default 2 s. */
  everyMs?: number
}

const EVERY_MS = 2_000

/** One probe with what it remembers between tries. */
interface Probe {
  name: string
  spec: ProbeSpec
  attempt: (signal: AbortSignal) => Promise<Tried>
  /** Progress has happened once it happened: it is not asked again. */
  lasting: boolean
}

const progress = (deps: ProbeDeps, spec: Extract<ProbeSpec, { kind: 'progress' }>, before: number | null): Probe['attempt'] => {
  const { below } = spec
  let first: number | null = null
  return async (signal) => {
    const value = await lookAt(deps, spec, signal)
    if (below !== null) return judgeBelow(value, below)
    const tried = judgeAdvance(first, value, before)
    // A number that went back was reset by a restart: it counts from there.
    if (value.ok) first = first === null ? value.value : Math.min(first, value.value)
    return tried
  }
}

const toProbe = (deps: ProbeDeps, spec: ProbeSpec, name: string, baseline: Baseline | null): Probe => {
  if (spec.kind === 'http') return { name, spec, attempt: () => tryHttp(deps, spec), lasting: false }
  if (spec.kind === 'command') return { name, spec, attempt: (signal) => tryCommand(deps, spec, name, signal), lasting: false }
  return { name, spec, attempt: progress(deps, spec, baseline?.values[name] ?? null), lasting: spec.below === null }
}

const seconds = (ms: number): string => `${Math.max(0, Math.round(ms / 1000))} s`

/** Tries until it passes or its time is up; at least twice when one try took all of it. */
const untilPassed = async (deps: ProbeDeps, probe: Probe, everyMs: number, signal: AbortSignal): Promise<Tried> => {
  const until = deps.clock.now() + probe.spec.withinMs
  for (;;) {
    const tried = await probe.attempt(signal)
    const left = until - deps.clock.now()
    if (tried.passed || signal.aborted || left <= 0) return tried
    deps.emit({ type: 'waiting', text: `${probe.name}: ${tried.note}, ${seconds(left)} left` })
    await deps.clock.sleep(Math.min(everyMs, left), signal)
  }
}

/** Asks again until the bake is over. A failure counts when the next try fails as well: one lost packet is no outage. */
const throughBake = async (deps: ProbeDeps, probe: Probe, good: Tried, options: Required<RunOptions>): Promise<Tried> => {
  const { bakeMs, everyMs, signal } = options
  const until = deps.clock.now() + bakeMs
  for (let failed = 0; !signal.aborted && (deps.clock.now() < until || failed > 0); ) {
    deps.emit({ type: 'waiting', text: `watching ${probe.name}, ${seconds(until - deps.clock.now())} left` })
    await deps.clock.sleep(failed > 0 ? Math.min(everyMs, 1_000) : Math.min(everyMs, Math.max(0, until - deps.clock.now())), signal)
    if (signal.aborted) return good
    const tried = await probe.attempt(signal)
    failed = tried.passed ? 0 : failed + 1
    if (failed > 1) return { passed: false, note: `${tried.note}, after it had passed` }
  }
  return good
}

const runOne = async (deps: ProbeDeps, probe: Probe, wasRed: boolean, options: Required<RunOptions>): Promise<ProbeResult> => {
  const began = deps.clock.now()
  const first = await untilPassed(deps, probe, options.everyMs, options.signal)
  const bakes = first.passed && !probe.lasting && options.bakeMs > 0
  const last = bakes ? await throughBake(deps, probe, first, options) : first
  const late = probe.spec.kind === 'progress' && !last.passed && !bakes ? ` within ${seconds(probe.spec.withinMs)}` : ''
  return { name: probe.name, passed: last.passed, wasRed, note: `${last.note}${late}`, ms: deps.clock.now() - began }
}

/**
 * Asks the new version whether it works: all probes at once, each until it passes or its time is up, then again until the bake is over.
 * The first failure that was not there before ends the others; those then have no result. Without any probe it only waits for the bake.
 * @param specs as configured; empty: the default for an app that answers HTTP, nothing for a worker
 */
export const runProbes = async (
  deps: ProbeDeps,
  specs: readonly ProbeSpec[],
  baseline: Baseline | null,
  options: RunOptions,
): Promise<ProbeResult[]> => {
  const probes = probesInForce(specs, deps.url)
  const names = namesOf(probes)
  const enough = new AbortController()
  const signal = AbortSignal.any([options.signal, enough.signal])
  const full = { everyMs: EVERY_MS, ...options, signal }
  if (probes.length === 0) await deps.clock.sleep(options.bakeMs, signal)
  const results = await Promise.all(
    probes.map(async (spec, i) => {
      const name = names[i]!
      const result = await runOne(deps, toProbe(deps, spec, name, baseline), baseline?.red.includes(name) === true, full)
      if (signal.aborted) return null
      deps.emit({ type: 'probe.ended', result })
      if (!result.passed && !result.wasRed) enough.abort()
      return result
    }),
  )
  return results.flatMap((result) => result ?? [])
}
