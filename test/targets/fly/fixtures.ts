import { parseMachines } from '../../../src/targets/fly/machine.ts'
import { parseReleases } from '../../../src/targets/fly/parse.ts'
import type { FlyTruth, ToolRun } from '../../../src/targets/truth.ts'

/** Digest of an image, by a letter. */
export const digest = (letter: string): string => `sha256:${letter.repeat(64)}`

export interface MachineSketch {
  id?: string
  group?: string
  state?: string
  version?: number | null
  instance?: string
  image?: string
  region?: string
  host?: string
  check?: string
  restarts?: number
  exit?: number
  stopAsked?: boolean
  autostop?: string | boolean
  standby?: boolean
  canary?: boolean
  cordoned?: boolean
  labels?: Record<string, string> | null
  env?: Record<string, string>
  config?: Record<string, unknown>
}

const exitEvent = (sketch: MachineSketch) => ({
  type: 'exit',
  status: 'stopped',
  source: 'flyd',
  timestamp: 1755770000500,
  request: {
    exit_event: { exit_code: sketch.exit, oom_killed: false, requested_stop: sketch.stopAsked ?? false, restarting: false },
    restart_count: sketch.restarts ?? 0,
  },
})

/** A machine as `fly machine list --json` shows it. Image `a` of release 41 by default. */
export const machineJson = (sketch: MachineSketch = {}): Record<string, unknown> => {
  const version = sketch.version === undefined ? 41 : sketch.version
  const image = sketch.image ?? 'a'
  const config = {
    image: `registry.fly.io/everflow:deployment-${image}`,
    env: sketch.env ?? { DATABASE_URL: 'postgres://u:hunter2@db/x' },
    metadata: {
      fly_platform_version: 'v2',
      fly_process_group: sketch.group ?? 'app',
      ...(version === null ? {} : { fly_release_id: `rel_${version}`, fly_release_version: String(version) }),
      fly_flyctl_version: '0.4.95',
      ...(sketch.canary ? { fly_canary: 'true' } : {}),
    },
    services: [
      {
        internal_port: 8080,
        ...(sketch.autostop === undefined ? {} : { autostop: sketch.autostop }),
        ports: [{ port: 443, handlers: ['tls', 'http'] }],
      },
    ],
    guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 512 },
    mounts: [{ volume: 'vol_1', name: 'data', path: '/data' }],
    ...(sketch.standby ? { standbys: ['other'] } : {}),
    ...sketch.config,
  }
  return {
    id: sketch.id ?? 'm1',
    name: 'quiet-river-1',
    state: sketch.state ?? 'started',
    region: sketch.region ?? 'ams',
    image_ref: {
      registry: 'registry.fly.io',
      repository: 'everflow',
      tag: `deployment-${image}`,
      digest: digest(image),
      labels: sketch.labels === undefined ? {} : sketch.labels,
    },
    instance_id: sketch.instance ?? `i-${version}`,
    version: sketch.instance ?? `i-${version}`,
    private_ip: 'fdaa::2',
    ...(sketch.host && sketch.host !== 'ok' ? { incomplete_config: { metadata: config.metadata } } : { config }),
    events: [
      ...(sketch.exit === undefined ? [] : [exitEvent(sketch)]),
      { type: 'start', status: 'started', source: 'flyd', timestamp: 1755770000400 },
      { type: 'launch', status: 'created', source: 'user', timestamp: 1755770000300 },
      { type: 'exit', status: 'stopped', source: 'flyd', timestamp: 1, request: { exit_event: { exit_code: 1 }, restart_count: 9 } },
    ],
    checks: sketch.check === '' ? [] : [{ name: 'servicecheck-00-http-8080', status: sketch.check ?? 'passing', output: 'body: nope' }],
    host_status: sketch.host ?? 'ok',
    cordoned: sketch.cordoned ?? false,
  }
}

export const releaseJson = (version: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  ID: `rel_${version}`,
  Version: version,
  Stable: true,
  InProgress: false,
  Reason: '',
  Description: 'Release',
  Status: 'complete',
  DeploymentStrategy: '',
  Metadata: null,
  User: { ID: 'u1', Name: 'Ada', Email: 'ada@example.com', EnablePaidHobby: false },
  EvaluationID: '',
  CreatedAt: '2026-08-21T10:00:00Z',
  ImageRef: `registry.fly.io/everflow:deployment-${version === 41 ? 'a' : 'b'}`,
  ...more,
})

const must = <T>(parsed: { ok: true; value: T } | { ok: false; why: string }): T => {
  if (!parsed.ok) throw new Error(parsed.why)
  return parsed.value
}

/** A look at the app, made of sketches and going through the real parsers. */
export const truth = (machines: MachineSketch[], releases: Record<string, unknown>[] = [releaseJson(41)]): FlyTruth => ({
  kind: 'fly',
  app: 'everflow',
  org: 'personal',
  hostname: 'everflow.fly.dev',
  releases: must(parseReleases(JSON.stringify(releases))),
  machines: must(parseMachines(JSON.stringify(machines.map(machineJson)), 'key')),
  secrets: [],
})

export const ended = (exit: number | null, more: Partial<ToolRun> = {}): ToolRun => ({
  exit,
  signal: null,
  timedOut: false,
  emitted: exit === 0 ? { id: 'rel_42', version: 42, image: 'registry.fly.io/everflow:deployment-b' } : null,
  tail: [],
  ...more,
})
