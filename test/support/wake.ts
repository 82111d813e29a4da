import { startProcess } from '../../src/sandbox/machines.ts'
import { freePort } from '../../src/sandbox/port.ts'
import type { Shell } from '../../src/sandbox/shell.ts'
import { type App, appOf, changeApp, readState } from '../../src/sandbox/state.ts'
import { verifyMachine } from '../../src/sandbox/verify.ts'

const LONGEST_MS = 60_000

/** The folder that a state was copied from still listens on its ports. */
const movePorts = async (home: string, name: string): Promise<App> => {
  const { port: old, machines } = appOf(readState(home), name)
  const port = await freePort([old])
  const taken = [old, port]
  const ports = new Map<string, number | null>()
  for (const machine of machines) {
    const own = machine.port === null || machine.port === old ? machine.port && port : await freePort(taken)
    if (own) taken.push(own)
    ports.set(machine.id, own)
  }
  return changeApp(home, name, (app) => {
    app.port = port
    for (const machine of app.machines) machine.port = ports.get(machine.id) ?? null
    return app
  })
}

/** Starts the machines of a state folder that was copied, on ports of their own, and waits until their checks pass. */
export const wake = async (shell: Shell): Promise<void> => {
  const patience = { speed: 1, waitMs: LONGEST_MS, smoke: false, health: true, guard: () => {} }
  for (const name of Object.keys(readState(shell.home).apps)) {
    const app = await movePorts(shell.home, name)
    const wanted = app.machines.filter((machine) => machine.wanted === 'started')
    for (const machine of wanted) startProcess(shell, name, machine)
    await Promise.all(wanted.map((machine) => verifyMachine(shell, machine, patience)))
  }
}
