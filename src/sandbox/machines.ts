import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { identify, isAlive, type Proc, signalGroup } from './alive.ts'
import { readText } from './files.ts'
import { files } from './home.ts'
import { type Live, readLive, readRecord, stateOf } from './live.ts'
import { type Shell, sleep } from './shell.ts'
import type { Machine } from './state.ts'

const POLL_MS = 20
/** A supervisor kills its program after 2 s; one that needs longer than this is killed itself. */
const LONGEST_STOP_MS = 6_000
const LONGEST_START_MS = 20_000

/** A machine is no child of the fly that made it: by these marks safe-deploy finds what a deploy left running. */
const UNMARKED = { SAFE_DEPLOY_ATTEMPT: undefined, SAFE_DEPLOY_CHILD: undefined }

/** Starts the supervisor of a machine, detached from this process. */
export const startProcess = (shell: Shell, app: string, machine: Machine): void => {
  rmSync(files.live(shell.home, machine.id), { force: true })
  const child = spawn(process.execPath, [shell.program, '__machine', app, machine.id, machine.instanceId], {
    cwd: shell.home,
    env: { ...shell.env, ...UNMARKED, POCKET_FLY_HOME: shell.home },
    detached: true,
    stdio: 'ignore',
  })
  if (child.pid !== undefined) writeFileSync(files.pid(shell.home, machine.id), JSON.stringify(identify(child.pid)))
  child.unref()
}

/** Waits till the supervisor says that the program runs, or ran; `guard` may throw to leave early. */
export const awaitStart = async (home: string, machine: Machine, guard: () => void): Promise<Live | null> => {
  const until = Date.now() + LONGEST_START_MS
  for (;;) {
    guard()
    const live = readLive(home, machine)
    if ((live && live.state !== 'starting') || Date.now() > until) return live
    await sleep(POLL_MS)
  }
}

const supervisorOf = (home: string, id: string): Proc | null => {
  const text = readText(files.pid(home, id))
  return text === null ? (readRecord(home, id)?.supervisor ?? null) : (JSON.parse(text) as Proc)
}

/** Ends whatever runs for a machine, and waits till it is gone. */
export const stopProcess = async (home: string, id: string): Promise<void> => {
  const supervisor = supervisorOf(home, id)
  if (supervisor && isAlive(supervisor)) signalGroup(supervisor, 'SIGTERM')
  const until = Date.now() + LONGEST_STOP_MS
  while (isAlive(supervisor) && Date.now() < until) await sleep(POLL_MS)
  for (const proc of [supervisor, readRecord(home, id)?.child]) if (proc && isAlive(proc)) signalGroup(proc, 'SIGKILL')
}

/** Ends a machine and removes what is kept of it beside the state. Its log stays. */
export const removeProcess = async (home: string, id: string): Promise<void> => {
  await stopProcess(home, id)
  for (const path of [files.live(home, id), files.pid(home, id), files.root(home, id)]) rmSync(path, { recursive: true, force: true })
}

/** Is a machine running, as its process shows? */
export const isRunning = (home: string, machine: Machine): boolean =>
  ['starting', 'started'].includes(stateOf(machine, readLive(home, machine)))
