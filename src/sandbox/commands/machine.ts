import { isOn } from '../argv.ts'
import { appHere, type Call, printJson, type Run, wantsJson } from '../command.ts'
import { FlyError } from '../fail.ts'
import { readLive, stateOf } from '../live.ts'
import { awaitStart, isRunning, startProcess, stopProcess } from '../machines.ts'
import { destroyMachines } from '../rollout.ts'
import { type App, appOf, changeMachine, type Machine, readState } from '../state.ts'
import { machineView } from '../view.ts'
import { machineRows, shownMachines, vanish } from './status.ts'

/** `fly machine list`. */
export const list: Run = async (call) => {
  const app = await appHere(call)
  const machines = shownMachines(call, app)
  if (wantsJson(call))
    printJson(
      call,
      machines.map((machine) => machineView(call.shell.home, machine)),
    )
  else if (isOn(call.parsed, 'quiet')) call.shell.out(machines.map((machine) => `${machine.id}\n`).join(''))
  else call.shell.out(`${machines.length} machines have been retrieved from app ${app.name}.\n\n${machineRows(call, machines)}`)
  await vanish(call, app)
}

/** The app that has a machine: a machine id is enough to find it. */
const holderOf = async (call: Call, id: string): Promise<{ app: App; machine: Machine }> => {
  const apps =
    call.parsed.flags.has('app') || call.shell.env.FLY_APP ? [await appHere(call)] : Object.values(readState(call.shell.home).apps)
  for (const app of apps) {
    const machine = app.machines.find((one) => one.id === id)
    if (machine) return { app, machine }
  }
  throw new FlyError(`could not get machine ${id}: failed to get VM ${id}: machine not found`)
}

const setWanted = (call: Call, app: string, id: string, wanted: Machine['wanted']): Machine => {
  const machine = changeMachine(call.shell.home, app, id, (one) => {
    one.wanted = wanted
  })
  if (!machine) throw new FlyError(`could not get machine ${id}: failed to get VM ${id}: machine not found`)
  return machine
}

const bootOne = async (call: Call, app: string, id: string): Promise<void> => {
  const machine = setWanted(call, app, id, 'started')
  startProcess(call.shell, app, machine)
  await awaitStart(call.shell.home, machine, () => {})
}

const each = async (call: Call, ids: readonly string[], act: (app: App, machine: Machine) => Promise<void>): Promise<void> => {
  if (ids.length === 0) throw new FlyError('a machine ID must be specified when not running interactively')
  for (const id of ids) {
    const { app, machine } = await holderOf(call, id)
    await act(app, machine)
  }
}

/** `fly machine start ID…`; starting a started one changes nothing. */
export const start: Run = (call) =>
  each(call, call.parsed.args, async (app, machine) => {
    if (!isRunning(call.shell.home, machine)) await bootOne(call, app.name, machine.id)
    call.shell.out(`${machine.id} has been started\n`)
  })

/** `fly machine stop ID…` */
export const stop: Run = (call) =>
  each(call, call.parsed.args, async (app, machine) => {
    call.shell.out(`Sending kill signal to machine ${machine.id}...\n`)
    setWanted(call, app.name, machine.id, 'stopped')
    await stopProcess(call.shell.home, machine.id)
    call.shell.out(`${machine.id} has been successfully stopped\n`)
  })

const restartOne = async (call: Call, app: App, machine: Machine): Promise<void> => {
  call.shell.out(`Restarting machine ${machine.id}\n`)
  await stopProcess(call.shell.home, machine.id)
  await bootOne(call, app.name, machine.id)
  call.shell.out(`Machine ${machine.id} restarted successfully!\n`)
}

/** `fly machine restart ID…`: same instance, same image, no release. */
export const restart: Run = (call) => each(call, call.parsed.args, (app, machine) => restartOne(call, app, machine))

/** `fly apps restart NAME`: every machine that runs. */
export const restartApp: Run = async (call) => {
  const name = call.parsed.args[0]
  const app = name === undefined ? await appHere(call) : appOf(readState(call.shell.home), name)
  for (const machine of app.machines) if (isRunning(call.shell.home, machine)) await restartOne(call, app, machine)
}

/** `fly machine destroy ID…`; a running one only with --force. */
export const destroy: Run = (call) =>
  each(call, call.parsed.args, async (app, machine) => {
    const state = stateOf(machine, readLive(call.shell.home, machine))
    if (state !== 'stopped' && !isOn(call.parsed, 'force'))
      throw new FlyError(
        `could not destroy machine ${machine.id}: machine ${machine.id} currently ${state} and cannot be destroyed, use --force to destroy`,
      )
    await destroyMachines(call.shell.home, app.name, [machine.id])
    call.shell.out(`${machine.id} has been destroyed\n`)
  })
