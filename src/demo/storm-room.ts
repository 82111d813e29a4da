import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Running } from '../ports.ts'
import { type Beside, CHANNELS, type DemoWorld, type Place, type Setting } from './room.ts'
import { STORM_APP } from './storm-app.ts'
import { NOTIFY, RELAY_FILE, RELAY_KEYS, relayConfig } from './storm-config.ts'
import { surroundings } from './surroundings.ts'

/** Longer than any demo. */
const RELAY_MS = 600_000
const GRACE_MS = 10_000
const LISTENING = /Listening on (\S+:\d+)/

/** As it was: everflow posts to the channel itself, and so does the script that deploys it. */
export const WITHOUT_RELAY: Setting = {
  files: STORM_APP,
  around: (url) => surroundings(url),
  beside: async ({ slack }) => {
    const webhook = slack.webhook(CHANNELS.customer)
    return { webhook, env: { SLACK_WEBHOOK_URL: webhook }, end: async () => {} }
  },
}

/** A relay runs beside everflow: one secret of everflow names it, and safe-deploy tells it when to be quiet. */
export const withRelay = (world: DemoWorld): Setting => ({
  files: STORM_APP,
  around: (url) => surroundings(url, NOTIFY),
  beside: (place) => startRelay(world, place),
})

/** `safe-deploy relay`, as a process of its own. */
const startRelay = async (world: DemoWorld, { home, slack, env }: Place): Promise<Beside> => {
  const secret = () => randomBytes(24).toString('base64url')
  const keys = {
    [RELAY_KEYS.token]: secret(),
    [RELAY_KEYS.admin]: secret(),
    [RELAY_KEYS.customer]: slack.webhook(CHANNELS.customer),
    [RELAY_KEYS.team]: slack.webhook(CHANNELS.team),
  }
  const folder = join(home, 'relay')
  await world.write(join(folder, RELAY_FILE), relayConfig(join(folder, 'journal'), new URL(slack.webhook('')).origin))
  const command = [...world.self, 'relay', `--config=${join(folder, RELAY_FILE)}`]
  const said: string[] = []
  const spec = { command, cwd: folder, env: { ...env, ...keys }, timeoutMs: RELAY_MS, graceMs: GRACE_MS }
  const { running, at } = await new Promise<{ running: Running; at: string | null }>((done) => {
    const running = world.processes.stream({
      ...spec,
      onText: (text) => {
        said.push(text)
        const at = LISTENING.exec(said.join(''))?.[1]
        if (at) done({ running, at })
      },
    })
    void running.done.then(() => done({ running, at: null }))
  })
  if (at === null) throw new Error(`the relay did not begin: ${said.join('').slice(0, 500)}`)
  return {
    webhook: `http://${at}/services/T0POCKET/B0POCKET/${keys[RELAY_KEYS.token]}`,
    env: {
      [RELAY_KEYS.url]: `http://${at}`,
      [RELAY_KEYS.admin]: keys[RELAY_KEYS.admin] ?? '',
      [RELAY_KEYS.team]: slack.webhook(CHANNELS.team),
    },
    end: async () => {
      running.stop('SIGTERM')
      await running.done
    },
  }
}
