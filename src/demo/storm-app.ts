import { APP, DATABASE, PIPELINE } from './app.ts'
import { type Commit, GUESS, INCIDENT } from './changes.ts'

/** How everflow was deployed before: fly deploy, a look at the work, and a line into the channel. */
export const DEPLOY_SCRIPT = 'scripts/deploy.js'

const deploy = `import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tell } from '../src/slack.js'

const fly = (...args) => spawnSync('fly', args, { encoding: 'utf8' })
const deployed = fly('deploy', '--ha=false')
const { AppURL } = JSON.parse(fly('status', '-a', 'everflow', '--json').stdout)

/** The first run after the deploy. */
const firstRun = async () => {
  for (let left = 200; left > 0; left -= 1) {
    const { runs } = await fetch(new URL('/stats', AppURL), { headers: { connection: 'close' } }).then((answer) => answer.json()).catch(() => ({}))
    if (runs?.finished > 0 || runs?.failed > 0) return runs
    await new Promise((done) => setTimeout(done, 50))
  }
  return { finished: 0, failed: 0 }
}

const runs = await firstRun()
console.log('fly deploy ended with ' + deployed.status + '; since then ' + runs.finished + ' runs finished, ' + runs.failed + ' failed')
if (runs.failed > 0 || runs.finished === 0) {
  const subject = spawnSync('git', ['log', '-1', '--format=%s'], { encoding: 'utf8' }).stdout.trim()
  await tell(process.env.SLACK_WEBHOOK_URL, 'Deploy failed: everflow - ' + subject)
  process.exitCode = 1
}
`

const worker = `import { createServer } from 'node:http'
import { runPipeline } from './pipeline.js'

const EVERY_MS = 300
const runs = { finished: 0, failed: 0 }

const run = async () => {
  try {
    await runPipeline()
    runs.finished += 1
    return true
  } catch (error) {
    runs.failed += 1
    console.error(error.message)
    return false
  }
}

/** Runs the pipeline over and over. After a run that failed it waits for the schedule: POST /run. */
const beat = async () => {
  if (await run()) setTimeout(beat, EVERY_MS)
}

createServer(async (request, response) => {
  if (request.method === 'POST') await run()
  // /health says that the worker runs. Whether its work succeeds, only /stats says.
  response.writeHead(200, { connection: 'close' }).end(request.url === '/health' ? 'ok' : JSON.stringify({ runs }))
}).listen(process.env.PORT, '127.0.0.1')
beat()
`

/** everflow as the storm tells of it: a failed run is tried again when its schedule says so, not by itself. */
export const STORM_APP: Readonly<Record<string, string>> = { ...APP, 'src/worker.js': worker, [DEPLOY_SCRIPT]: deploy }

const QUOTED = '.update(JSON.stringify(databasePassword))'
const ESCAPED = '.update(encodeURIComponent(databasePassword))'
const TRIMMED = '.update(encodeURIComponent(databasePassword.trim()))'

const inDatabase = (message: string, from: string, to: string): Commit => ({ message, edits: [{ file: DATABASE, from, to }] })

/** Six deploys: the change that broke it, and five guesses. None of them looks at what the first one took away. */
export const ATTEMPTS: readonly Commit[] = [
  INCIDENT,
  GUESS,
  inDatabase('Escape the database password instead', QUOTED, ESCAPED),
  inDatabase('Trim the database password', ESCAPED, TRIMMED),
  inDatabase('Take the database password as it is', TRIMMED, '.update(databasePassword)'),
  {
    message: 'Connect before the workflow begins',
    edits: [
      {
        file: PIPELINE,
        from: '  const readOrders = () => connect(settings).orders()\n',
        to: '  const readOrders = async () => connect(settings).orders()\n',
      },
    ],
  },
]
