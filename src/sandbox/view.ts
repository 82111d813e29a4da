import { type CheckResult, type Live, type MachineEvent, readLive, stateOf } from './live.ts'
import type { App, Image, Json, Machine, Release } from './state.ts'

export const VERSION = '0.4.95'
const ORG = (slug: string): Record<string, Json> => ({
  ID: 'org_pocket',
  InternalNumericID: '1',
  Name: slug,
  Slug: slug,
  RawSlug: '',
  PaidPlan: true,
})

/** One element of `fly releases --json`. Fields that the platform's query does not ask for have their zero values. */
export const releaseView = (release: Release): Record<string, Json> => ({
  ID: release.id,
  Version: release.version,
  Stable: release.status === 'complete',
  InProgress: false,
  Reason: '',
  Description: release.description,
  Status: release.status,
  DeploymentStrategy: '',
  Metadata: null,
  User: { ID: release.user.id, Name: release.user.name, Email: release.user.email, EnablePaidHobby: false },
  EvaluationID: '',
  CreatedAt: release.createdAt,
  ImageRef: release.imageRef,
})

const repositoryOf = (image: Image): string => image.ref.replace(/^[^/]+\//, '').replace(/(@sha256:[0-9a-f]+|:[^:/]+)$/, '')

const imageView = (image: Image): Record<string, Json> => ({
  registry: 'registry.fly.io',
  repository: repositoryOf(image),
  tag: image.tag,
  digest: image.digest,
  labels: image.labels,
})

const HTTP = (check: Machine['checks'][number]): Record<string, Json> =>
  check.type === 'http' ? { method: check.method.toLowerCase(), path: check.path } : {}

const checksConfig = (machine: Machine): Record<string, Json> =>
  Object.fromEntries(
    machine.checks
      .filter((check) => !check.name.startsWith('servicecheck-'))
      .map((check) => [
        check.name,
        {
          type: check.type,
          port: check.port,
          interval: `${check.intervalMs / 1000}s`,
          timeout: `${check.timeoutMs / 1000}s`,
          ...HTTP(check),
        },
      ]),
  )

const configView = (machine: Machine): Record<string, Json> => ({
  env: machine.env,
  init: {},
  guest: { ...machine.guest },
  metadata: {
    fly_flyctl_version: VERSION,
    fly_platform_version: 'v2',
    fly_process_group: machine.group,
    fly_release_id: machine.releaseId,
    fly_release_version: String(machine.releaseVersion),
    ...machine.marks,
  },
  services: machine.services,
  checks: checksConfig(machine),
  image: machine.image.ref,
  restart: { policy: machine.restart.policy, max_retries: machine.restart.retries },
})

const forced = (machine: Machine): CheckResult[] => {
  const names = machine.checks.length > 0 ? machine.checks.map((check) => check.name) : ['servicecheck-00-http-8080']
  return names.map((name) => ({ name, status: 'critical', output: 'connect: connection refused', updated_at: machine.updatedAt }))
}

/** The results of a machine's checks; none right after its launch. */
export const checksView = (home: string, machine: Machine): CheckResult[] => {
  const live = readLive(home, machine)
  if (machine.forcedChecks === 'critical') return forced(machine)
  if (stateOf(machine, live) === 'started') return live?.checks ?? []
  return machine.checks.map(({ name }) => ({
    name,
    status: 'warning',
    output: "the machine hasn't started",
    updated_at: machine.updatedAt,
  }))
}

/** What ended without saying so (killed from outside) still shows an exit. */
const eventsView = (live: Live | null, state: string): MachineEvent[] => {
  const events = live?.events ?? []
  if (!live || state !== 'stopped' || events[0]?.type === 'exit') return events
  const exit_event = {
    exit_code: 137,
    guest_signal: 9,
    oom_killed: false,
    requested_stop: false,
    restarting: false,
    exited_at: new Date(live.startedAt).toISOString(),
  }
  return [
    { type: 'exit', status: 'stopped', source: 'flyd', timestamp: live.startedAt, request: { exit_event, restart_count: live.restarts } },
    ...events,
  ]
}

const addressOf = (id: string): string => `fdaa:0:1:a7b:${id.slice(0, 4)}:${id.slice(4, 8)}:${id.slice(8, 12)}:2`

/** One element of `fly machine list --json`. */
export const machineView = (home: string, machine: Machine): Record<string, unknown> => {
  const live = readLive(home, machine)
  const state = stateOf(machine, live)
  return {
    id: machine.id,
    name: machine.name,
    state,
    region: machine.region,
    image_ref: imageView(machine.image),
    instance_id: machine.instanceId,
    version: machine.instanceId,
    private_ip: addressOf(machine.id),
    created_at: machine.createdAt,
    updated_at: machine.updatedAt,
    config: configView(machine),
    events: eventsView(live, state),
    checks: checksView(home, machine),
    host_status: 'ok',
    cordoned: false,
  }
}

export const isTask = (machine: Machine): boolean => machine.group === 'fly_app_release_command'

/** Where the app answers: a loopback port, since the pocket has no proxy. */
export const hostOf = (app: App): string => `127.0.0.1:${app.port}`

const statusOf = (app: App): string => (app.machines.length > 0 ? 'deployed' : app.releases.length > 0 ? 'suspended' : 'pending')

/** The object of `fly status --json`, with these machines. */
export const statusView = (home: string, app: App, machines: readonly Machine[]): Record<string, unknown> => ({
  AppURL: `http://${hostOf(app)}`,
  Deployed: app.releases.length > 0,
  Hostname: hostOf(app),
  ID: app.name,
  Machines: machines.filter((machine) => !isTask(machine)).map((machine) => machineView(home, machine)),
  Name: app.name,
  Network: 'default',
  Organization: { ...ORG(app.org), InternalNumericID: '1' },
  PlatformVersion: 'machines',
  Status: statusOf(app),
  Version: app.releases.at(-1)?.version ?? 0,
})

/** One element of `fly apps list --json`. */
export const appView = (app: App): Record<string, unknown> => {
  const last = app.releases.at(-1)
  return {
    ID: app.name,
    InternalNumericID: app.number,
    Name: app.name,
    State: 'DEPLOYED',
    Status: statusOf(app),
    Deployed: app.releases.length > 0,
    Hostname: hostOf(app),
    AppURL: `http://${hostOf(app)}`,
    Version: last?.version ?? 0,
    Organization: ORG(app.org),
    CurrentRelease: last ? releaseView(last) : null,
    Network: 'default',
  }
}
