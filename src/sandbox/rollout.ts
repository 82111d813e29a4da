import { FlyError } from './fail.ts'
import { isoNow, machineId, ulid } from './ids.ts'
import { isRunning, removeProcess, startProcess, stopProcess } from './machines.ts'
import { freePort } from './port.ts'
import type { Shell } from './shell.ts'
import { type App, type Assignment, appOf, changeApp, changeMachine, type Machine, readState } from './state.ts'
import { type Patience, verifyMachine } from './verify.ts'

/** How machines are brought to a release. */
export interface Rollout {
  shell: Shell
  app: string
  /** `before` is the machine to update, undefined for a new one. */
  assign: (app: App, group: string, before: Machine | undefined) => Assignment
  patience: Patience
  /** Checks are shown as critical and not waited for (scenario unhealthy). */
  critical: boolean
  region: string
}

const appNow = (roll: Rollout): App => appOf(readState(roll.shell.home), roll.app)
const portsOf = (home: string): number[] =>
  Object.values(readState(home).apps).flatMap((app) => [app.port, ...app.machines.flatMap((machine) => machine.port ?? [])])

/** The first machine with a service answers on the app's own port, others on spare ones. */
const portFor = (app: App, next: Assignment, before: Machine | undefined, spare: number): number | null => {
  if (next.internalPort === null) return null
  if (before?.port) return before.port
  const taken = app.machines.some((machine) => machine.port === app.port)
  return next.services.length > 0 && !taken ? app.port : spare
}

const launch = async (roll: Rollout, machine: Machine): Promise<void> => {
  startProcess(roll.shell, roll.app, machine)
  await verifyMachine(roll.shell, machine, { ...roll.patience, health: roll.patience.health && !roll.critical })
}

const settle = async (roll: Rollout, machine: Machine, verb: string): Promise<void> => {
  try {
    await launch(roll, machine)
  } catch (error) {
    const text = (error as FlyError).silent ? 'canceled while it was in progress' : `failed: ${(error as Error).message}`
    roll.shell.out(`Machine ${machine.id} ${verb} ${text}\n`)
    throw error
  }
  roll.shell.out(`Machine ${machine.id} ${verb} succeeded\n`)
}

/** Updates one machine in place: new instance, new metadata and image. One that is stopped stays stopped, unverified. */
export const updateMachine = async (roll: Rollout, id: string): Promise<void> => {
  const { shell, app } = roll
  roll.patience.guard()
  const before = appNow(roll).machines.find((machine) => machine.id === id)
  if (!before) throw new FlyError(`failed to update machine ${id}: machine not found`)
  const wasRunning = isRunning(shell.home, before)
  const spare = await freePort(portsOf(shell.home))
  shell.out(`Updating ${id} [${before.group}]\n`)
  await stopProcess(shell.home, id)
  const now = changeApp(shell.home, app, (state) => {
    const machine = state.machines.find((one) => one.id === id)
    if (!machine) throw new FlyError(`failed to update machine ${id}: machine not found`)
    const next = roll.assign(state, machine.group, machine)
    const port = portFor(state, next, machine, spare)
    const forcedChecks = roll.critical ? ('critical' as const) : null
    return Object.assign(machine, next, {
      port,
      forcedChecks,
      instanceId: ulid(),
      updatedAt: isoNow(),
      wanted: wasRunning ? 'started' : 'stopped',
    })
  })
  if (wasRunning) await settle(roll, now, 'update')
  else shell.out(`Machine ${id} update succeeded\n`)
}

const WORDS = ['quiet', 'still', 'bold', 'small', 'green', 'river', 'field', 'stone', 'cloud', 'light']
const nameOf = (id: string): string =>
  `${WORDS[Number.parseInt(id[0]!, 16) % 5]}-${WORDS[5 + (Number.parseInt(id[1]!, 16) % 5)]}-${id.slice(10)}`

const blank = (group: string, region: string): Omit<Machine, keyof Assignment | 'port'> => {
  const id = machineId()
  const at = isoNow()
  return {
    id,
    name: nameOf(id),
    group,
    region,
    instanceId: ulid(),
    createdAt: at,
    updatedAt: at,
    wanted: 'started',
    lease: null,
    marks: {},
    forcedChecks: null,
  }
}

/** Makes a machine of a group, starts and verifies it. Returns its id. */
export const createMachine = async (roll: Rollout, group: string, marks: Record<string, string> = {}): Promise<string> => {
  roll.patience.guard()
  const spare = await freePort(portsOf(roll.shell.home))
  const machine = changeApp(roll.shell.home, roll.app, (app): Machine => {
    const next = roll.assign(app, group, undefined)
    const forcedChecks = roll.critical ? 'critical' : null
    const made: Machine = { ...blank(group, roll.region), ...next, port: portFor(app, next, undefined, spare), marks, forcedChecks }
    app.machines.push(made)
    return made
  })
  await settle(roll, machine, 'creation')
  return machine.id
}

/** Ends machines and forgets them. */
export const destroyMachines = async (home: string, app: string, ids: readonly string[]): Promise<void> => {
  for (const id of ids) await removeProcess(home, id)
  changeApp(home, app, (state) => {
    state.machines = state.machines.filter((machine) => !ids.includes(machine.id))
  })
}

/** Moves a machine to another port by starting its program again; its instance stays the same. */
export const movePort = async (roll: Rollout, id: string, port: number): Promise<void> => {
  await stopProcess(roll.shell.home, id)
  const machine = changeMachine(roll.shell.home, roll.app, id, (one) => {
    one.port = port
  })
  if (machine) await launch(roll, machine)
}
