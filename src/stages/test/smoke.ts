import type { Smoke } from '../../config/settings.ts'
import type { Fact, FoldedLine } from '../../model.ts'
import type { Sink, Streamed } from '../../ports.ts'
import type { Mask } from '../../redact.ts'
import { foldLines } from '../../targets/folding.ts'
import { type Control, type Controls, runControls } from './controls.ts'
import type { Environment } from './environment.ts'
import { notFound, passed, runSmoke, type SmokeDesk } from './run-smoke.ts'
import { caughtFact, failureFact, leftFact, notLoadedFact, provesNothingFact, wroteFact } from './smoke-facts.ts'

/** How one smoke went. Nothing in it is secret. */
export interface SmokeResult {
  name: string
  passed: boolean
  /** It fails alone and passes with the env files' values injected. */
  notLoaded: boolean
  exit: number | null
  signal: string | null
  timedOut: boolean
  ms: number
  /** Its last lines, the same one once. */
  tail: FoldedLine[]
  /** Calls that the sink took, by key. */
  caught: Record<string, number>
}

/** What all smokes of a run share. */
export interface SmokeRun {
  desk: SmokeDesk
  environment: Environment
  /** Facts of the change about lines that load the env. */
  loaders: readonly Fact[]
  /** Keys to name first when the env is not loaded. */
  required: readonly string[]
  controls: Controls
  sink: Sink | null
  mask: Mask
  /** Digest of the candidate's tree as it is now. */
  treeDigest: () => Promise<string>
}

/** Lines of a tail that a result keeps. */
const TAIL = 40

/** Counts since `before`. */
const since = (sink: Sink | null, before: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(sink?.counts() ?? {})
      .map(([key, n]) => [key, n - (before[key] ?? 0)] as const)
      .filter(([, n]) => n > 0),
  )

/** Those that the smoke proves, then the required ones, then the rest. */
const byWeight = (run: SmokeRun, smoke: Smoke): string[] => {
  const weight = (key: string) => (smoke.proves.includes(key) ? 0 : run.required.includes(key) ? 1 : 2)
  return [...run.environment.added].sort((a, b) => weight(a) - weight(b))
}

/** After a failure: once more with the env files' values, unless they could not matter. */
const passesInjected = async (run: SmokeRun, smoke: Smoke, first: Streamed): Promise<boolean> => {
  if (notFound(first) || run.environment.added.length === 0) return false
  run.desk.emit({ type: 'waiting', text: `${smoke.name}: once more, with the env files’ values injected` })
  return passed(await runSmoke(run.desk, smoke, run.environment.injected, `${smoke.name} (env injected)`))
}

/** A control that passed is certain; one that failed shows something only if the real run passed. */
const keepControls = (run: SmokeRun, smoke: Smoke, controls: ReadonlyMap<string, Control>, real: boolean): void => {
  for (const [key, result] of controls) if (real || result === 'passes') run.controls.set(smoke, key, result)
}

const judge = (run: SmokeRun, smoke: Smoke, done: Streamed, notLoaded: boolean, controls: ReadonlyMap<string, Control>): Fact[] => {
  const idle = [...controls].filter(([, result]) => result === 'passes').map(([key]) => provesNothingFact(smoke, key, run.mask))
  if (notLoaded) return [notLoadedFact(smoke, done, byWeight(run, smoke), run.loaders, run.mask), ...idle]
  return passed(done) ? idle : [failureFact(smoke, done, run.mask), ...idle]
}

/**
 * Takes one smoke through control, real run and, if that failed, the run with the env injected.
 * @throws GuardError INTERRUPTED
 */
export const takeSmoke = async (run: SmokeRun, smoke: Smoke): Promise<{ result: SmokeResult; facts: Fact[] }> => {
  const before = { tree: await run.treeDigest(), counts: run.sink?.counts() ?? {} }
  const controls = await runControls(run.desk, smoke, run.environment, run.controls)
  run.desk.emit({ type: 'waiting', text: `${smoke.name}: ${run.mask(smoke.run)}` })
  const done = await runSmoke(run.desk, smoke, run.environment.base, smoke.name)
  const notLoaded = !passed(done) && (await passesInjected(run, smoke, done))
  keepControls(run, smoke, controls, passed(done))
  const caught = since(run.sink, before.counts)
  const facts = [
    ...judge(run, smoke, done, notLoaded, controls),
    ...((await run.treeDigest()) === before.tree ? [] : [wroteFact(smoke, run.mask)]),
    ...(done.left.length > 0 ? [leftFact(smoke, done.left, run.mask)] : []),
    ...(Object.keys(caught).length > 0 ? [caughtFact(smoke, caught, run.mask)] : []),
  ]
  const { exit, signal, timedOut, ms } = done
  const tail = foldLines(done.tail.slice(-TAIL))
  return { result: { name: smoke.name, passed: passed(done), notLoaded, exit, signal, timedOut, ms, tail, caught }, facts }
}
