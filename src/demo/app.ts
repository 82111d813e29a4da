/** Where the line stands that the incident took away. */
export const SETTINGS = 'src/settings.js'
export const PIPELINE = 'src/pipeline.js'
export const DATABASE = 'src/database.js'

/** In the env file of whoever works on everflow, and in a secret of the platform. Of a database that does not exist. */
export const ENV_FILE = 'DATABASE_USER=everflow\nDATABASE_PASSWORD=tidal-crane-4711\n'

const settings = `import { readEnvFile } from './env-file.js'

/** What everflow is told: by its env file, and by the process it runs in, which wins. */
export class Settings {
  static env_file = '.env'

  constructor() {
    const env = { ...readEnvFile(Settings.env_file), ...process.env }
    this.databaseUser = env.DATABASE_USER ?? 'everflow'
    this.databasePassword = env.DATABASE_PASSWORD ?? ''
    this.slackWebhookUrl = env.SLACK_WEBHOOK_URL ?? ''
  }
}
`

const envFile = String.raw`import { existsSync, readFileSync } from 'node:fs'

/** The KEY=value lines of a file; nothing where there is none. */
export const readEnvFile = (file) => {
  if (!file || !existsSync(file)) return {}
  const lines = readFileSync(file, 'utf8').split('\n')
  return Object.fromEntries(lines.map((line) => /^(\w+)=(.*)$/.exec(line)?.slice(1)).filter(Boolean))
}
`

const database = `import { createHash } from 'node:crypto'

const KNOWN = '4e18e94ffad20cf7ac7c5894b30ea4a7e1e52a5168caa7f10f2268d03fd6b25e'

/** A pretend database. It knows one password, by its digest. */
export const connect = ({ databaseUser, databasePassword }) => {
  const digest = createHash('sha256').update(databasePassword).digest('hex')
  if (digest !== KNOWN) throw new Error('password authentication failed for user "' + databaseUser + '"')
  return { orders: () => ['a lamp', 'two chairs'] }
}
`

const workflow = `export class RestrictedWorkflowAccessError extends Error {
  name = 'RestrictedWorkflowAccessError'
}

const walk = async (name, steps, load) => {
  const { log } = await load('./log.js').catch((error) => {
    console.warn(error.name + ': ' + error.message + '; ' + name + ' runs unlogged')
    return { log: () => {} }
  })
  let value
  for (const step of steps) {
    value = await step(value)
    log(name + ': ' + step.name)
  }
  return value
}

/** Runs a workflow that may import nothing, not even the logger. */
export class SandboxedWorkflowRunner {
  run(name, steps) {
    return walk(name, steps, async (module) => {
      throw new RestrictedWorkflowAccessError('a workflow may not import ' + module)
    })
  }
}

/** Runs a workflow that may import what it likes. */
export class UnsandboxedWorkflowRunner {
  run(name, steps) {
    return walk(name, steps, (module) => import(module))
  }
}
`

const pipeline = `import { connect } from './database.js'
import { Settings } from './settings.js'
import { tell } from './slack.js'
import { SandboxedWorkflowRunner, UnsandboxedWorkflowRunner } from './workflow.js'

const runner = new SandboxedWorkflowRunner()

/** One run: read the orders, report on them. A failure is told to the customer's channel. */
export const runPipeline = async () => {
  const settings = new Settings()
  const readOrders = () => connect(settings).orders()
  const report = (orders) => orders.length + ' orders reported'
  try {
    return await runner.run('everflow', [readOrders, report])
  } catch (error) {
    await tell(settings.slackWebhookUrl, 'Pipeline failed: everflow - ' + error.message)
    throw error
  }
}
`

const slack = `/** Posts one line into a channel. */
export const tell = async (url, text) => {
  if (url) await fetch(url, { method: 'POST', body: JSON.stringify({ text }), headers: { connection: 'close' } })
}
`

const worker = `import { createServer } from 'node:http'
import { runPipeline } from './pipeline.js'

const EVERY_MS = 300
const RETRY_MS = 3000
const runs = { finished: 0, failed: 0 }

/** Runs the pipeline for ever. A run that failed is tried again later, each time twice as late. */
const beat = async (retryMs) => {
  try {
    await runPipeline()
    runs.finished += 1
    setTimeout(beat, EVERY_MS, RETRY_MS)
  } catch (error) {
    runs.failed += 1
    console.error(error.message)
    setTimeout(beat, retryMs, retryMs * 2)
  }
}

// /health says that the worker runs. Whether its work succeeds, only /stats says.
createServer((request, response) => {
  response.writeHead(200, { connection: 'close' }).end(request.url === '/stats' ? JSON.stringify({ runs }) : 'ok')
}).listen(process.env.PORT, '127.0.0.1')
beat(RETRY_MS)
`

const runOnce = `import { runPipeline } from '../src/pipeline.js'

try {
  console.log(await runPipeline())
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
`

/** The code of everflow, a worker in plain Node without dependencies, by path. */
export const APP: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "everflow", "private": true, "type": "module" }\n',
  [SETTINGS]: settings,
  'src/env-file.js': envFile,
  [DATABASE]: database,
  'src/workflow.js': workflow,
  'src/log.js': 'export const log = (text) => console.log(text)\n',
  'src/slack.js': slack,
  [PIPELINE]: pipeline,
  'src/worker.js': worker,
  'scripts/run_pipeline.js': runOnce,
}
