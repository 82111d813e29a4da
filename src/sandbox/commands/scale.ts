import { value } from '../argv.ts'
import { assignmentOf } from '../assign.ts'
import { appHere, type Call, printJson, type Run, wantsJson } from '../command.ts'
import { megabytes, sizeOf } from '../config.ts'
import { speedOf } from '../duration.ts'
import { FlyError } from '../fail.ts'
import { renderTable } from '../render.ts'
import { createMachine, destroyMachines, type Rollout, updateMachine } from '../rollout.ts'
import type { App, Guest, Machine } from '../state.ts'
import { isTask } from '../view.ts'

const appMachines = (app: App): Machine[] => app.machines.filter((machine) => !isTask(machine))

/** Machines made or changed by scaling keep what their group's first machine has; only the size may differ. */
const rolloutOf = (call: Call, app: App, guest: Partial<Guest>): Rollout => ({
  shell: call.shell,
  app: app.name,
  region: app.machines[0]?.region ?? 'ams',
  critical: false,
  patience: { speed: speedOf(call.shell.env), waitMs: 300_000, smoke: false, health: false, guard: () => {} },
  assign: (state, group, before) => {
    const model = before ?? state.machines.find((machine) => machine.group === group)
    if (!model) throw new FlyError(`process group '${group}' has no machine to copy; deploy first`)
    return { ...assignmentOf(model), guest: { ...model.guest, ...guest } }
  },
})

const wantedCounts = (call: Call, app: App): [string, number][] => {
  const fallback = value(call.parsed, 'process-group') ?? appMachines(app)[0]?.group ?? 'app'
  const counts = call.parsed.args.map((word): [string, number] => {
    const [group, count] = word.includes('=') ? word.split('=') : [fallback, word]
    return [group!, Number(count)]
  })
  if (counts.length === 0 || counts.some(([, count]) => !Number.isInteger(count) || count < 0))
    throw new FlyError('count must be a number, e.g. `fly scale count 2` or `fly scale count web=2`')
  return counts
}

/** `fly scale count N` or `GROUP=N`: makes or destroys machines, without a release. */
export const count: Run = async (call) => {
  const app = await appHere(call)
  const roll = rolloutOf(call, app, {})
  for (const [group, wanted] of wantedCounts(call, app)) {
    const present = appMachines(app).filter((machine) => machine.group === group)
    for (let i = present.length; i < wanted; i += 1) await createMachine(roll, group)
    const surplus = present.slice(wanted).map((machine) => machine.id)
    if (surplus.length > 0) await destroyMachines(call.shell.home, app.name, surplus)
  }
  call.shell.out(`Scaled ${app.name}\n`)
}

const resize = async (call: Call, guest: Partial<Guest>): Promise<void> => {
  const app = await appHere(call)
  const only = value(call.parsed, 'process-group')
  const roll = rolloutOf(call, app, guest)
  for (const machine of appMachines(app)) if (only === undefined || machine.group === only) await updateMachine(roll, machine.id)
}

/** `fly scale vm SIZE`: another size for the running machines, without a release. */
export const vm: Run = async (call) => {
  const name = call.parsed.args[0]
  const size = sizeOf(name)
  if (size.cpus === undefined) throw new FlyError(`'${name ?? ''}' is an invalid machine size`)
  const memory = megabytes(value(call.parsed, 'vm-memory'))
  await resize(call, { ...size, ...(memory === undefined ? {} : { memory_mb: memory }) })
}

/** `fly scale memory MB`. */
export const memory: Run = async (call) => {
  const mb = megabytes(call.parsed.args[0])
  if (mb === undefined) throw new FlyError('memory must be a number of megabytes')
  await resize(call, { memory_mb: mb })
}

/** `fly scale show`. */
export const show: Run = async (call) => {
  const machines = appMachines(await appHere(call))
  const groups = [...new Set(machines.map((machine) => machine.group))]
  const rows = groups.map((group) => {
    const members = machines.filter((machine) => machine.group === group)
    const { cpu_kind, cpus, memory_mb } = members[0]!.guest
    return { Process: group, Count: members.length, CPUKind: cpu_kind, CPUs: cpus, Memory: memory_mb, Regions: { ams: members.length } }
  })
  if (wantsJson(call)) return printJson(call, rows)
  call.shell.out(
    renderTable(
      ['NAME', 'COUNT', 'KIND', 'CPUS', 'MEMORY'],
      rows.map((row) => [row.Process, String(row.Count), row.CPUKind, String(row.CPUs), `${row.Memory} MB`]),
    ),
  )
}
