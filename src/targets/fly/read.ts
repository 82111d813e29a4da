import type { Captured, Processes } from '../../ports.ts'
import type { Reading, Secret } from '../truth.ts'
import { logsArgv, type ReadName, readArgv } from './argv.ts'
import type { Parsed } from './document.ts'
import { parseMachines } from './machine.ts'
import { type AppStatus, parseReleases, parseSecrets, parseStatus } from './parse.ts'

/** Of one read; fly itself has no timeout there. */
const TIMEOUT_MS = 30_000
const LOG_MS = 15_000

export interface FlyReads {
  processes: Processes
  /** `fly`, `flyctl` or a path; tried in this order, since an installation has one or both names. */
  tools: readonly string[]
  app: string
  cwd: string
  env: Readonly<Record<string, string>>
  /** Keys the fingerprints of env values. */
  key: string
  timeoutMs?: number
}

type Failure = Extract<Reading, { ok: false }>
type Got<T> = { ok: true; value: T } | Failure

/** Fly's `Error:` line, else its last line. */
const errorLine = (captured: Captured): string => {
  const lines = `${captured.stdout}\n${captured.stderr}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return (lines.findLast((line) => line.startsWith('Error:')) ?? lines.at(-1) ?? '').slice(0, 300)
}

const LOGGED_OUT =
  /no access token available|not authenticated|unauthori[sz]ed|must be authenticated|token (?:is )?(?:invalid|expired)|\b401\b|auth login/i
const NOT_VISIBLE = /could not find app|app(?:lication)? (?:\S+ )?not found|app name \S+ could not be found|\b404\b/i

/** Other tools are called fly as well. */
const FOREIGN = /^(?:Error: )?unknown (?:command|flag)\b/i

/** Fly tells its failures apart only in words; what is not recognised is "unreachable". */
const failure = (what: string, captured: Captured): Failure => {
  if (captured.timedOut) return { ok: false, code: 'TARGET_UNREACHABLE', why: `fly ${what} did not answer in time` }
  if (captured.truncated) return { ok: false, code: 'TARGET_UNREADABLE', why: `fly ${what} printed more than can be read` }
  const line = errorLine(captured)
  if (FOREIGN.test(line))
    return {
      ok: false,
      code: 'TARGET_UNREADABLE',
      why: `this fly does not know \`${what}\`: another version, or another program of that name (${line})`,
    }
  const code = LOGGED_OUT.test(line) ? 'LOGGED_OUT' : NOT_VISIBLE.test(line) ? 'APP_NOT_VISIBLE' : 'TARGET_UNREACHABLE'
  return { ok: false, code, why: line || `fly ${what} ended with ${captured.exit ?? captured.signal}` }
}

const MISSING: Failure = { ok: false, code: 'TOOL_MISSING', why: 'neither fly nor flyctl is on PATH' }

/** Reads the platform through fly. */
export interface FlyReader {
  /** `full` also reads secrets and status: four calls in parallel instead of two. */
  read(full: boolean): Promise<Reading>
  /** The app's last log lines; null where they cannot be had. */
  log(): Promise<string[] | null>
  /** The name under which fly was found; the first to try before any read. */
  tool(): string
}

/** Makes a reader of one app. It remembers under which name fly was found, and what the last full read said of app and secrets. */
export const makeFlyReader = (reads: FlyReads): FlyReader => {
  let found: string | null = null
  let known: AppStatus | null = null
  let digests: Secret[] | null = null

  const run = async (argv: (tool: string) => string[], timeoutMs: number): Promise<Captured | null> => {
    for (const tool of found === null ? reads.tools : [found]) {
      const { cwd, env } = reads
      const captured = await reads.processes.capture({ argv: argv(tool), cwd, env, timeoutMs })
      if (captured.missing) continue
      found = tool
      return captured
    }
    return null
  }

  const get = async <T>(what: ReadName, parse: (printed: string) => Parsed<T>): Promise<Got<T>> => {
    const captured = await run((tool) => readArgv(tool, what, reads.app), reads.timeoutMs ?? TIMEOUT_MS)
    if (captured === null) return MISSING
    if (captured.exit !== 0 || captured.truncated || captured.timedOut) return failure(what, captured)
    const parsed = parse(captured.stdout)
    return parsed.ok ? parsed : { ok: false, code: 'TARGET_UNREADABLE', why: `fly ${what}: ${parsed.why}` }
  }

  const read = async (full: boolean): Promise<Reading> => {
    const [releases, machines, secrets, status] = await Promise.all([
      get('releases', parseReleases),
      get('machines', (printed) => parseMachines(printed, reads.key)),
      full ? get('secrets', parseSecrets) : null,
      full ? get('status', parseStatus) : null,
    ])
    for (const got of [releases, machines, secrets, status]) if (got && !got.ok) return got
    if (!releases.ok || !machines.ok) return MISSING
    known = status?.ok ? status.value : known
    digests = secrets?.ok ? secrets.value : digests
    return {
      ok: true,
      truth: {
        kind: 'fly',
        app: known?.name ?? reads.app,
        org: known?.org ?? null,
        hostname: known?.hostname ?? null,
        releases: releases.value,
        machines: machines.value,
        secrets: digests,
      },
    }
  }

  const log = async (): Promise<string[] | null> => {
    const captured = await run((tool) => logsArgv(tool, reads.app), LOG_MS)
    return captured?.exit === 0 ? captured.stdout.split('\n').filter((line) => line.trim() !== '') : null
  }

  return { read, log, tool: () => found ?? reads.tools[0] ?? 'fly' }
}
