import { spawnSync } from 'node:child_process'
import { value } from '../argv.ts'
import { appHere, type Call, type Run } from '../command.ts'
import { FlyError } from '../fail.ts'
import { files } from '../home.ts'
import { machineEnv } from '../launch.ts'
import { isRunning } from '../machines.ts'
import type { App, Machine } from '../state.ts'
import { isTask } from '../view.ts'
import { splitWords } from '../words.ts'

/** Output of a command is passed on whole up to this size. */
const MOST_BYTES = 64 * 1024 * 1024

const pick = (call: Call, app: App): Machine => {
  const id = value(call.parsed, 'machine')
  const group = value(call.parsed, 'process-group')
  const started = app.machines.filter((machine) => !isTask(machine) && isRunning(call.shell.home, machine))
  const machine = started.find((one) => (id === undefined || one.id === id) && (group === undefined || one.group === group))
  if (!machine)
    throw new FlyError(
      `app ${app.name} has no started VMs.\nIt may be unhealthy or not have been deployed yet.\nTry the following command to verify:\n\nfly status`,
    )
  return machine
}

/** Runs words, without a shell, in a machine's root with its environment; streams are passed on. Returns the exit code. */
const runOn = ({ shell }: Call, app: App, machine: Machine, line: string): number => {
  const [program, ...args] = splitWords(line)
  if (program === undefined) throw new FlyError('no command given')
  const cwd = files.root(shell.home, machine.id)
  const done = spawnSync(program, args, {
    cwd,
    env: machineEnv(app, machine, shell.env),
    stdio: ['inherit', 'pipe', 'pipe'],
    maxBuffer: MOST_BYTES,
  })
  shell.out(done.stdout?.toString('utf8') ?? '')
  shell.err(done.stderr?.toString('utf8') ?? '')
  if (done.error) throw new FlyError(`ssh shell: ${done.error.message}`)
  return done.status ?? 128
}

/** `fly ssh console -C CMD`: runs one command on a machine that is started. */
export const ssh: Run = async (call) => {
  const app = await appHere(call)
  const machine = pick(call, app)
  const line = value(call.parsed, 'command')
  if (line === undefined) throw new FlyError('pocket fly: only `fly ssh console -C CMD` is possible here')
  if (!call.parsed.flags.has('quiet')) call.shell.err(`Connecting to ${machine.id}... complete\n`)
  const code = runOn(call, app, machine, line)
  if (code !== 0) throw new FlyError(`ssh shell: Process exited with status ${code}`)
}

/** `fly machine exec ID CMD`. */
export const exec: Run = async (call) => {
  const [id, line] = call.parsed.args
  const app = await appHere(call)
  const machine = app.machines.find((one) => one.id === id)
  if (!machine || line === undefined) throw new FlyError(`could not get machine ${id ?? ''}: machine not found`)
  const code = runOn(call, app, machine, line)
  if (code !== 0) throw new FlyError(`Exit code: ${code}`)
}
