import { isOn, value } from '../argv.ts'
import { appHere, type Call, printJson, type Run, wantsJson } from '../command.ts'
import { FlyError } from '../fail.ts'
import { isoNow, opaqueId } from '../ids.ts'
import { freePort } from '../port.ts'
import { renderTable } from '../render.ts'
import { destroyMachines } from '../rollout.ts'
import { type App, appOf, changeState, readState } from '../state.ts'
import { appView, hostOf } from '../view.ts'

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/

/** `fly apps list`. */
export const list: Run = async (call) => {
  const apps = Object.values(readState(call.shell.home).apps)
  if (wantsJson(call)) return printJson(call, apps.map(appView))
  call.shell.out(
    renderTable(
      ['NAME', 'OWNER', 'STATUS'],
      apps.map((app) => [app.name, app.org, String(appView(app).Status)]),
    ),
  )
}

const nameOf = ({ parsed }: Call): string => {
  const name = value(parsed, 'name') ?? parsed.args[0]
  if (name === undefined) throw new FlyError('name argument or flag must be specified when not running interactively')
  if (!NAME.test(name)) throw new FlyError('Validation failed: Name may only contain numbers, lowercase letters and dashes')
  return name
}

const newApp = (name: string, org: string, port: number, number: number): App => ({
  id: opaqueId('app'),
  number,
  name,
  org,
  createdAt: isoNow(),
  port,
  releases: [],
  machines: [],
  secrets: {},
  images: [],
  config: null,
  vanish: null,
})

/** `fly apps create NAME`: also takes the loopback port that the app will answer on. */
export const create: Run = async (call) => {
  const name = nameOf(call)
  const port = await freePort(Object.values(readState(call.shell.home).apps).map((app) => app.port))
  const app = changeState(call.shell.home, (state) => {
    if (Object.hasOwn(state.apps, name)) throw new FlyError('Validation failed: Name has already been taken')
    const made = newApp(name, value(call.parsed, 'org') ?? 'personal', port, Object.keys(state.apps).length + 1)
    state.apps[name] = made
    return made
  })
  if (wantsJson(call)) printJson(call, appView(app))
  else call.shell.out(`New app created: ${name}\nIt will answer on http://${hostOf(app)}\n`)
}

/** `fly apps destroy NAME --yes`: ends its machines and forgets the app. */
export const destroy: Run = async (call) => {
  const { shell, parsed } = call
  const app = parsed.args[0] === undefined ? await appHere(call) : appOf(readState(shell.home), parsed.args[0])
  if (!isOn(parsed, 'yes')) throw new FlyError('yes flag must be specified when not running interactively')
  await destroyMachines(
    shell.home,
    app.name,
    app.machines.map((machine) => machine.id),
  )
  changeState(shell.home, (state) => {
    delete state.apps[app.name]
  })
  shell.out(`Destroyed app ${app.name}\n`)
}
