import type { RawConfig } from './config-file.ts'
import { durationMs } from './duration.ts'
import { FlyError } from './fail.ts'
import type { CheckSpec, Guest, Json } from './state.ts'

interface Service {
  internalPort: number
  groups: string[]
  checks: CheckSpec[]
  raw: Json
}

/** fly.toml as the pocket understands it. */
export interface FlyConfig {
  primaryRegion: string
  build: { image?: string; dockerfile?: string; ignorefile?: string }
  env: Record<string, string>
  releaseCommand: string | null
  strategy: string | null
  /** Process group → its command line; null line: the image's own command. */
  groups: Record<string, string | null>
  services: Service[]
  checks: { check: CheckSpec; groups: string[] }[]
  vm: { guest: Partial<Guest>; groups: string[] }[]
  restart: { policy: string; retries: number }
  kill: { signal: string; timeoutMs: number }
}

const table = (value: Json | undefined): RawConfig => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {})
const tables = (value: Json | undefined): RawConfig[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(table)
const text = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const texts = (value: Json | undefined): string[] => (Array.isArray(value) ? value : []).filter((one) => typeof one === 'string')
const strings = (value: Json | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(table(value)).map(([key, one]) => [key, String(one)]))

/** The group that everything without a `processes` list belongs to: `app`, else the first by name. */
const defaultGroup = (groups: readonly string[]): string => (groups.includes('app') ? 'app' : ([...groups].sort()[0] ?? 'app'))

const checkOf = (raw: RawConfig, name: string, type: 'http' | 'tcp', port: number): CheckSpec => ({
  name,
  type,
  port,
  path: text(raw.path) ?? '/',
  method: (text(raw.method) ?? 'GET').toUpperCase(),
  headers: strings(raw.headers),
  intervalMs: durationMs(raw.interval) ?? 15_000,
  timeoutMs: durationMs(raw.timeout) ?? 2_000,
  graceMs: durationMs(raw.grace_period) ?? 1_000,
})

/** Checks of a service are named by place and port, as the platform names them. */
const serviceChecks = (http: RawConfig[], tcp: RawConfig[], port: number): CheckSpec[] =>
  [...tcp.map((raw) => ['tcp', raw] as const), ...http.map((raw) => ['http', raw] as const)].map(([type, raw], i) =>
    checkOf(raw, `servicecheck-${String(i).padStart(2, '0')}-${type}-${port}`, type, port),
  )

const serviceOf = (raw: RawConfig, http: RawConfig[], tcp: RawConfig[], groups: readonly string[]): Service => {
  const internalPort = Number(raw.internal_port ?? 8080)
  const named = texts(raw.processes)
  return { internalPort, groups: named.length > 0 ? named : [defaultGroup(groups)], checks: serviceChecks(http, tcp, internalPort), raw }
}

/** The ports that `http_service` stands for, as the platform lists them. */
const HTTP_PORTS = [
  { port: 80, handlers: ['http'] },
  { port: 443, handlers: ['http', 'tls'] },
]

const servicesOf = (raw: RawConfig, groups: readonly string[]): Service[] => {
  const http = raw.http_service === undefined ? [] : [table(raw.http_service)]
  return [
    ...http.map((one) => serviceOf({ protocol: 'tcp', ports: HTTP_PORTS, ...one }, tables(one.checks), [], groups)),
    ...tables(raw.services).map((one) => serviceOf(one, tables(one.http_checks), tables(one.tcp_checks), groups)),
  ]
}

const topChecks = (raw: RawConfig, groups: readonly string[]): FlyConfig['checks'] =>
  Object.entries(table(raw.checks)).map(([name, one]) => {
    const check = table(one)
    const named = texts(check.processes)
    const type = check.type === 'tcp' ? 'tcp' : 'http'
    return { check: checkOf(check, name, type, Number(check.port ?? 8080)), groups: named.length > 0 ? named : [defaultGroup(groups)] }
  })

/** Megabytes of `512`, `512mb`, `1gb`. */
export const megabytes = (value: unknown): number | undefined => {
  const match = /^(\d+)\s*(mb|gb|m|g)?$/i.exec(String(value ?? ''))
  return match ? Number(match[1]) * (/^g/i.test(match[2] ?? '') ? 1024 : 1) : undefined
}

const SIZE = /^(shared|performance)-(?:cpu-)?(\d+)x$/

/** The guest of a size name, e.g. `shared-cpu-2x`; empty for an unknown one. */
export const sizeOf = (name: string | undefined): Partial<Guest> => {
  const match = SIZE.exec(name ?? '')
  if (!match) return {}
  const cpus = Number(match[2])
  return { cpu_kind: match[1]!, cpus, memory_mb: cpus * (match[1] === 'shared' ? 256 : 2048) }
}

const guestOf = (raw: RawConfig): Partial<Guest> => {
  const memory = megabytes(raw.memory_mb ?? raw.memory)
  return {
    ...sizeOf(text(raw.size)),
    ...(raw.cpu_kind === undefined ? {} : { cpu_kind: String(raw.cpu_kind) }),
    ...(raw.cpus === undefined ? {} : { cpus: Number(raw.cpus) }),
    ...(memory === undefined ? {} : { memory_mb: memory }),
  }
}

/** A process line may be a list of words; each is then quoted for the shell. */
const lineOf = (value: Json): string =>
  Array.isArray(value) ? value.map((word) => `'${String(word).replaceAll("'", `'\\''`)}'`).join(' ') : String(value)

const groupsOf = (raw: RawConfig): Record<string, string | null> => {
  const entries = Object.entries(table(raw.processes))
  return entries.length === 0 ? { app: null } : Object.fromEntries(entries.map(([name, line]) => [name, lineOf(line) || null]))
}

/** Problems that make the platform refuse the config. */
const problems = (config: FlyConfig): string[] => {
  const named = [
    ...config.services.flatMap((one) => one.groups),
    ...config.checks.flatMap((one) => one.groups),
    ...config.vm.flatMap((one) => one.groups),
  ]
  const strangers = [...new Set(named)].filter((name) => !Object.hasOwn(config.groups, name))
  const ports = config.services.filter((one) => !(one.internalPort >= 1 && one.internalPort <= 65_535))
  return [
    ...strangers.map((name) => `Service or check expects process group '${name}' but it is not defined in the processes section`),
    ...ports.map(() => 'internal_port must be a number between 1 and 65535'),
  ]
}

/** Turns a parsed fly.toml into what the pocket works with. Unknown keys are ignored; what the platform would refuse throws. */
export const normalise = (raw: RawConfig): FlyConfig => {
  const groups = groupsOf(raw)
  const names = Object.keys(groups)
  const deploy = table(raw.deploy)
  const build = table(raw.build)
  const restart = tables(raw.restart)[0] ?? {}
  const config: FlyConfig = {
    primaryRegion: text(raw.primary_region) ?? 'ams',
    build: { image: text(build.image), dockerfile: text(build.dockerfile), ignorefile: text(build.ignorefile) },
    env: strings(raw.env),
    releaseCommand: text(deploy.release_command) ?? null,
    strategy: text(deploy.strategy) ?? null,
    groups,
    services: servicesOf(raw, names),
    checks: topChecks(raw, names),
    vm: tables(raw.vm).map((one) => ({ guest: guestOf(one), groups: texts(one.processes) })),
    restart: { policy: text(restart.policy) ?? 'on-failure', retries: Number(restart.retries ?? 10) },
    kill: { signal: text(raw.kill_signal) ?? 'SIGINT', timeoutMs: durationMs(raw.kill_timeout) ?? 5_000 },
  }
  const wrong = problems(config)
  if (wrong.length > 0) throw new FlyError(`App configuration is not valid\n${wrong.map((one) => `   - ${one}`).join('\n')}`)
  return config
}
