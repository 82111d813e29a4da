import type { ProbeSpec } from '../model.ts'

const WITHIN_MS = 60_000

/** What is asked of a new version where nobody configured anything: an HTTP service answers GET / with no server error; of a worker nothing can be asked. */
const defaultProbes = (url: string | null): ProbeSpec[] =>
  url === null ? [] : [{ kind: 'http', url, status: null, under: 500, contains: null, withinMs: WITHIN_MS }]

/** The probes in force: the configured ones, else the default for an app that answers HTTP. */
export const probesInForce = (specs: readonly ProbeSpec[], url: string | null): readonly ProbeSpec[] =>
  specs.length > 0 ? specs : defaultProbes(url)
