import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { identify, signalGroup } from './alive.ts'
import { performCheck } from './check.ts'
import { speedOf } from './duration.ts'
import { writeWhole } from './files.ts'
import { files } from './home.ts'
import { machineEnv, programOf } from './launch.ts'
import type { Live, MachineEvent } from './live.ts'
import { openLog } from './log.ts'
import { type Shell, sleep } from './shell.ts'
import { type App, appOf, type Machine, readState } from './state.ts'

const KEPT_EVENTS = 20
const TICK_MS = 500
/** Without any fly call for this long a forgotten state folder ends its machines. */
const IDLE_MS = 30 * 60_000
const LONGEST_KILL_MS = 2_000

interface Running {
  shell: Shell
  app: App
  machine: Machine
  live: Live
  child: ChildProcess | null
  stopping: boolean
  /** Resolves when a stop was asked for. */
  stopped: Promise<void>
  stop: () => void
}

const write = (run: Running): void => {
  try {
    writeWhole(files.live(run.shell.home, run.machine.id), JSON.stringify(run.live))
  } catch {
    run.stop()
  }
}

const note = (run: Running, event: Omit<MachineEvent, 'timestamp' | 'source'>): void => {
  run.live.events = [{ source: 'flyd' as const, timestamp: Date.now(), ...event }, ...run.live.events].slice(0, KEPT_EVENTS)
}

/** The machine's root, fresh from the image at every boot. */
const unpack = (run: Running): string => {
  const root = files.root(run.shell.home, run.machine.id)
  rmSync(root, { recursive: true, force: true })
  mkdirSync(root, { recursive: true })
  cpSync(files.image(run.shell.home, run.machine.image.content), root, { recursive: true, verbatimSymlinks: true })
  return root
}

const numberOf = (code: number | null, signal: NodeJS.Signals | null): number => code ?? 128 + (signal ? constants.signals[signal] : 0)

/** Runs the program once and resolves with its exit code. What it left in its process group is ended with it. */
const runOnce = (run: Running, cwd: string, say: (text: string) => void): Promise<number> =>
  new Promise((resolve) => {
    const [program, args] = programOf(run.machine.command ?? run.machine.image.command)
    const env = machineEnv(run.app, run.machine, run.shell.env)
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    run.child = child
    run.live.child = child.pid === undefined ? null : identify(child.pid)
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', openLog(run.shell.home, run.machine, 'app'))
    child.on('error', (error) => {
      say(`could not start: ${error.message}\n`)
      if (child.pid === undefined) resolve(127)
    })
    child.on('exit', (code, signal) => {
      if (run.live.child) signalGroup(run.live.child, 'SIGKILL')
      run.child = null
      resolve(numberOf(code, signal))
    })
    run.live.state = 'started'
    run.live.startedAt = Date.now()
    note(run, { type: 'start', status: 'started' })
    write(run)
    if (run.stopping) end(run)
  })

/** Asks the program to go, and kills it when it does not. */
const end = (run: Running): void => {
  const target = run.live.child
  if (!run.child || !target) return
  signalGroup(target, run.machine.kill.signal as NodeJS.Signals)
  setTimeout(() => run.child && signalGroup(target, 'SIGKILL'), Math.min(run.machine.kill.timeoutMs, LONGEST_KILL_MS)).unref()
}

const exited = (run: Running, code: number, restarting: boolean): void => {
  run.live.lastExit = code
  run.live.child = null
  const exit_event = {
    exit_code: code,
    guest_signal: -1,
    oom_killed: false,
    requested_stop: run.stopping,
    restarting,
    exited_at: new Date().toISOString(),
  }
  note(run, { type: 'exit', status: restarting ? 'started' : 'stopped', request: { exit_event, restart_count: run.live.restarts } })
  if (!restarting) run.live.state = 'stopped'
  write(run)
}

const mayRestart = (run: Running, code: number): boolean => {
  const { policy, retries } = run.machine.restart
  if (run.stopping || policy === 'no' || policy === 'never') return false
  return policy === 'always' || (code !== 0 && run.live.restarts < retries)
}

/** Runs, restarts with a growing pause, and gives up where the restart policy does. */
const loop = async (run: Running): Promise<void> => {
  const say = openLog(run.shell.home, run.machine, 'runner')
  const root = unpack(run)
  for (;;) {
    say(`Starting machine, instance ${run.machine.instanceId}, release v${run.machine.releaseVersion}\n`)
    const code = await runOnce(run, root, say)
    const restarting = mayRestart(run, code)
    say(`Main child exited with code: ${code}\n`)
    if (restarting) run.live.restarts += 1
    exited(run, code, restarting)
    if (!restarting) return
    await Promise.race([sleep(100 * run.live.restarts), run.stopped])
    if (run.stopping) {
      run.live.state = 'stopped'
      return write(run)
    }
  }
}

/** Keeps the results of the machine's checks current, each on its own beat. */
const watchChecks = (run: Running): void => {
  const { checks, port } = run.machine
  const speed = speedOf(run.shell.env)
  for (const check of port === null ? [] : checks) {
    const beat = async (): Promise<void> => {
      const result = await performCheck(check, port!, speed)
      const before = run.live.checks.find((one) => one.name === check.name)
      run.live.checks = checks.flatMap((one) =>
        one.name === check.name ? result : (run.live.checks.find((old) => old.name === one.name) ?? []),
      )
      if (before?.status !== result.status || before.output !== result.output) write(run)
      const pause = result.status === 'passing' ? Math.max(250, check.intervalMs / speed) : 150
      setTimeout(beat, pause).unref()
    }
    setTimeout(beat, Math.min(check.graceMs / speed, 1_000)).unref()
  }
}

/** Ends the machine when its folder went away or nobody used it for long. */
const watchHome = (run: Running): void => {
  const idle = Number(run.shell.env.POCKET_FLY_IDLE_MS) || IDLE_MS
  const timer = setInterval(() => {
    const used = statSync(files.calls(run.shell.home), { throwIfNoEntry: false })
    if (!used || Date.now() - used.mtimeMs > idle) run.stop()
  }, TICK_MS)
  timer.unref()
}

const prepare = (shell: Shell, app: App, machine: Machine): Running => {
  const live: Live = {
    instanceId: machine.instanceId,
    supervisor: identify(process.pid),
    child: null,
    state: 'starting',
    startedAt: Date.now(),
    restarts: 0,
    lastExit: null,
    events: [],
    checks: [],
  }
  let asked = (): void => {}
  const stopped = new Promise<void>((resolve) => {
    asked = resolve
  })
  const run: Running = { shell, app, machine, live, child: null, stopping: false, stopped, stop: () => {} }
  run.stop = () => {
    if (run.stopping) return
    run.stopping = true
    run.live.state = 'stopping'
    asked()
    end(run)
  }
  return run
}

/** The program beside each machine: starts it, restarts it, checks it, writes what it sees, and ends with it. */
export const supervise = async (shell: Shell, name: string, id: string): Promise<void> => {
  const app = appOf(readState(shell.home), name)
  const machine = app.machines.find((one) => one.id === id)
  if (!machine) return
  const run = prepare(shell, app, machine)
  shell.onSignal(run.stop)
  note(run, { type: 'launch', status: 'created' })
  watchHome(run)
  watchChecks(run)
  await loop(run)
}
