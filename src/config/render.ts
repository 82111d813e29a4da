import { ledgerLine, type WrittenLedger } from './ledger-line.ts'
import { commented, indented } from './lines.ts'
import { renderTest, type Trial } from './render-test.ts'
import { flowMap, scalar } from './scalar.ts'
import type { SeenApp, Suggestion } from './suggestion.ts'

export interface RenderInput {
  suggestion: Suggestion
  /** By the name of the app. */
  ledgers: ReadonlyMap<string, WrittenLedger>
  /** Null when it was not run. */
  trial: Trial | null
}

const SCHEMA = './node_modules/safe-deploy/dist/safe-deploy.schema.json'

const targetOf = ({ dir, config }: SeenApp): string =>
  flowMap({ fly: flowMap({ config: scalar(config), dir: dir === '' ? null : scalar(dir) }) })

const HERE: WrittenLedger = { remote: 'none', id: null, ref: null, logs: null }

const ledgerOf = (app: string | null, ledgers: RenderInput['ledgers']): string =>
  ledgerLine((app === null ? null : ledgers.get(app)) ?? HERE)

const PROGRESS = '- { progress: { http: https://…/stats, value: jobs.done, advances: true }, within: 5m }   # did its work go on?'

const verifyOf = ({ url, checked }: SeenApp): string[] => {
  if (url === null) return [...commented(['verify:', '  probes:', `    ${PROGRESS}`])]
  const probe = `- ${flowMap({ http: scalar(url), status: checked ? '200' : null })}`
  return ['verify:', '  bake: 30s', '  probes:', `    ${probe}`, `    # ${PROGRESS}`]
}

const protectOf = ({ protect }: Suggestion): string[] => {
  const lines = protect.map(
    ({ file, keeps }) =>
      `    - ${flowMap({ file: scalar(file), keeps: scalar(keeps), because: scalar('the app loads its env file here') })}`,
  )
  const sample = '    - { file: app/settings.py, keeps: \'env_file=".env"\', because: the app loads its env file here }'
  return [
    '# Known working configuration: a change that takes such a line away is blocked.',
    ...(lines.length > 0 ? ['isolate:', '  protect:', ...lines] : commented(['isolate:', '  protect:', sample])),
  ]
}

const oneApp = (app: SeenApp, ledgers: RenderInput['ledgers']): string[] => [
  `# What is deployed, and with what.${app.app === null ? ` ${app.config} names no app: add app = "…" to it.` : ` The app is ${app.app}.`}`,
  `target: ${targetOf(app)}`,
  '',
  '# Where deploys and halts are recorded: on a git remote, or none: in this clone alone (safe-deploy ledger share moves it).',
  '# The id says which ledger it is; one that is gone is then not taken for a first deploy.',
  ledgerOf(app.app, ledgers),
  '',
  '# Asked of the new version after the deploy. Only a passed probe makes a deploy verified; without one it counts as unproven.',
  ...verifyOf(app),
]

const severalApps = (apps: readonly SeenApp[], ledgers: RenderInput['ledgers']): string[] => [
  '# The apps of this repository. What an app says is merged over the top level. Name one with --app, or stand in its folder.',
  'apps:',
  ...apps.flatMap((app) => [
    `  ${app.key}:${app.app === null ? `   # ${app.config} names no app` : `   # ${app.app}`}`,
    ...indented([`target: ${targetOf(app)}`, ledgerOf(app.app, ledgers), ...verifyOf(app)], 4),
  ]),
]

const NO_APP = [
  '# What is deployed, and with what. There is no fly.toml here: make one (fly launch --no-deploy) and run init again, or name the commands of another tool:',
  ...commented([
    'target:',
    '  command:',
    '    name: shop',
    '    deploy: ./deploy.sh',
    '    current: ./current.sh                # prints what is live',
    '    rollback: ./deploy.sh $SAFE_DEPLOY_TO',
  ]),
  '',
  'ledger: { remote: none }',
]

const DEFAULTS = [
  '# Who hears a failure; shown before every deploy.',
  '# hears: ["#reports (customer Slack)"]',
  '',
  '# What holds unless you say otherwise:',
  '# read: { clean: ask, pushed: off }                # uncommitted files, unpushed commits: off, ask, block',
  '# budget: { unproven: 4, per: 1h }                 # deploys without a passed probe in a window',
  '# acknowledge: { level: local, agents: false }     # who may go on after a failure',
  '# rules: { dirty-candidate: block }                # severity by rule: off, note, warn, ask, block',
  '# overrides: { protected-config: [person] }        # who may override a rule that blocks: person, agent, ci',
]

/** A commented safe-deploy.yml that parses without problems. */
export const renderConfig = (input: RenderInput): string => {
  const { suggestion, ledgers } = input
  const [first, ...more] = suggestion.apps
  return [
    `# yaml-language-server: $schema=${SCHEMA}`,
    '# What safe-deploy goes by; written by safe-deploy init from what the repository shows, yours to change. Paths are relative to this file.',
    'version: 1',
    '',
    ...(first === undefined ? NO_APP : more.length === 0 ? oneApp(first, ledgers) : severalApps(suggestion.apps, ledgers)),
    '',
    ...protectOf(suggestion),
    '',
    ...renderTest(suggestion, input.trial),
    '',
    ...DEFAULTS,
    '',
  ].join('\n')
}
