import type { ProbeSpec } from '../model.ts'
import { type ProbeDeps, TRY_MS, type Tried, toNote } from './deps.ts'

type HttpSpec = Extract<ProbeSpec, { kind: 'http' }>

/** Without a status of the user's: what is no error. */
const UNDER = 400

/** One GET. Redirects are not followed: they are an answer like any other. */
export const tryHttp = async (deps: ProbeDeps, spec: HttpSpec): Promise<Tried> => {
  try {
    const { status, body } = await deps.http.get(spec.url, Math.min(TRY_MS, spec.withinMs))
    if (spec.status !== null && status !== spec.status) return { passed: false, note: `answered ${status}, not ${spec.status}` }
    if (spec.status === null && status >= (spec.under ?? UNDER)) return { passed: false, note: `answered ${status}` }
    if (spec.contains !== null && !body.includes(spec.contains))
      return { passed: false, note: `answered ${status} without the expected text` }
    return { passed: true, note: `answered ${status}` }
  } catch (error) {
    return { passed: false, note: toNote(deps.mask, error instanceof Error ? error.message : 'no answer') }
  }
}
