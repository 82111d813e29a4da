import type { FlyConfig } from './config.ts'
import type { App, Assignment, Guest, Image, Machine, Release } from './state.ts'

const SMALLEST: Guest = { cpu_kind: 'shared', cpus: 1, memory_mb: 256 }

/** What one deploy wants of its machines, beside the config. */
export interface Wish {
  config: FlyConfig
  image: Image
  release: Release
  guest: Partial<Guest>
  env: Record<string, string>
  inject: Record<string, string>
}

const guestFor = (wish: Wish, group: string, before: Machine | undefined): Guest => {
  const written = wish.config.vm.filter((vm) => vm.groups.length === 0 || vm.groups.includes(group)).map((vm) => vm.guest)
  return Object.assign({}, SMALLEST, before?.guest, ...written, wish.guest)
}

export const secretValues = (app: App): Record<string, string> =>
  Object.fromEntries(Object.entries(app.secrets).map(([name, one]) => [name, one.value]))

/** The port a group's program is told about: that of its service, else that of its first check. */
const internalPortOf = (config: FlyConfig, group: string): number | null => {
  const service = config.services.find((one) => one.groups.includes(group))
  return service?.internalPort ?? config.checks.find((one) => one.groups.includes(group))?.check.port ?? null
}

/** What a machine of this group gets. A machine without a [[vm]] section keeps the size it has. */
export const assignmentFor = (wish: Wish, app: App, group: string, before: Machine | undefined): Assignment => {
  const { config, image, release } = wish
  const services = config.services.filter((one) => one.groups.includes(group))
  const line = config.groups[group] ?? null
  return {
    releaseId: release.id,
    releaseVersion: release.version,
    image,
    command: line === null ? image.command : { shell: line },
    env: { FLY_PROCESS_GROUP: group, PRIMARY_REGION: config.primaryRegion, ...config.env, ...wish.env },
    inject: wish.inject,
    secrets: secretValues(app),
    services: services.map((one) => one.raw),
    checks: [
      ...services.flatMap((one) => one.checks),
      ...config.checks.filter((one) => one.groups.includes(group)).map((one) => one.check),
    ],
    internalPort: internalPortOf(config, group),
    restart: config.restart,
    kill: config.kill,
    guest: guestFor(wish, group, before),
  }
}

/** What a machine has, as an assignment for itself or for a copy. */
export const assignmentOf = (machine: Machine): Assignment => ({
  releaseId: machine.releaseId,
  releaseVersion: machine.releaseVersion,
  image: machine.image,
  command: machine.command,
  env: machine.env,
  inject: machine.inject,
  secrets: machine.secrets,
  services: machine.services,
  checks: machine.checks,
  internalPort: machine.internalPort,
  restart: machine.restart,
  kill: machine.kill,
  guest: machine.guest,
})
