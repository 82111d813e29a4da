import { readFileSync } from 'node:fs'
import { isOn } from '../argv.ts'
import { appHere, type Call, printJson, type Run, wantsJson } from '../command.ts'
import { FlyError } from '../fail.ts'
import { isoNow, sha256 } from '../ids.ts'
import { redeploySecrets } from '../redeploy.ts'
import { renderTable } from '../render.ts'
import { type App, changeApp, type Secret } from '../state.ts'
import { isTask } from '../view.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Deployed: on every machine. Staged: on none. Partial: on some. */
const statusOf = (app: App, name: string, secret: Secret): string => {
  const machines = app.machines.filter((machine) => !isTask(machine))
  const having = machines.filter((machine) => machine.secrets[name] === secret.value).length
  if (having === 0) return 'Staged'
  return having === machines.length ? 'Deployed' : 'Partial'
}

const PHANTOM = { name: 'POCKET_STAGED', digest: '5c1f7d1f0a3b9e42', status: 'Staged' }

/** `fly secrets list`: names, digests and whether they are live; never values. */
export const list: Run = async (call) => {
  const app = await appHere(call)
  const known = Object.entries(app.secrets).map(([name, secret]) => ({ name, digest: secret.digest, status: statusOf(app, name, secret) }))
  const rows = [...known, ...(call.scenarios.has('secrets-staged') ? [PHANTOM] : [])].sort((a, b) => (a.name < b.name ? -1 : 1))
  if (wantsJson(call)) return printJson(call, rows)
  call.shell.out(
    renderTable(
      ['NAME', 'DIGEST', 'STATUS'],
      rows.map((row) => [row.name, row.digest, row.status]),
    ),
  )
}

const pairOf = (text: string): [string, string] => {
  const eq = text.indexOf('=')
  if (eq < 1)
    throw new FlyError(
      `Secrets must be provided as NAME=VALUE pairs (${text.slice(0, Math.max(eq, 0)) || 'a pair without a name'} is invalid)`,
    )
  const name = text.slice(0, eq)
  if (!NAME.test(name)) throw new FlyError(`'${name}' is not a valid secret name`)
  return [name, text.slice(eq + 1)]
}

const store = (app: App, pairs: readonly [string, string][]): void => {
  for (const [name, value] of pairs) {
    const at = isoNow()
    const digest = sha256(`${app.id}\0${name}\0${value}`).slice(0, 16)
    app.secrets[name] = { value, digest, createdAt: app.secrets[name]?.createdAt ?? at, updatedAt: at }
  }
}

/** Live at once, unless staged or there is nothing to bring it to. */
const goLive = async (call: Call, name: string): Promise<void> => {
  const app = await appHere(call)
  if (isOn(call.parsed, 'stage'))
    return call.shell.out(
      'Secrets have been staged, but not set on VMs. Deploy or update machines in this app for the secrets to take effect.\n',
    )
  if (app.machines.length === 0) return call.shell.out(`Secrets are staged for the first deployment\n`)
  await redeploySecrets(call.shell, name)
}

const change = async (call: Call, act: (app: App) => void): Promise<void> => {
  const { name } = await appHere(call)
  changeApp(call.shell.home, name, act)
  await goLive(call, name)
}

/** `fly secrets set K=V…` */
export const set: Run = async (call) => {
  if (call.parsed.args.length === 0) throw new FlyError('requires at least one SECRET=VALUE pair')
  const pairs = call.parsed.args.map(pairOf)
  await change(call, (app) => store(app, pairs))
}

/** `fly secrets unset K…` */
export const unset: Run = (call) =>
  change(call, (app) => {
    for (const name of call.parsed.args) delete app.secrets[name]
  })

/** `fly secrets import`: NAME=VALUE lines from stdin. */
export const load: Run = async (call) => {
  const lines = readFileSync(0, 'utf8').split(/\r?\n/)
  const pairs = lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).map(pairOf)
  if (pairs.length === 0) throw new FlyError('requires at least one SECRET=VALUE pair')
  await change(call, (app) => store(app, pairs))
}

/** `fly secrets deploy`: what is staged goes live, as a release without new code. */
export const live: Run = async (call) => {
  const app = await appHere(call)
  if (app.machines.length === 0) throw new FlyError('no machines available to deploy')
  const staged = Object.entries(app.secrets).some(([name, secret]) => statusOf(app, name, secret) !== 'Deployed')
  const dropped = app.machines.some((machine) => Object.keys(machine.secrets).some((name) => !app.secrets[name]))
  if (!staged && !dropped) return call.shell.out('There are no staged secrets to deploy\n')
  await redeploySecrets(call.shell, app.name)
}
