import { next, refuse } from '../errors.ts'
import type { Emit } from '../events.ts'
import type { RepoFiles } from '../ports.ts'
import { ADMIN_KEY, dockerfile, flyToml, keysOf, type RelayPlan, relayYml, VOLUME } from './relay-files.ts'
import { typed } from './relay-lines.ts'

export interface RelayInitContext {
  /** The folder as it was typed. */
  folder: string
  plan: RelayPlan
  /** Of that folder. */
  files: Pick<RepoFiles, 'look' | 'write'>
  emit: Emit
}

/** A name that Fly takes for an app: lower case, digits, dashes. */
export const relayName = (app: string): string => {
  const plain = app
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return `${plain.slice(0, 40) || 'storm'}-relay`
}

const draw = (keys: readonly string[]): string => `export ${keys.map((key) => `${key}=$(openssl rand -hex 24)`).join(' ')}`

const commands = (folder: string, plan: RelayPlan): string[] => {
  const { name, region, apps } = plan
  const keys = apps.map((app) => keysOf(plan, app))
  const tokens = [ADMIN_KEY, ...keys.map(({ token }) => token)]
  const secrets = [...tokens, ...keys.map(({ hook }) => hook)].map((key) => `${key}="$${key}"`)
  return [
    `cd ${typed([folder])}`,
    draw(tokens),
    ...keys.map(({ hook }) => `export ${hook}='the real webhook'`),
    `fly apps create ${name}`,
    `fly ips allocate-v6 --private --app ${name}`,
    `fly volumes create ${VOLUME} --size 1 --region ${region ?? 'REGION'} --app ${name}`,
    `fly secrets set --stage --app ${name} ${secrets.join(' ')}`,
    'fly deploy --ha=false --no-public-ips',
  ]
}

const afterwards = (plan: RelayPlan): string[] => [
  'Then each app posts to its relay: of the URL of its webhook only the host and the last part change',
  '  https://hooks.slack.com/services/T…/B…/SECRET',
  ...plan.apps.map((app) => `  http://${plan.name}.flycast/services/T…/B…/$${keysOf(plan, app).token}   (${app})`),
  'And safe-deploy opens its windows, in safe-deploy.yml',
  `  notify: [{ relay: { url: http://${plan.name}.flycast, token: $${ADMIN_KEY} } }]`,
  `  .flycast is inside the private network: from elsewhere by WireGuard, or`,
  `  fly proxy 18080:8080 --app ${plan.name}, and --url=http://localhost:18080`,
  `Keep the tokens where you keep secrets; ${ADMIN_KEY} is set where safe-deploy runs.`,
]

/**
 * `safe-deploy relay init [DIR]`: writes what runs a relay on Fly, and says what to type. What is there stays as it is; no secret is written.
 * @throws USAGE where the folder cannot be written to
 */
export const relayInit = ({ folder, plan, files, emit }: RelayInitContext): number => {
  const texts = { 'fly.toml': flyToml(plan), Dockerfile: dockerfile(plan), 'relay.yml': relayYml(plan) }
  const done = Object.entries(texts).map(([name, text]) => ({
    file: `${folder.replace(/\/+$/, '')}/${name}`,
    ...put(files, folder, name, text),
  }))
  const written = done.filter((one) => one.written)
  emit({
    type: 'report',
    title:
      written.length === 0 ? 'Everything is there already; nothing was written.' : `Wrote ${written.map(({ file }) => file).join(', ')}.`,
    lines: [
      ...done.flatMap(({ file, written, same }) =>
        written ? [] : [`${file} is there already, ${same ? 'as it would be written' : 'and stays as it is'}`],
      ),
      'To run it, in a shell',
      ...commands(folder, plan).map((line) => `  ${line}`),
      ...afterwards(plan),
    ],
    data: { app: plan.name, apps: plan.apps, files: done },
  })
  return 0
}

/** Writes what is not there. */
const put = (files: RelayInitContext['files'], folder: string, name: string, text: string): { written: boolean; same: boolean } => {
  try {
    const there = files.look(name)
    if (there.kind === 'none') files.write(name, text, false)
    return { written: there.kind === 'none', same: there.kind === 'file' && there.text === text }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw refuse('USAGE', {
      what: `${folder}/${name} could not be written: ${code ?? message}.`,
      who: 'whoever may write there; or say another folder',
      next: [next('for example', ['safe-deploy', 'relay', 'init', 'storm-relay'])],
    })
  }
}
