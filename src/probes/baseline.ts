import type { ProbeSpec } from '../model.ts'
import { tryCommand } from './command.ts'
import { probesInForce } from './defaults.ts'
import { type ProbeDeps, TRY_MS } from './deps.ts'
import { tryHttp } from './http.ts'
import { namesOf } from './name.ts'
import { judgeBelow, lookAt } from './progress.ts'
import type { Baseline } from './run.ts'

const once = async (
  deps: ProbeDeps,
  spec: ProbeSpec,
  name: string,
  signal: AbortSignal,
): Promise<{ red: boolean; value: number | null }> => {
  const quick = { ...spec, withinMs: Math.min(TRY_MS, spec.withinMs) }
  if (quick.kind === 'http') return { red: !(await tryHttp(deps, quick)).passed, value: null }
  if (quick.kind === 'command') return { red: !(await tryCommand(deps, quick, name, signal)).passed, value: null }
  const value = await lookAt(deps, quick, signal)
  const red = quick.below === null ? !value.ok : !judgeBelow(value, quick.below).passed
  return { red, value: value.ok ? value.value : null }
}

/** Tries each probe once, all at the same time, at most 10 s: what is red before a deploy is not caused by it. */
export const baselineOf = async (deps: ProbeDeps, specs: readonly ProbeSpec[], signal: AbortSignal): Promise<Baseline> => {
  const probes = probesInForce(specs, deps.url)
  const names = namesOf(probes)
  const quiet: ProbeDeps = { ...deps, emit: () => undefined }
  const seen = await Promise.all(probes.map((spec, i) => once(quiet, spec, names[i]!, signal)))
  return {
    red: names.filter((_, i) => seen[i]!.red),
    values: Object.fromEntries(names.flatMap((name, i) => (seen[i]!.value === null ? [] : [[name, seen[i]!.value]]))),
  }
}
