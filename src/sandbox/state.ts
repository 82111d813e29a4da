import { FlyError } from './fail.ts'
import { readText, writeWhole } from './files.ts'
import { files } from './home.ts'
import { locked } from './lock.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** What a machine runs: words, or a line for `sh -c`. */
export type Command = { argv: string[] } | { shell: string }

export interface CheckSpec {
  name: string
  type: 'http' | 'tcp'
  port: number
  path: string
  method: string
  headers: Record<string, string>
  intervalMs: number
  timeoutMs: number
  graceMs: number
}

export interface Guest {
  cpu_kind: string
  cpus: number
  memory_mb: number
}

export interface Lease {
  nonce: string
  owner: string
  expiresAt: number
}

export interface Image {
  ref: string
  tag: string
  digest: string
  /** Name of its folder under images/. */
  content: string
  labels: Record<string, string>
  size: number
  createdAt: string
  command: Command | null
  env: Record<string, string>
}

export type ReleaseStatus = 'pending' | 'running' | 'complete' | 'failed' | 'interrupted'

export interface Release {
  id: string
  version: number
  status: ReleaseStatus
  imageRef: string
  description: string
  user: { id: string; name: string; email: string }
  createdAt: string
}

/** What an update gives a machine. */
export interface Assignment {
  releaseId: string
  releaseVersion: number
  image: Image
  command: Command | null
  env: Record<string, string>
  /** Environment added by a scenario; never shown. */
  inject: Record<string, string>
  secrets: Record<string, string>
  services: Json[]
  checks: CheckSpec[]
  internalPort: number | null
  restart: { policy: string; retries: number }
  kill: { signal: string; timeoutMs: number }
  guest: Guest
}

export interface Machine extends Assignment {
  id: string
  name: string
  group: string
  region: string
  instanceId: string
  createdAt: string
  updatedAt: string
  wanted: 'started' | 'stopped'
  port: number | null
  lease: Lease | null
  /** More metadata, e.g. the bluegreen tag. */
  marks: Record<string, string>
  forcedChecks: 'critical' | null
}

export interface Secret {
  value: string
  digest: string
  createdAt: string
  updatedAt: string
}

export interface App {
  id: string
  number: number
  name: string
  org: string
  createdAt: string
  /** The loopback port its service answers on. */
  port: number
  releases: Release[]
  machines: Machine[]
  secrets: Record<string, Secret>
  images: Image[]
  /** The definition of the newest release, as parsed from its config file. */
  config: { [key: string]: Json } | null
  /** After the next read, machines of this release are gone (scenario exit0-then-gone). */
  vanish: number | null
}

export interface State {
  version: 1
  apps: Record<string, App>
}

/** The state as it is, without waiting for anybody; writers replace the file whole. */
export const readState = (home: string): State => {
  const text = readText(files.state(home))
  if (text === null) return { version: 1, apps: {} }
  try {
    const state = JSON.parse(text) as State
    if (state.version === 1) return state
  } catch {}
  throw new FlyError(`pocket fly: ${files.state(home)} is not a state of this version; remove POCKET_FLY_HOME and start again`)
}

/** Reads, changes and writes the state under its lock; returns what `change` returns. A throw writes nothing. */
export const changeState = <T>(home: string, change: (state: State) => T): T =>
  locked(files.lock(home), () => {
    const state = readState(home)
    const result = change(state)
    writeWhole(files.state(home), JSON.stringify(state))
    return result
  })

/** The app of that name in a state, or flyctl's refusal. */
export const appOf = (state: State, name: string): App => {
  const app = Object.hasOwn(state.apps, name) ? state.apps[name] : undefined
  if (!app) throw new FlyError(`Could not find App "${name}"`)
  return app
}

/** Changes one app. */
export const changeApp = <T>(home: string, name: string, change: (app: App) => T): T =>
  changeState(home, (state) => change(appOf(state, name)))

/** Changes one machine; null when it is gone meanwhile. */
export const changeMachine = (home: string, name: string, id: string, change: (machine: Machine) => void): Machine | null =>
  changeApp(home, name, (app) => {
    const machine = app.machines.find((one) => one.id === id)
    if (machine) change(machine)
    return machine ?? null
  })
