import type { Machine, MachineCheck } from '../truth.ts'
import { type Json, object, objects, type Parsed, pick, readAll, text, whole } from './document.ts'
import { fingerprint } from './fingerprint.ts'

/** Groups of fly's own: release command, test and console machines. */
const TASKS = new Set(['fly_app_release_command', 'fly_app_test_machine_command', 'fly_app_console'])

const check = (one: Json): MachineCheck => ({
  name: text(one, 'name', 'Name') ?? '',
  status: (text(one, 'status', 'Status') ?? '').toLowerCase(),
  output: (text(one, 'output', 'Output') ?? '').slice(0, 300),
})

const exitOf = (event: Json): Json | null => {
  const exit = object(object(event, 'request', 'Request'), 'exit_event', 'ExitEvent')
  return Object.keys(exit).length > 0 ? exit : null
}

/** How the present instance fared: events come newest first, those before its launch are another instance's. */
const life = (machine: Json) => {
  const events = objects(machine, 'events', 'Events')
  const from = events.findIndex((event) => text(event, 'type', 'Type') === 'launch' || text(event, 'type', 'Type') === 'update')
  const own = from < 0 ? events : events.slice(0, from)
  const last = own.find((event) => exitOf(event) !== null)
  const exit = last ? exitOf(last) : null
  const counts = own.map((event) => whole(object(event, 'request', 'Request'), 'restart_count', 'RestartCount') ?? 0)
  return {
    restarts: Math.max(0, ...counts),
    exitCode: exit ? exitCode(exit) : null,
    stopAsked: exit ? pick(exit, 'requested_stop', 'RequestedStop') === true : false,
  }
}

/** Exit codes can be negative; killed for memory is no clean end whatever the code. */
const exitCode = (exit: Json): number | null => {
  const value = pick(exit, 'exit_code', 'ExitCode')
  if (pick(exit, 'oom_killed', 'OOMKilled') === true) return 137
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null
}

const imageOf = (ref: Json): string | null => {
  const repository = text(ref, 'repository', 'Repository')
  if (repository === null) return null
  const registry = text(ref, 'registry', 'Registry')
  const tag = text(ref, 'tag', 'Tag')
  return `${registry ? `${registry}/` : ''}${repository}${tag ? `:${tag}` : ''}`
}

const strings = (from: Json): Record<string, string> =>
  Object.fromEntries(Object.entries(from).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value.slice(0, 200)]] : [])))

const servicesSay = (config: Json) => {
  const services = objects(config, 'services')
  const stop = services.map((service) => pick(service, 'autostop', 'auto_stop_machines'))
  const ports = services.flatMap((service) => objects(service, 'ports'))
  return {
    autostops: stop.some((value) => value === true || value === 'stop' || value === 'suspend'),
    http: ports.some((port) => {
      const handlers = pick(port, 'handlers')
      return Array.isArray(handlers) && (handlers.includes('http') || handlers.includes('tls'))
    }),
  }
}

const digestOf = (ref: Json): string | null => {
  const digest = text(ref, 'digest', 'Digest')
  return digest !== null && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : null
}

/** One machine; null for one that is not of the app's groups, a sentence for one that cannot be read. */
const machine =
  (key: string) =>
  (one: Json): Machine | null | string => {
    const id = text(one, 'id', 'ID')
    const state = text(one, 'state', 'State')
    if (id === null || state === null) return 'has no id and state'
    const host = text(one, 'host_status', 'HostStatus') ?? 'ok'
    const whole_ = object(one, 'config', 'Config')
    const config = Object.keys(whole_).length > 0 ? whole_ : object(one, 'incomplete_config', 'IncompleteConfig')
    if (host === 'ok' && Object.keys(config).length === 0) return 'has no config'
    const metadata = object(config, 'metadata')
    const group = text(metadata, 'fly_process_group', 'process_group') ?? ''
    const ours = text(metadata, 'fly_platform_version') === 'v2' || (host !== 'ok' && group === '')
    if (!ours || TASKS.has(group) || state === 'destroyed' || state === 'replaced' || state === 'migrated') return null
    const ref = object(one, 'image_ref', 'ImageRef')
    return {
      id,
      group,
      state,
      instance: text(one, 'instance_id', 'InstanceID') ?? '',
      version: whole(metadata, 'fly_release_version'),
      release: text(metadata, 'fly_release_id'),
      image: imageOf(ref),
      digest: digestOf(ref),
      labels: strings(object(ref, 'labels', 'Labels')),
      cordoned: pick(one, 'cordoned', 'Cordoned') === true,
      reachable: host === 'ok',
      checks: objects(one, 'checks', 'Checks').map(check),
      ...life(one),
      region: text(one, 'region', 'Region') ?? '',
      memoryMb: whole(object(config, 'guest'), 'memory_mb'),
      config: fingerprint(config, key),
      mounts: objects(config, 'mounts').flatMap((mount) => text(mount, 'name', 'volume') ?? []),
      standby: Array.isArray(config.standbys) && config.standbys.length > 0,
      canary: text(metadata, 'fly_canary') === 'true',
      ...servicesSay(config),
    }
  }

/**
 * Reads `fly machine list --json`, sorted by id. Env values stay behind: only their keyed fingerprint goes on.
 * @param key what env values are fingerprinted with
 */
export const parseMachines = (printed: string, key: string): Parsed<Machine[]> => {
  const read = readAll(printed, (one) => {
    const got = machine(key)(one)
    return typeof got === 'string' ? got : { got }
  })
  if (!read.ok) return read
  const machines = read.value.flatMap(({ got }) => got ?? [])
  return { ok: true, value: machines.sort((a, b) => (a.id < b.id ? -1 : 1)) }
}
