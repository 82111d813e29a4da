import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { identify, signalGroup } from './alive.ts'
import { FlyError } from './fail.ts'
import { files } from './home.ts'
import { isoNow, machineId, ulid } from './ids.ts'
import { machineEnv } from './launch.ts'
import type { Shell } from './shell.ts'
import type { Assignment, Machine } from './state.ts'
import { appOf, changeApp, readState } from './state.ts'

const GROUP = 'fly_app_release_command'

const taskMachine = (next: Assignment, region: string): Machine => {
  const id = machineId()
  const at = isoNow()
  return {
    ...next,
    services: [],
    checks: [],
    id,
    name: `release-command-${id.slice(10)}`,
    group: GROUP,
    region,
    instanceId: ulid(),
    createdAt: at,
    updatedAt: at,
    wanted: 'started',
    port: null,
    lease: null,
    marks: {},
    forcedChecks: null,
  }
}

interface Limits {
  timeoutMs: number
  guard: () => void
}

/** Runs a line in a folder; output goes to stderr. Resolves with its exit code; throws on timeout and cancellation. */
const runLine = (shell: Shell, line: string, cwd: string, env: Record<string, string>, machine: string, limits: Limits): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', line], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const leader = child.pid === undefined ? null : identify(child.pid)
    if (leader) writeFileSync(files.pid(shell.home, machine), JSON.stringify(leader))
    const until = Date.now() + limits.timeoutMs
    const leave = (error: unknown): void => {
      clearInterval(timer)
      if (leader) signalGroup(leader, 'SIGKILL')
      reject(error)
    }
    const timer = setInterval(() => {
      try {
        limits.guard()
        if (Date.now() > until)
          throw new FlyError(
            `error waiting for release_command machine ${machine} to finish running: timeout reached waiting for machine's state to change`,
          )
      } catch (error) {
        leave(error)
      }
    }, 50)
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => shell.err(text.toString('utf8')))
    child.on('error', leave)
    child.on('close', (code) => {
      clearInterval(timer)
      resolve(code ?? 1)
    })
  })

const runIn = async (shell: Shell, name: string, machine: Machine, line: string, limits: Limits): Promise<number> => {
  const root = files.root(shell.home, machine.id)
  mkdirSync(root, { recursive: true })
  cpSync(files.image(shell.home, machine.image.content), root, { recursive: true, verbatimSymlinks: true })
  const env = { ...machineEnv(appOf(readState(shell.home), name), machine, shell.env), RELEASE_COMMAND: '1' }
  return await runLine(shell, line, root, env, machine.id, limits)
}

const setMachines = (shell: Shell, name: string, change: (machines: Machine[]) => Machine[]): void =>
  changeApp(shell.home, name, (app) => {
    app.machines = change(app.machines)
  })

/** Runs the release command on a machine of its own, for real, and destroys that machine. A non-zero exit stops the deploy with flyctl's words. `broken` makes it exit 1 without running. */
export const runReleaseCommand = async (
  shell: Shell,
  name: string,
  line: string,
  next: Assignment,
  region: string,
  limits: Limits & { broken: boolean },
): Promise<void> => {
  const machine = taskMachine(next, region)
  shell.err(`Running ${name} release_command: ${line}\n`)
  setMachines(shell, name, (machines) => [...machines, machine])
  try {
    const code = limits.broken ? 1 : await runIn(shell, name, machine, line, limits)
    if (code === 0) return shell.err(`release_command ${machine.id} completed successfully\n`)
    shell.err(`Error release_command failed running on machine ${machine.id} with exit code ${code}.\n`)
    throw new FlyError(`release command failed - aborting deployment. machine ${machine.id} exited with non-zero status of ${code}`)
  } finally {
    setMachines(shell, name, (machines) => machines.filter((one) => one.id !== machine.id))
    for (const path of [files.root(shell.home, machine.id), files.pid(shell.home, machine.id)])
      rmSync(path, { recursive: true, force: true })
  }
}
