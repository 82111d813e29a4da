import { appHere, printJson, type Run, wantsJson } from '../command.ts'
import { FlyError } from '../fail.ts'
import { renderTable } from '../render.ts'
import type { Machine } from '../state.ts'
import { checksView, isTask, machineView } from '../view.ts'
import { shownMachines } from './status.ts'

interface ImageRow extends Record<string, string> {
  Digest: string
}

const row = (home: string, machine: Machine): ImageRow => {
  const image = machineView(home, machine).image_ref as {
    registry: string
    repository: string
    tag: string
    digest: string
    labels: unknown
  }
  return {
    MachineID: machine.id,
    Registry: image.registry,
    Repository: image.repository,
    Tag: image.tag,
    Version: 'N/A',
    Digest: image.digest,
    Labels: JSON.stringify(image.labels),
  }
}

/** `fly image show [ID]`: an array, or one object when a machine is named. */
export const image: Run = async (call) => {
  const app = await appHere(call)
  const rows = app.machines.filter((machine) => !isTask(machine)).map((machine) => row(call.shell.home, machine))
  const id = call.parsed.args[0]
  const one = rows.find((each) => each.MachineID === id)
  if (id !== undefined && !one) throw new FlyError(`failed to get VM ${id}: machine not found`)
  if (wantsJson(call)) return printJson(call, one ?? rows)
  const names = ['MachineID', 'Registry', 'Repository', 'Tag', 'Version', 'Digest', 'Labels']
  call.shell.out(
    renderTable(
      names,
      (one ? [one] : rows).map((each) => names.map((name) => each[name] ?? '')),
    ),
  )
}

/** `fly checks list`: the checks of every machine by its id. */
export const checks: Run = async (call) => {
  const app = await appHere(call)
  const machines = shownMachines(call, app).filter((machine) => !isTask(machine))
  const all = machines.map((machine) => [machine.id, checksView(call.shell.home, machine)] as const)
  if (wantsJson(call)) return printJson(call, Object.fromEntries(all))
  const rows = all.flatMap(([id, results]) => results.map((one) => [one.name, one.status, id, one.updated_at, one.output]))
  call.shell.out(renderTable(['NAME', 'STATUS', 'MACHINE', 'LAST UPDATED', 'OUTPUT'], rows))
}
