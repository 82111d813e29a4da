import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openPocketSlack, type PocketSlack } from '../../src/sandbox/slack.ts'
import { tempFolder } from '../change/repo.ts'
import { built } from './built.ts'

/** The app and the channel of a relay of a test. */
const APP = 'everflow'
const CHANNEL = 'reports'

export interface RelayWants {
  /** Pauses between digests. */
  digests?: readonly string[]
  quiet?: 'hold' | 'divert'
}

/** The built relay in a process of its own, before a Slack of its own. */
export interface RelayProcess {
  slack: PocketSlack
  /** Where the app posts: Slack's URL with another host and another last part. */
  webhook: string
  /** The same without a relay. */
  direct: string
  texts(): string[]
  /** What was diverted, and the relay's own words. */
  ops(): string[]
  /** A call of the admin. @throws where it is not answered with 200 */
  ask(path: string, body?: object): Promise<unknown>
  quiet(ttlS?: number): Promise<void>
  release(): Promise<void>
  stop(): Promise<number | null>
}

const secret = () => randomBytes(24).toString('base64url')

const configOf = (folder: string, slack: string, { digests = ['15m', '1h'], quiet = 'hold' }: RelayWants): string => `version: 1
listen: { host: 127.0.0.1, port: 0 }
data: ${join(folder, 'journal')}
admin: $RELAY_ADMIN
hosts: ['${slack}']
rate: 100000
quiet: { digests: [${digests.join(', ')}] }
channels:
  - { name: ${CHANNEL}, app: ${APP}, token: $RELAY_TOKEN, to: $SLACK_REPORTS, ops: $SLACK_OPS, quiet: ${quiet} }
`

/** Starts a relay, and ends it with the test. */
export const startRelay = async (wants: RelayWants = {}): Promise<RelayProcess> => {
  const slack = await openPocketSlack()
  const folder = tempFolder()
  const [token, admin] = [secret(), secret()]
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'relay.yml')
  writeFileSync(file, configOf(folder, slack.url, wants))
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    RELAY_ADMIN: admin,
    RELAY_TOKEN: token,
    SLACK_REPORTS: slack.webhook(CHANNEL),
    SLACK_OPS: slack.webhook('ops'),
  }
  const child = spawn(process.execPath, [join(built(), 'bin/safe-deploy.js'), 'relay', `--config=${file}`], {
    env,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await slack.close()
  })
  const url = `http://${await listening(child)}`
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json', connection: 'close' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return answer.json()
  }
  return {
    slack,
    webhook: slack.webhook(token).replace(slack.url, url),
    direct: slack.webhook(CHANNEL),
    texts: () => slack.texts(CHANNEL),
    ops: () => slack.texts('ops'),
    ask,
    quiet: async (ttlS = 600) => {
      await ask('/v1/quiet', { app: APP, ttl_s: ttlS, because: 'a test', by: 'test', reason: 'halt' })
    },
    release: async () => {
      await ask('/v1/release', { app: APP, by: 'test' })
    },
    stop: () =>
      new Promise((done) => {
        child.once('close', done)
        child.kill('SIGTERM')
      }),
  }
}

const listening = (child: ChildProcess): Promise<string> =>
  new Promise((found, fail) => {
    const seen = { text: '' }
    const hear = (part: string) => {
      seen.text += part
      const at = /Listening on (\S+:\d+)/.exec(seen.text)?.[1]
      if (at) found(at)
    }
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', hear)
    child.once('close', (code) => fail(new Error(`the relay ended with ${code}: ${seen.text.slice(0, 1000)}`)))
  })
