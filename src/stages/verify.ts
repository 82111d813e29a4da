import type { Level, Outcome, ProbeResult, ProbeSpec, Serving } from '../model.ts'
import { type Baseline, runProbes } from '../probes/run.ts'
import { errorsSince } from '../probes/worker.ts'
import { nameRun } from '../targets/fly/judge-run.ts'
import type { Settled } from '../targets/settle.ts'
import type { ToolRun, Truth, Verdict } from '../targets/truth.ts'
import type { Desk } from './desk.ts'

/** A machine lease of a killed client lasts 13 s: two equal looks at least this far apart show that nothing moves any more. */
const LEASE_MS = 15_000
const PATIENCE_MS = 60_000

/** What was found out about one attempt. */
export interface Verified {
  outcome: Outcome
  why: string
  evidence: string[]
  serving: Serving | null
  truth: Truth | null
  probes: ProbeResult[]
  /** Errors of the app's own log since the tool began, where a probe failed: what to compare the change with. */
  heard: string[]
  /** Null unless it held. */
  level: Level | null
}

export interface VerifyInput {
  attempt: string
  /** Epoch milliseconds at which the tool was started. */
  begunMs: number
  before: Truth | null
  run: ToolRun
  /** A rollback is proved by what serves. */
  to: Serving | null
  /** The masked words of any other fly command that ran: then nothing new has to serve. */
  ran?: readonly string[] | undefined
  probes: readonly ProbeSpec[]
  bakeMs: number
  baseline: Baseline | null
  /** Nobody can say when the tool last acted: wait out a lease. */
  patient: boolean
  signal: AbortSignal
}

/**
 * Finds out what is truly running: the truth twice until stable, the verdict from evidence, then probes and bake on the new version.
 * Missing evidence is `unknown`, never success.
 */
export const verify = async (desk: Desk, input: VerifyInput): Promise<Verified> => {
  const found = await look(desk, input)
  return { ...found, truth: found.truth && knowingSecrets(found.truth, input.before) }
}

/** Looks after the act do not ask for secrets, and another target may look than the one that did before: what that saw still holds. */
const knowingSecrets = (truth: Truth, before: Truth | null): Truth =>
  truth.kind === 'fly' && truth.secrets === null && before?.kind === 'fly' ? { ...truth, secrets: before.secrets } : truth

const look = async (desk: Desk, input: VerifyInput): Promise<Verified> => {
  const settled = await desk.target.settle({ ...(input.patient ? { everyMs: LEASE_MS, atMostMs: PATIENCE_MS } : {}), signal: input.signal })
  const after = input.ran ? await alsoSecrets(desk, settled) : settled
  const truth = after.reading.ok ? after.reading.truth : null
  const verdict = judge(desk, input, after)
  const evidence = after.reading.ok ? verdict.evidence : [...verdict.evidence, after.reading.why]
  const found = { ...verdict, evidence, truth, probes: [], heard: [], level: null }
  if (verdict.outcome !== 'deployed' || !truth) return found
  return input.ran && !disturbed(desk, input, truth) ? { ...found, level: 'platform' } : probed(desk, input, { ...found, truth })
}

/** Words of commands that end or begin what serves, though a look may show the same afterwards. */
const RESTARTS = /^(?:restart|start|resume|kill|exec|uncordon)$/

/** Is there anything to probe after a run: something that serves, and was touched? */
const disturbed = (desk: Desk, { before, ran = [] }: VerifyInput, truth: Truth): boolean =>
  desk.target.isUp(truth) && (before === null || ran.some((word) => RESTARTS.test(word)) || !desk.target.same(before, truth))

/** Looks after the act do not ask for secrets; what a run changed may be nothing else. */
const alsoSecrets = async (desk: Desk, { reading, stable }: Settled): Promise<Settled> => {
  if (!reading.ok) return { reading, stable }
  const full = await desk.target.read({ full: true })
  return full.ok ? { reading: full, stable: stable && desk.target.same(reading.truth, full.truth) } : { reading: full, stable: false }
}

const judge = (desk: Desk, { before, run, to, attempt, ran }: VerifyInput, after: Settled): Verdict => {
  if (!before)
    return {
      outcome: 'unknown',
      why: 'nobody saw what was there before',
      evidence: [],
      serving: after.reading.ok ? desk.target.servingOf(after.reading.truth) : null,
    }
  if (ran) return desk.target.judgeRun({ before, after, run, attempt, words: ran })
  return to ? desk.target.judgeRollback({ before, after, run, attempt, to }) : desk.target.judge({ before, after, run, attempt })
}

const probed = async (desk: Desk, input: VerifyInput, found: Verified & { truth: Truth }): Promise<Verified> => {
  const { signal, bakeMs } = input
  const probes = await runProbes(probeDeps(desk, found.truth), input.probes, input.baseline, { bakeMs, signal })
  if (signal.aborted) return { ...found, probes, outcome: 'unknown', why: 'interrupted before its probes had ended' }
  const failed = probes.find((probe) => !probe.passed && !probe.wasRed)
  if (failed) {
    const heard = await errorsSince(desk.target, input.begunMs, desk.mask)
    return {
      ...found,
      probes,
      heard,
      outcome: 'unhealthy',
      why: `${input.run.idle ? '' : input.ran ? `after ${nameRun(input.ran)}: ` : 'deployed, but '}${failed.name}: ${failed.note}`,
    }
  }
  const level = probes.some((probe) => probe.passed) ? 'probed' : 'platform'
  const after = bakeMs > 0 || level === 'platform' ? await lookAgain(desk, input, found) : found
  return after.outcome === 'deployed' ? { ...after, probes, level } : { ...after, probes }
}

/** A revert or a slow crash loop shows only after a while: what was true before the bake must still be true. A worker's new errors are kept as evidence. */
const lookAgain = async (desk: Desk, input: VerifyInput, found: Verified & { truth: Truth }): Promise<Verified> => {
  const reading = await desk.target.read({ full: false })
  const verdict = judge(desk, input, { reading, stable: reading.ok })
  const errors = input.probes.length > 0 ? [] : await errorsSince(desk.target, input.begunMs, desk.mask)
  const evidence = [...found.evidence, ...errors]
  if (verdict.outcome === 'deployed') return { ...found, evidence, heard: errors }
  return { ...found, ...verdict, evidence: [...verdict.evidence, ...errors], heard: errors, why: `it held at first; then ${verdict.why}` }
}

/** What probes need of the world, for one truth. */
export const probeDeps = (desk: Desk, truth: Truth) => ({
  processes: desk.processes,
  http: desk.http,
  clock: desk.clock,
  emit: desk.emit,
  mask: desk.mask,
  env: desk.env,
  cwd: desk.repo.root,
  onMachine: (line: string) => desk.target.onMachine(truth, line),
  url: desk.target.url(truth),
})
