import type { ProbeSpec } from '../model.ts'
import { printed } from './command.ts'
import { type ProbeDeps, TRY_MS, type Tried, toNote } from './deps.ts'
import { readValue, type Value } from './value.ts'

type ProgressSpec = Extract<ProbeSpec, { kind: 'progress' }>

const answer = async (deps: ProbeDeps, spec: ProgressSpec, signal: AbortSignal) => {
  if (spec.http === null)
    return printed(deps, { run: spec.command ?? '', on: spec.on, timeoutMs: Math.min(3 * TRY_MS, spec.withinMs) }, signal)
  try {
    const { status, body } = await deps.http.get(spec.http, Math.min(TRY_MS, spec.withinMs))
    return status < 400 ? { ok: true as const, text: body } : { ok: false as const, why: `answered ${status}` }
  } catch (error) {
    return { ok: false as const, why: error instanceof Error ? error.message : 'no answer' }
  }
}

/** The number that a progress probe watches, as it is now. */
export const lookAt = async (deps: ProbeDeps, spec: ProgressSpec, signal: AbortSignal): Promise<Value> => {
  const got = await answer(deps, spec, signal)
  const value = got.ok ? readValue(got.text, spec.value) : got
  return value.ok ? value : { ok: false, why: toNote(deps.mask, value.why) }
}

/** Is the number below its limit now? */
export const judgeBelow = (value: Value, below: number): Tried => {
  if (!value.ok) return { passed: false, note: value.why }
  return { passed: value.value < below, note: `is ${value.value}` }
}

/**
 * Has the work happened? The number is compared with the first look after the deploy, since the old version may have counted until then.
 * @param before what it was before the deploy: a number that is smaller now was reset, so whatever it shows is the new version's work
 */
export const judgeAdvance = (first: number | null, now: Value, before: number | null): Tried => {
  if (!now.ok) return { passed: false, note: now.why }
  if (first === null) {
    const counted = before !== null && now.value < before && now.value > 0
    return { passed: counted, note: counted ? `began again and is ${now.value}` : `is ${now.value}` }
  }
  const note = now.value > first ? `went from ${first} to ${now.value}` : `is still ${now.value}`
  return { passed: now.value > first, note: now.value < first ? `went back from ${first} to ${now.value}` : note }
}
