import { type Code, isGuardError, type Next } from '../errors.ts'
import type { Emit } from '../events.ts'

/** One thing that was tried. `fail` stops deploys; `warn` is worth knowing. */
export interface Finding {
  name: string
  result: 'ok' | 'warn' | 'fail'
  says: string
  next?: Next
  /** Exit code that a failure asks for: 64 for what is written wrong, 69 for what cannot be reached. */
  exit?: number
  code?: Code
}

/** Tries one thing. A thrown refusal is that thing's failure, not the doctor's. */
export interface Trial {
  name: string
  run(): Promise<Finding | Finding[]>
}

/**
 * `safe-deploy doctor`: tries everything the guard needs and deploys nothing. Everything is tried, whatever fails before it.
 * @returns 0 when nothing failed; else 69, or 64 when all that failed is written wrong
 */
export const doctor = async (trials: readonly Trial[], emit: Emit): Promise<number> => {
  const found: Finding[] = []
  const told = new Map<unknown, string>()
  for (const trial of trials) {
    const tried = await attempt(trial, told)
    found.push(...tried)
    for (const one of tried) emit({ type: 'said', stage: null, tone: TONES[one.result], text: lineOf(one) })
  }
  const failed = found.filter((one) => one.result === 'fail')
  emit({
    type: 'report',
    title: failed.length === 0 ? 'Everything the guard needs is there.' : `${failed.length} of ${found.length} stand in the way.`,
    lines: [],
    data: found,
  })
  if (failed.length === 0) return 0
  return failed.every((one) => one.exit === 64) ? 64 : 69
}

const TONES = { ok: 'good', warn: 'warn', fail: 'bad' } as const

/** @param told refusals that were told already, and as whose failure: what stands on the same thing is not counted again */
const attempt = async (trial: Trial, told: Map<unknown, string>): Promise<Finding[]> => {
  try {
    const found = await trial.run()
    return Array.isArray(found) ? found : [found]
  } catch (error) {
    if (!isGuardError(error)) throw error
    const cause = told.get(error)
    if (cause) return [{ name: trial.name, result: 'warn', says: `not tried: ${cause} comes first` }]
    told.set(error, trial.name)
    const { what, why, next, exit, code } = error.refusal
    // What sends people here leads nowhere from here.
    const first = next.find(({ argv }) => argv[1] !== 'doctor')
    const says = [what, ...why.slice(0, 4)].join(' ')
    return [{ name: trial.name, result: 'fail', says, exit, code, ...(first ? { next: first } : {}) }]
  }
}

const lineOf = ({ name, result, says, next }: Finding): string => {
  const way = next ? `   Next: ${[...next.argv, ...(next.needs ?? []).map((flag) => `${flag}=TEXT`)].join(' ')}` : ''
  return `${result.padEnd(5)} ${name.padEnd(11)} ${says}${way}`
}
