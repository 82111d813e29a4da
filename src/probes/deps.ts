import type { Emit } from '../events.ts'
import type { Clock, Http, Processes } from '../ports.ts'
import type { Mask } from '../redact.ts'
import type { ToolCommand } from '../targets/target.ts'

/** What probes need of the world. */
export interface ProbeDeps {
  processes: Processes
  http: Http
  clock: Clock
  emit: Emit
  mask: Mask
  env: Readonly<Record<string, string | undefined>>
  /** Where commands run. */
  cwd: string
  /** Runs a shell line on a machine of the version that serves; null where there is none. */
  onMachine: (line: string) => ToolCommand | null
  /** Where the app answers HTTP, or null. */
  url: string | null
}

/** One try of a probe. `note` is masked and short. */
export interface Tried {
  passed: boolean
  note: string
}

/** Of one try. A probe's own `within` bounds all its tries. */
export const TRY_MS = 10_000

const NOTE = 200

/** A note as it may be shown and kept. */
export const toNote = (mask: Mask, text: string): string => mask(text).replace(/\s+/g, ' ').trim().slice(0, NOTE)

/** The environment without holes. */
export const wholeEnv = (env: ProbeDeps['env']): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
