import { delimiter, dirname, join } from 'node:path'
import { next, refuse } from '../errors.ts'
import type { Captured, Processes, ProcessTable, Streamed } from '../ports.ts'
import { APP, ENV_FILE } from './app.ts'
import { type Commit, edited } from './changes.ts'
import { surroundings } from './surroundings.ts'

/** A Slack that keeps what it hears. */
interface Slack {
  /** The URL of a channel's webhook. */
  webhook(channel: string): string
  texts(channel: string): string[]
  close(): Promise<void>
}

export type Channel = 'customer' | 'team'

/** What the demo needs of the world. */
export interface DemoWorld {
  env: Readonly<Record<string, string | undefined>>
  processes: Processes
  table: Pick<ProcessTable, 'holding'>
  /** A new private folder; `remove` takes it away with all it holds. */
  temporary(): { path: string; remove(): void }
  /** Writes `fly` into a folder. */
  install(dir: string, options: { home: string }): Promise<string>
  write(path: string, text: string): Promise<void>
  read(path: string): Promise<string | null>
  openSlack(): Promise<Slack>
  /** This very safe-deploy as a command. */
  self: readonly [runtime: string, script: string]
}

/** What a room is furnished with before anything serves in it. */
export interface Place {
  /** Its folder. */
  home: string
  slack: Slack
  /** Environment of everything that runs in the room. */
  env: Readonly<Record<string, string>>
}

/** What stands round everflow. */
export interface Setting {
  /** Its code, by path. */
  files: Readonly<Record<string, string>>
  /** What stands beside the code, when it is known where everflow answers. */
  around(url: string): Readonly<Record<string, string>>
  /** What runs beside it: where everflow posts to, more environment of the room, and how it ends. Not said: nothing; it posts to the channel itself. */
  beside?(place: Place): Promise<Beside>
}

export interface Beside {
  webhook: string
  env: Readonly<Record<string, string>>
  end(): Promise<void>
}

/** A private place with a pocket fly, everflow's repository and the customer's channel. */
export interface Room {
  /** The repository. */
  app: string
  /** Where everflow answers, without a slash at the end. */
  url: string
  run(argv: readonly string[]): Promise<Captured>
  /** Runs this safe-deploy in the repository; whole lines as they come. */
  guard(args: readonly string[], onLines: (lines: string[]) => void): Promise<Streamed>
  commit(commit: Commit): Promise<void>
  /** Calls of fly deploy, and how many of them brought an earlier image back. */
  deploys(): Promise<{ all: number; back: number }>
  /** What was posted into a channel. */
  texts(channel: Channel): string[]
  /** Ends everything that was started, and takes the folder away. Returns the processes that would not go. */
  close(): Promise<number[]>
}

/** Names of the channels in Slack. */
export const CHANNELS: Readonly<Record<Channel, string>> = { customer: 'everflow-reports', team: 'everflow-team' }
const INCIDENT_ALONE: Setting = { files: APP, around: (url) => surroundings(url) }

const COMMAND_MS = 120_000
const GRACE_MS = 5_000
/** Nothing of the caller's shell but what programs need to be found: no agent or CI marks, no tokens, no proxy. */
const KEPT = ['LANG', 'LC_ALL', 'TZ', 'SystemRoot']

const envOf = (world: DemoWorld, home: string): Record<string, string> => ({
  ...Object.fromEntries(KEPT.flatMap((key) => (world.env[key] === undefined ? [] : [[key, world.env[key]]]))),
  PATH: [join(home, 'bin'), dirname(world.self[0]), world.env.PATH ?? ''].join(delimiter),
  HOME: home,
  TMPDIR: home,
  GIT_CONFIG_NOSYSTEM: '1',
  POCKET_FLY_HOME: join(home, 'state'),
  POCKET_FLY_SPEED: '200',
})

const failed = (argv: readonly string[], ran: Captured): Error => {
  if (ran.missing && argv[0] === 'git')
    return refuse('GIT_MISSING', {
      what: 'The demo needs git on PATH.',
      next: [next('install git, then', ['safe-deploy', 'demo'])],
    })
  return new Error(`${argv.join(' ').slice(0, 80)} ended with ${ran.exit ?? ran.signal ?? ran.error}: ${ran.stderr.slice(0, 500)}`)
}

