/** A relay that is to run on Fly. */
export interface RelayPlan {
  /** Its own app. */
  name: string
  /** Apps that post through it; a placeholder where none is known. */
  apps: readonly string[]
  /** Where they run, or null. */
  region: string | null
  /** Of safe-deploy. */
  version: string
  /** From the folder of these files to where node_modules lies, e.g. `..`. */
  up: string
}

/** The folder in which the journal lies; the volume's own is root's. */
const DATA = '/data'
export const VOLUME = 'relay_data'
export const ADMIN_KEY = 'RELAY_ADMIN_TOKEN'

const suffixOf = (app: string): string => `_${app.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`

/** Env keys of an app's channel: what the app posts with, and the real webhook. */
export const keysOf = ({ apps }: Pick<RelayPlan, 'apps'>, app: string): { token: string; hook: string } => {
  // Two names may differ in what no env key can hold.
  const before = apps.slice(0, apps.indexOf(app)).filter((other) => suffixOf(other) === suffixOf(app)).length
  const suffix = apps.length === 1 ? '' : `${suffixOf(app)}${before === 0 ? '' : `_${before + 1}`}`
  return { token: `RELAY_TOKEN${suffix}`, hook: `SLACK_WEBHOOK_URL${suffix}` }
}

const channel = (plan: RelayPlan, app: string): string[] => {
  const { token, hook } = keysOf(plan, app)
  return [
    `  - name: ${JSON.stringify(`${app}-alerts`)}`,
    `    app: ${JSON.stringify(app)}  # as safe-deploy calls it: its quiet windows hold here`,
    `    token: $${token}  # the last part of the URL that the app posts to`,
    `    to: $${hook}  # the real webhook`,
    '    # Customers read there? Then nothing of a bad deploy reaches them; all of it goes to ops:',
    '    # audience: customer',
    '    # ops: $SLACK_OPS_WEBHOOK_URL',
    '    # What is never held, as patterns of RE2:',
    "    # never_hold: ['<!channel>', resolved, recovered]",
  ]
}

/** relay.yml. */
export const relayYml = (plan: RelayPlan): string =>
  `${[
    `# yaml-language-server: $schema=${plan.up}/node_modules/safe-deploy/dist/safe-deploy.relay.schema.json`,
    '# What the storm relay goes by. safe-deploy relay --help shows every key. $NAME is an env key: fly secrets set.',
    '#',
    '# While all is well a message is handed on as it came. While an app is quiet (halted, deploying, or by hand) the first of',
    '# each kind still comes through; repeats are kept on disk, counted, and told in digests.',
    '#',
    '# Not covered, because it does not pass here:',
    '#   - senders with the URL of the hook written into their code, or that take no host but hooks.slack.com',
    '#   - senders with a bot token (chat.postMessage), mail, Teams, Discord',
    '#   - the time in which this relay is down, without a second one: the post of the app fails, and most senders do not try again',
    'version: 1',
    `data: ${DATA}/journal`,
    `admin: $${ADMIN_KEY}`,
    'channels:',
    ...plan.apps.flatMap((app) => channel(plan, app)),
  ].join('\n')}\n`

/** The Dockerfile. */
export const dockerfile = ({ version }: RelayPlan): string => `# The storm relay of safe-deploy.
FROM node:22-slim
RUN npm install --global safe-deploy@${version} && npm cache clean --force
RUN mkdir ${DATA} && chown node:node ${DATA}
COPY --chown=node:node relay.yml /etc/relay/relay.yml
ENV HOME=/home/node
# A fresh volume belongs to root: it is handed over, and then nothing runs as root any more.
CMD ["sh", "-c", "chown node:node ${DATA} && exec setpriv --reuid=node --regid=node --init-groups safe-deploy relay --config=/etc/relay/relay.yml"]
`

/** fly.toml. */
export const flyToml = ({
  name,
  region,
}: RelayPlan): string => `# Runs the storm relay of safe-deploy. TLS is the business of Fly's proxy; the relay itself speaks HTTP.
#
# No public address is needed: apps of the organization reach it by Flycast, http://${name}.flycast
#   fly ips allocate-v6 --private --app ${name}
#
# Two relays, so that one may be down: fly scale count 2 --app ${name}
# Two machines are two volumes, and so two journals:
#   - each delivers what it holds itself; the proxy gives a message to either
#   - a quiet window has to be opened on both, so safe-deploy.yml names both, not the Flycast address
#     (fly machine list --app ${name} shows the ids):
#       notify:
#         - relay: { url: "http://MACHINE-ID-1.vm.${name}.internal:8080", token: $${ADMIN_KEY} }
#         - relay: { url: "http://MACHINE-ID-2.vm.${name}.internal:8080", token: $${ADMIN_KEY} }
#   - kinds and counts are those of each machine: the first of a kind comes through once from either
app = "${name}"
${region === null ? '# Where the app runs, and the volume:\n# primary_region = "REGION"' : `primary_region = "${region}"`}
kill_signal = "SIGTERM"
# It takes nothing new, and finishes within 10 s what is under way.
kill_timeout = 30

[[mounts]]
  source = "${VOLUME}"
  destination = "${DATA}"

[http_service]
  internal_port = 8080
  # Flycast is plain HTTP inside the private network. With a public address: true.
  force_https = false
  # A machine that sleeps loses the clock of its windows, and the first message waits for its start.
  auto_stop_machines = "off"
  auto_start_machines = true
  min_machines_running = 1

  [[http_service.checks]]
    method = "GET"
    path = "/health"
    interval = "15s"
    timeout = "5s"
    grace_period = "10s"

[[vm]]
  size = "shared-cpu-1x"
  memory = "512mb"
`
