import type { FlyConfig } from './config.ts'
import { FlyError } from './fail.ts'
import { createMachine, destroyMachines, type Rollout, updateMachine } from './rollout.ts'
import type { Scenario } from './scenario.ts'
import type { App, Machine } from './state.ts'
import { isTask } from './view.ts'

/** What a deploy does to the machines of an app. */
export interface Fleet {
  update: Machine[]
  /** Machines of groups that the config no longer names. */
  destroy: Machine[]
  /** Groups without a machine; true where the group has a service. */
  create: { group: string; served: boolean }[]
}

export interface Selection {
  only: string[]
  except: string[]
  groups: string[]
  regions: string[]
  exceptRegions: string[]
  /** The platform shows no machines, though there are (scenario empty-machine-list). */
  blind: boolean
}

const selects =
  (want: Selection) =>
  (machine: Machine): boolean =>
    (want.only.length === 0 || want.only.includes(machine.id)) &&
    !want.except.includes(machine.id) &&
    (want.groups.length === 0 || want.groups.includes(machine.group)) &&
    (want.regions.length === 0 || want.regions.includes(machine.region)) &&
    !want.exceptRegions.includes(machine.region)

/** Sorts machines into updated, destroyed and missing. */
export const fleetOf = (app: App, config: FlyConfig, want: Selection): Fleet => {
  const seen = want.blind ? [] : app.machines.filter((machine) => !isTask(machine))
  const groups = Object.keys(config.groups)
  const known = seen.filter((machine) => groups.includes(machine.group))
  return {
    update: known.filter(selects(want)),
    destroy: seen.filter((machine) => !groups.includes(machine.group)),
    create: groups
      .filter((group) => !known.some((machine) => machine.group === group) && (want.groups.length === 0 || want.groups.includes(group)))
      .map((group) => ({ group, served: config.services.some((one) => one.groups.includes(group)) })),
  }
}

interface Manner {
  strategy: string
  scenarios: ReadonlySet<Scenario>
  ha: boolean
  updateOnly: boolean
}

/** Destroys the machines of groups that are gone, after only a printed warning. */
export const destroyGone = async (roll: Rollout, gone: readonly Machine[]): Promise<void> => {
  if (gone.length === 0) return
  const groups = [...new Set(gone.map((machine) => machine.group))]
  const lines = groups.map((group) => ` * destroy ${gone.filter((machine) => machine.group === group).length} "${group}" machines\n`)
  roll.shell.out(`Process groups have changed. This will:\n${lines.join('')}\n`)
  await destroyMachines(
    roll.shell.home,
    roll.app,
    gone.map((machine) => machine.id),
  )
}

const createMissing = async (roll: Rollout, missing: Fleet['create'], ha: boolean): Promise<void> => {
  for (const { group, served } of missing) {
    roll.shell.out(`No machines in group ${group}, launching a new machine\n`)
    await createMachine(roll, group)
    if (ha && served) await createMachine(roll, group)
  }
}

const TIMEOUT = (id: string): FlyError =>
  new FlyError(`timeout reached waiting for health checks to pass for machine ${id}: net/http: request canceled`)

const updateFirst = async (roll: Rollout, machines: readonly Machine[], scenarios: ReadonlySet<Scenario>): Promise<void> => {
  const first = machines[0]
  if (first && scenarios.has('health-timeout-partial')) {
    await updateMachine({ ...roll, critical: true }, first.id)
    throw TIMEOUT(first.id)
  }
  if (scenarios.has('silent-127')) {
    if (first && machines.length > 1) await updateMachine(roll, first.id)
    throw new FlyError(null, 127)
  }
}

/** Rolling, canary and immediate: one machine after the other, a failure stops and leaves the rest as they are. */
export const rollFleet = async (roll: Rollout, fleet: Fleet, manner: Manner): Promise<void> => {
  await destroyGone(roll, fleet.destroy)
  if (!manner.updateOnly) await createMissing(roll, fleet.create, manner.ha)
  if (fleet.update.length > 0) roll.shell.out(`Updating existing machines in '${roll.app}' with ${manner.strategy} strategy\n`)
  await updateFirst(roll, fleet.update, manner.scenarios)
  for (const machine of fleet.update) await updateMachine(roll, machine.id)
  if (manner.scenarios.has('silent-127-done')) throw new FlyError(null, 127)
  if (manner.scenarios.has('exit1-but-serving')) throw TIMEOUT(fleet.update[0]?.id ?? '0000000000000a')
}
