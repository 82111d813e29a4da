import * as z from 'zod'
import { choice, exactlyOne, secret, text } from './values.ts'

/** Where somebody listens: `customer` channels are spared what `ops` channels get. */
const audience = choice(['ops', 'customer'], 'Who reads there. Default ops.').optional()

const slack = z
  .strictObject({
    webhook: secret('An incoming webhook.').optional(),
    token: secret('A bot token, for one message that is edited.').optional(),
    channel: text('With token: the channel.').optional(),
    audience,
  })
  .refine(exactlyOne('webhook', 'token'), { error: 'one of webhook and token' })
const webhook = z.strictObject({
  url: z.union([secret('The URL.'), text('The URL.')]).describe('The URL, or the env key that holds it.'),
  secret: secret('Signs the body.').optional(),
  audience,
})
const pagerduty = z.strictObject({
  routing_key: secret('The integration key.'),
  severity: choice(['critical', 'error', 'warning', 'info'], 'Default error.').optional(),
})
const alertmanager = z.strictObject({
  url: text('The base URL.'),
  labels: z.record(text('A label.'), text('A value.')).describe('Labels for the alert.').optional(),
  silence: z.boolean().describe('Silence the app’s own alerts while it is halted. Default false.').optional(),
})
const github = z.strictObject({ environment: text('The deployment environment.').optional(), token: secret('A token.').optional() })
const relay = z.strictObject({ url: text('Where the relay runs.'), token: secret('Its token.') })

/** One outlet of `notify:`. */
export const notifySchema = z
  .strictObject({
    slack: slack.describe('Slack.').optional(),
    webhook: webhook.describe('Any service that takes JSON.').optional(),
    pagerduty: pagerduty.describe('PagerDuty Events v2.').optional(),
    alertmanager: alertmanager.describe('Alertmanager v2.').optional(),
    github: github.describe('A GitHub deployment status.').optional(),
    relay: relay.describe('The storm relay for the app’s own alarms.').optional(),
  })
  .refine(exactlyOne('slack', 'webhook', 'pagerduty', 'alertmanager', 'github', 'relay'), {
    error: 'one of slack, webhook, pagerduty, alertmanager, github and relay',
  })
  .describe('One outlet.')
