import type { Settings } from '../config/settings.ts'
import { next } from '../errors.ts'
import { IN_A_JOB } from '../ledger/out-of-reach.ts'
import type { State } from '../ledger/state.ts'
import type { Tried } from '../ledger/try-remote.ts'
import type { Reading } from '../targets/truth.ts'
import { count } from '../words.ts'
import type { Finding, Trial } from './doctor.ts'
import { type AgentsLook, agentFindings } from './doctor-agents.ts'
import { type NotifyLook, notifyFindings } from './doctor-notify.ts'
import { type ShimLook, shimFinding } from './doctor-shim.ts'
import { asides } from './sharing.ts'

/** What a look at one env file gives. */
export interface EnvFileLook {
  there: boolean
  readable: boolean
  /** Git tracks it: its secrets are in the history. */
  tracked: boolean
  /** It enters the image. */
  ships: boolean
}

/** What reading the ledger and writing a probe beside it gave. */
export interface LedgerLook {
  state: State | null
  /** Why a probe could not be written in this clone, or null. */
  blocked: string | null
  /** The remote it is shared through, which took a probe and gave it back; null: it is in this clone alone. */
  shared: (Tried & { at: string; url: string }) | null
  /** The config says which ledger it is. */
  named: boolean
  /** Outcomes of this clone that are not in it yet. */
  waiting: number
}

/** Where the doctor's facts come from. Each throws a refusal when it cannot be had. */
export interface DoctorSources {
  node: string
  now: number
  /** What `git version` prints, or null without git. */
  git(): Promise<string | null>
  settings(): Promise<Pick<Settings, 'file' | 'app' | 'root' | 'env' | 'target' | 'smoke' | 'probes'>>
  /** First line of `fly version`, or null where there is none. */
  tool(): Promise<string | null>
  reading(): Promise<Reading>
  ledger(): Promise<LedgerLook>
  envFile(path: string): Promise<EnvFileLook>
  agents(): Promise<AgentsLook>
  /** Who is told of a halt. */
  notify?(): Promise<NotifyLook>
  /** The fly in front of fly, where one is installed. */
  shim?(): ShimLook | null
}

/** `rev-parse --path-format` came with git 2.31. */
const OLDEST_GIT = [2, 31]
const OLDEST_NODE = [20, 19]
/** A clock that is further ahead than this would show deploys as overdue or freezes as over. */
const CLOCK_SLACK_MS = 5 * 60_000

const ok = (name: string, says: string): Finding => ({ name, result: 'ok', says })
const warn = (name: string, says: string, way?: Finding['next']): Finding => ({ name, result: 'warn', says, ...(way ? { next: way } : {}) })
const fail = (name: string, says: string, exit: 64 | 69, way?: Finding['next']): Finding => ({
  name,
  result: 'fail',
  says,
  exit,
  ...(way ? { next: way } : {}),
})

const atLeast = (version: string, oldest: readonly number[]): boolean => {
  const [major = 0, minor = 0] = (/\d+\.\d+/.exec(version)?.[0] ?? '0.0').split('.').map(Number)
  const [wantedMajor = 0, wantedMinor = 0] = oldest
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
}

/** Everything that is tried, in the order it is told. */
export const trials = (sources: DoctorSources): Trial[] => [
  { name: 'node', run: async () => node(sources.node) },
  { name: 'git', run: async () => git(await sources.git()) },
  { name: 'config', run: async () => config(await sources.settings()) },
  { name: 'fly', run: async () => tool(await sources.settings(), await sources.tool()) },
  { name: 'shim', run: async () => shimFinding(sources.shim?.() ?? null) },
  { name: 'login', run: async () => login(await sources.reading()) },
  { name: 'ledger', run: async () => ledger(await sources.ledger()) },
  { name: 'ci', run: async () => jobs(await sources.ledger()) },
  { name: 'env', run: async () => envFiles(await sources.settings(), sources.envFile) },
  { name: 'proof', run: async () => proof(await sources.settings()) },
  { name: 'notify', run: async () => notifyFindings((await sources.notify?.()) ?? { outlets: [], missing: [] }) },
  { name: 'agents', run: async () => agentFindings(await sources.agents()) },
  { name: 'clock', run: async () => clock((await sources.ledger()).state, sources.now) },
]

const node = (version: string): Finding =>
  atLeast(version, OLDEST_NODE) ? ok('node', version) : fail('node', `${version}; 20.19 or newer is needed`, 64)

