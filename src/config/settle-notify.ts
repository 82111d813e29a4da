import type { AlertmanagerSpec, FromEnv, NotifySpec, Value } from '../notifiers/spec.ts'
import { KEY, keyNamed } from './env-key.ts'
import type { WrittenApp } from './schema.ts'
import { msOr } from './settle-proof.ts'

type Written = NonNullable<WrittenApp['notify']>[number]

const HOUR_MS = 3_600_000

const fromEnv = (written: string): FromEnv => ({ env: keyNamed(written) })
const textOrKey = (written: string): Value => (KEY.test(written) ? fromEnv(written) : written)
const bare = (url: string): string => url.replace(/\/+$/, '')
const urlOf = (written: string): Value => (KEY.test(written) ? fromEnv(written) : bare(written))

const slackOf = ({ webhook, token, channel, api, audience = 'ops' }: NonNullable<Written['slack']>): NotifySpec =>
  webhook !== undefined
    ? { kind: 'slack-webhook', webhook: fromEnv(webhook), audience }
    : { kind: 'slack-bot', token: fromEnv(token ?? ''), channel: channel ?? '', api: bare(api ?? 'https://slack.com/api'), audience }

const alertmanagerOf = (written: NonNullable<Written['alertmanager']>): AlertmanagerSpec => {
  const { url, bearer, basic, headers, labels, silence } = written
  const auth = bearer !== undefined ? { bearer: fromEnv(bearer) } : null
  return {
    kind: 'alertmanager',
    // Where somebody copied the address of the API itself.
    url: typeof urlOf(url) === 'string' ? bare(url).replace(/\/api\/v2(?:\/alerts)?$/, '') : urlOf(url),
    auth: basic ? { user: basic.user, password: fromEnv(basic.password) } : auth,
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, textOrKey(value)])),
    labels: labels ?? {},
    silence: silence === true ? 'app' : silence || null,
  }
}

const githubOf = ({ environment, token, repository, api }: NonNullable<Written['github']>): NotifySpec => ({
  kind: 'github',
  token: fromEnv(token ?? '$GITHUB_TOKEN'),
  environment: environment ?? 'production',
  repository: repository ?? null,
  api: bare(api ?? 'https://api.github.com'),
})

/** One outlet as written → settled; the schema has seen to it that one kind is there. */
export const settleNotify = ({ slack, webhook, pagerduty, alertmanager, github, relay }: Written): NotifySpec => {
  if (slack) return slackOf(slack)
  if (webhook) {
    const { url, secret, counts, audience = 'ops' } = webhook
    const signs = secret === undefined ? null : fromEnv(secret)
    return { kind: 'webhook', url: textOrKey(url), secret: signs, audience, ...(counts ? { counts } : {}) }
  }
  if (pagerduty) {
    const { routing_key: key, severity = 'error', api } = pagerduty
    return { kind: 'pagerduty', key: fromEnv(key), severity, api: bare(api ?? 'https://events.pagerduty.com') }
  }
  if (alertmanager) return alertmanagerOf(alertmanager)
  if (relay) {
    const { url, token, ttl, app } = relay
    return { kind: 'relay', url: urlOf(url), token: fromEnv(token), ttlMs: msOr(ttl, HOUR_MS), app: app ?? null }
  }
  return githubOf(github ?? {})
}

const OUTLETS: Readonly<Record<NotifySpec['kind'], string | null>> = {
  'slack-webhook': 'Slack',
  'slack-bot': 'Slack',
  webhook: 'a webhook',
  pagerduty: 'PagerDuty',
  alertmanager: 'Alertmanager',
  github: null,
  relay: null,
}

/** Who hears a failure by an outlet, in words; nobody by one that is looked at or keeps quiet. */
export const hearerOf = (spec: NotifySpec): string[] => {
  const name = OUTLETS[spec.kind]
  if (name === null) return []
  const where = spec.kind === 'slack-bot' ? `${name} ${spec.channel}` : name
  return ['audience' in spec && spec.audience === 'customer' ? `customers (${where})` : where]
}
