import { appHere, type Call, printJson, type Run, wantsJson } from '../command.ts'
import { renderTable } from '../render.ts'
import type { App, Machine } from '../state.ts'
import { changeApp } from '../state.ts'
import { checksView, hostOf, isTask, machineView, statusView } from '../view.ts'

/** Machines as the platform shows them: none in the scenario empty-machine-list. */
export const shownMachines = (call: Call, app: App): Machine[] => (call.scenarios.has('empty-machine-list') ? [] : app.machines)

/** After one look the machines of a vanishing release are gone (scenario exit0-then-gone). */
export const vanish = async ({ shell }: Call, app: App): Promise<void> => {
  if (app.vanish === null) return
  const { destroyMachines } = await import('../rollout.ts')
  const gone = app.machines.filter((machine) => machine.releaseVersion === app.vanish).map((machine) => machine.id)
  await destroyMachines(shell.home, app.name, gone)
  changeApp(shell.home, app.name, (now) => {
    now.vanish = null
  })
}

export const machineRows = (call: Call, machines: readonly Machine[]): string =>
  renderTable(
    ['PROCESS', 'ID', 'VERSION', 'REGION', 'STATE', 'CHECKS', 'LAST UPDATED'],
    machines.map((machine) => {
      const checks = checksView(call.shell.home, machine)
      const passing = checks.filter((check) => check.status === 'passing').length
      const summary = checks.length === 0 ? '' : `${passing} of ${checks.length} passing`
      return [
        machine.group,
        machine.id,
        String(machine.releaseVersion),
        machine.region,
        String(machineView(call.shell.home, machine).state),
        summary,
        machine.updatedAt,
      ]
    }),
  )

/** `fly status`: the app and its machines. */
export const status: Run = async (call) => {
  const app = await appHere(call)
  const machines = shownMachines(call, app)
  if (wantsJson(call)) printJson(call, statusView(call.shell.home, app, machines))
  else {
    const image = app.machines.find((machine) => !isTask(machine))?.image.ref ?? '-'
    call.shell.out(
      `App\n  Name     = ${app.name}\n  Owner    = ${app.org}\n  Hostname = ${hostOf(app)}\n  Image    = ${image}\n\nMachines\n`,
    )
    call.shell.out(
      machineRows(
        call,
        machines.filter((machine) => !isTask(machine)),
      ),
    )
  }
  await vanish(call, app)
}