/**
 * Opens the room: everflow committed, its app created on the pocket fly, its secrets set. Nothing serves yet.
 * @param signal ends what runs
 * @param setting not said: the incident as `safe-deploy demo` tells it
 * @throws GIT_MISSING; an Error when a program of the room fails
 */
export const openRoom = async (world: DemoWorld, signal: AbortSignal, setting: Setting = INCIDENT_ALONE): Promise<Room> => {
  const folder = world.temporary()
  const home = folder.path
  const [app, calls] = [join(home, 'everflow'), join(home, 'state', 'calls.ndjson')]
  const env: Record<string, string> = envOf(world, home)
  const slack = await world.openSlack()
  const ends: (() => Promise<void>)[] = []
  const capture = (argv: readonly string[]) => world.processes.capture({ argv, cwd: app, env, timeoutMs: COMMAND_MS, signal })
  const must = async (...argv: string[]): Promise<string> => {
    const ran = await capture(argv)
    if (ran.exit !== 0) throw failed(argv, ran)
    return ran.stdout
  }
  const put = async (files: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(files)) await world.write(join(app, file), text)
  }
  const close = async (): Promise<number[]> => {
    // By its path: where it could not even be written, another fly on PATH is nobody's to call.
    await world.processes.capture({ argv: [join(home, 'bin', 'fly'), '__stop-all'], cwd: home, env, timeoutMs: COMMAND_MS })
    for (const end of ends) await end()
    await slack.close()
    const left = await world.table.holding('HOME', home)
    folder.remove()
    return left
  }
  const room: Omit<Room, 'url'> = {
    app,
    run: capture,
    guard: (args, onLines) => {
      const command = [...world.self, ...args]
      const onText = (text: string) => onLines((text.endsWith('\n') ? text.slice(0, -1) : text).split('\n'))
      const running = world.processes.stream({ command, cwd: app, env, timeoutMs: COMMAND_MS, graceMs: GRACE_MS, onText })
      const stop = () => running.stop('SIGINT')
      signal.addEventListener('abort', stop, { once: true })
      if (signal.aborted) stop()
      return running.done.finally(() => signal.removeEventListener('abort', stop))
    },
    commit: async ({ message, edits }) => {
      for (const edit of edits) {
        const path = join(app, edit.file)
        await world.write(path, edited((await world.read(path)) ?? '', edit))
      }
      await must('git', 'commit', '-q', '-a', '-m', message)
    },
    deploys: async () => {
      const lines = ((await world.read(calls)) ?? '').split('\n').filter(Boolean)
      const made = lines.map((line) => (JSON.parse(line) as { argv: string[] }).argv).filter((argv) => argv[0] === 'deploy')
      return { all: made.length, back: made.filter((argv) => argv.some((word) => word.startsWith('--image'))).length }
    },
    texts: (channel) => slack.texts(CHANNELS[channel]),
    close,
  }
  try {
    await world.install(join(home, 'bin'), { home: join(home, 'state') })
    await put({ ...setting.files, '.env': ENV_FILE })
    const beside = await setting.beside?.({ home, slack, env })
    if (beside) ends.push(beside.end)
    Object.assign(env, beside?.env)
    const url = await settle(must, put, { webhook: beside?.webhook ?? slack.webhook(CHANNELS.customer), around: setting.around })
    return { ...room, url }
  } catch (error) {
    await close()
    throw error
  }
}

/** The app on the pocket fly, its secrets, and the repository with everything in one commit. Returns where it will answer. */
const settle = async (
  must: (...argv: string[]) => Promise<string>,
  put: (files: Readonly<Record<string, string>>) => Promise<void>,
  { webhook, around }: Pick<Setting, 'around'> & Pick<Beside, 'webhook'>,
): Promise<string> => {
  await must('git', 'init', '-q')
  await must('git', 'config', 'user.name', 'demo')
  await must('git', 'config', 'user.email', 'demo@example.com')
  await must('fly', 'apps', 'create', 'everflow')
  await must('fly', 'secrets', 'set', '-a', 'everflow', `ENV_FILE=${ENV_FILE}`, `SLACK_WEBHOOK_URL=${webhook}`)
  const { AppURL } = JSON.parse(await must('fly', 'status', '-a', 'everflow', '--json')) as { AppURL: string }
  const url = AppURL.replace(/\/$/, '')
  await put(around(url))
  await must('git', 'add', '-A')
  await must('git', 'commit', '-q', '-m', 'everflow as it works')
  return url
}