const git = (version: string | null): Finding => {
  if (version === null) return fail('git', 'not on PATH', 69)
  return atLeast(version, OLDEST_GIT) ? ok('git', version) : fail('git', `${version}; 2.31 or newer is needed`, 64)
}

const config = ({ file, app }: Pick<Settings, 'file' | 'app'>): Finding =>
  file === null
    ? warn('config', `${app}, by the target's own file; no safe-deploy.yml`, next('', ['safe-deploy', 'init']))
    : ok('config', `${file}, app ${app}`)

const tool = ({ target }: Pick<Settings, 'target'>, version: string | null): Finding => {
  if (target.kind !== 'fly') return ok('tool', `your own commands (${target.name})`)
  return version === null
    ? fail('fly', 'neither fly nor flyctl is on PATH; https://fly.io/docs/flyctl/install says how it gets there', 69)
    : ok('fly', version)
}

const login = (reading: Reading): Finding => {
  if (reading.ok) return ok('login', reading.truth.kind === 'fly' ? `sees ${reading.truth.app}` : 'the target answers')
  const way = reading.code === 'LOGGED_OUT' ? next('', ['fly', 'auth', 'login']) : undefined
  return { ...fail('login', reading.why, 69, way), code: reading.code }
}

const ledger = ({ state, blocked, shared, named, waiting }: LedgerLook): Finding[] => {
  if (blocked !== null) return [{ ...fail('ledger', `cannot be written: ${blocked}`, 69), code: 'LEDGER_NOT_WRITABLE' }]
  const place = shared ? `on ${shared.at}` : 'in this clone alone'
  const says = state ? `${count(state.seq, 'event')} ${place}, readable and writable` : `none yet; it can be written, ${place}`
  return [
    ok('ledger', says),
    ...(shared ? asides(shared).map((aside) => warn('ledger', aside)) : []),
    ...(shared && state && !named ? [warn('ledger', UNNAMED, next('', ['safe-deploy', 'ledger', 'share']))] : []),
    ...(waiting > 0 ? [warn('ledger', waits(waiting), next('', ['safe-deploy', 'status', '--live']))] : []),
  ]
}

const UNNAMED = 'the config does not say its id: in a new clone, one that is gone would be taken for a first deploy'
const waits = (waiting: number): string => `${count(waiting, 'outcome')} of this clone wait to be recorded`

/** What a job's token needs; which host it is shows in the URL, or it may be either. */
const jobs = ({ shared }: LedgerLook): Finding[] => {
  if (!shared) return []
  const host = IN_A_JOB.filter((_, i) => (i === 0 ? /github/i : /gitlab/i).test(shared.url))
  return (host.length > 0 ? host : IN_A_JOB).map((needs) => ok('ci', `a job that deploys needs: ${needs}`))
}

const envFiles = async ({ env }: Pick<Settings, 'env'>, look: DoctorSources['envFile']): Promise<Finding[]> => {
  if (env.files.length === 0) return [ok('env', 'no env files are configured')]
  return Promise.all(env.files.map(async (path) => envFile(path, await look(path))))
}

const envFile = (path: string, look: EnvFileLook): Finding => {
  if (!look.there) return fail('env', `${path} is not there`, 64, next('', ['safe-deploy', 'explain', 'config']))
  if (!look.readable) return fail('env', `${path} cannot be read`, 64)
  if (look.tracked)
    return warn('env', `${path} is tracked by git: its secrets are in the history`, next('', ['git', 'rm', '--cached', path]))
  if (look.ships) return warn('env', `${path} enters the image: add it to .dockerignore`)
  return ok('env', `${path}, not in git, not in the image`)
}

const proof = ({ smoke, probes }: Pick<Settings, 'smoke' | 'probes'>): Finding => {
  if (smoke.length > 0 && probes.length > 0) return ok('proof', `${smoke.length} smoke, ${probes.length} probes`)
  const lacking = [...(smoke.length === 0 ? ['no smoke command'] : []), ...(probes.length === 0 ? ['no probe'] : [])].join(', ')
  return warn('proof', `${lacking}: a deploy whose work fails would pass`, next('', ['safe-deploy', 'explain', 'config']))
}

const clock = (state: State | null, now: number): Finding => {
  const newest = state?.last ? Date.parse(state.last.at) : 0
  return newest - now > CLOCK_SLACK_MS
    ? warn(
        'clock',
        `the newest record is ${Math.round((newest - now) / 60_000)} minutes in the future; this clock or its writer's is wrong`,
      )
    : ok('clock', new Date(now).toISOString())
}
