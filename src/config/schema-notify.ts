import * as z from 'zod'
import { isSecretName } from '../redact.ts'
import { durationMs } from './duration.ts'
import { KEY } from './env-key.ts'
import { choice, duration, exactlyOne, httpUrl, secret, text, urlOrKey } from './values.ts'

/** Where somebody listens: `customer` channels are spared what `ops` channels get. */
const audience = choice(
  ['ops', 'customer'],
  'Who reads there. Customers hear shortly that an update did not work and when that is over, nothing of how or why. Default ops.',
).optional()

const slack = z
  .strictObject({
    webhook: secret('An incoming webhook.').optional(),
    token: secret('A bot token (chat:write), for one message that is edited.').optional(),
    channel: text('With token: the channel, by id or name. A webhook has its own.').optional(),
    api: httpUrl('With token: another Slack, such as https://slack-gov.com/api. Default https://slack.com/api.').optional(),
    audience,
  })
  .refine(exactlyOne('webhook', 'token'), { error: 'one of webhook and token' })
  .refine(({ token, channel }) => token === undefined || channel !== undefined, { error: 'a channel beside token' })
  .refine(({ webhook, channel, api }) => webhook === undefined || (channel === undefined && api === undefined), {
    error: 'no channel and no api beside webhook, which has its own',
  })
const webhook = z.strictObject({
  url: urlOrKey('The URL'),
  secret: secret('Signs the body.').optional(),
  counts: z
    .boolean()
    .describe('Also a request each time that a counter grows, such as for each refused attempt. Default false.')
    .optional(),
  audience,
})
const pagerduty = z.strictObject({
  routing_key: secret('The integration key of Events API v2.'),
  severity: choice(['critical', 'error', 'warning', 'info'], 'Default error.').optional(),
  api: httpUrl('Another region, such as https://events.eu.pagerduty.com. Default https://events.pagerduty.com.').optional(),
})

/** Labels that the alert has by itself. */
const OURS: ReadonlySet<string> = new Set(['alertname', 'app', 'incident'])
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/
const label = z.string().regex(LABEL, { error: 'a label: letters, digits and _' })
const ownLabel = label.refine((name) => !OURS.has(name), { error: 'another label: the alert has alertname, app and incident by itself' })
const headerName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, { error: 'the name of a header' })

const isSecretHeader = (name: string): boolean =>
  /^(?:proxy-)?authorization$|^cookie$/i.test(name) || isSecretName(name.replaceAll('-', '_'))
const keepsSecrets = (headers: Record<string, string>): boolean =>
  Object.entries(headers).every(([name, value]) => KEY.test(value) || !isSecretHeader(name))

const SILENCES = 'true, false, or a map of labels and their values'

const alertmanager = z
  .strictObject({
    url: urlOrKey('The base URL'),
    bearer: secret('A token for Authorization: Bearer.').optional(),
    basic: z
      .strictObject({ user: text('The user.'), password: secret('The password.') })
      .describe('Basic authentication.')
      .optional(),
    headers: z
      .record(headerName, text('A value, or the env key that holds it.'))
      .refine(keepsSecrets, { error: 'an env key where a header holds a secret' })
      .describe('Further headers, such as X-Scope-OrgID.')
      .optional(),
    labels: z.record(ownLabel, text('A value.')).describe('Labels for the alert, beside alertname, app and incident.').optional(),
    silence: z
      .union([z.boolean(), z.record(label, text('A value.')).refine((labels) => Object.keys(labels).length > 0, { error: SILENCES })], {
        error: SILENCES,
      })
      .describe(
        'Silence the app’s own alerts while it is halted: true those whose label app is its name, or a map of labels. Default false.',
      )
      .optional(),
  })
  .refine(({ bearer, basic }) => bearer === undefined || basic === undefined, { error: 'one of bearer and basic' })

const github = z.strictObject({
  environment: text('The deployment environment. Default production.').optional(),
  token: secret('A token that may write deployments. Default $GITHUB_TOKEN.').optional(),
  repository: z
    .string()
    .regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, { error: 'owner/name' })
    .describe('owner/name. Default: GITHUB_REPOSITORY, else what the remote origin names.')
    .optional(),
  api: httpUrl('The API of a GitHub Enterprise server. Default https://api.github.com.').optional(),
})
const relay = z.strictObject({
  url: urlOrKey('Where the relay runs'),
  token: secret('Its admin token.'),
  ttl: duration('How long a halt keeps the app quiet unless a later command renews it. Default 1h; the relay has the last word.')
    .refine((ttl) => durationMs(ttl) >= 60_000, { error: 'at least a minute' })
    .optional(),
  app: text('The app’s name in the config of the relay. Default: its name here.').optional(),
})

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
