/** Env keys of the room: the token in the path that everflow posts to, the admin's token, the webhooks, and where the relay is. */
export const RELAY_KEYS = {
  token: 'EVERFLOW_RELAY_TOKEN',
  admin: 'RELAY_ADMIN_TOKEN',
  customer: 'SLACK_REPORTS_URL',
  team: 'SLACK_TEAM_URL',
  url: 'RELAY_URL',
} as const

export const RELAY_FILE = 'relay.yml'

/**
 * Digests after seconds instead of a quarter of an hour, so that nobody waits for one.
 * @param slack where webhooks may be
 */
export const relayConfig = (data: string, slack: string): string => `version: 1
listen: { host: 127.0.0.1, port: 0 }
data: ${data}
admin: $${RELAY_KEYS.admin}
hosts: ['${slack}']
quiet: { digests: [5s, 1h] }
channels:
  - name: everflow-reports
    app: everflow
    token: $${RELAY_KEYS.token}     # the last part of the URL that everflow posts to
    to: $${RELAY_KEYS.customer}           # the customer's channel
    ops: $${RELAY_KEYS.team}             # the team's
    audience: customer
    quiet: hold                      # divert would spare the customer all of it
`

/** What ends safe-deploy.yml of an everflow with a relay. */
export const NOTIFY = `
notify:
  - relay: { url: $${RELAY_KEYS.url}, token: $${RELAY_KEYS.admin} }     # holds repeats of the app's own alarms
  - slack: { webhook: $${RELAY_KEYS.team} }                         # the team's channel hears of the halt
`
