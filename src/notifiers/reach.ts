import { createHash } from 'node:crypto'
import type { AlertmanagerSpec, FromEnv, NotifySpec, Value } from './spec.ts'

const valuesOf = (spec: NotifySpec): (Value | null)[] => {
  switch (spec.kind) {
    case 'slack-webhook':
      return [spec.webhook]
    case 'slack-bot':
    case 'github':
      return [spec.token]
    case 'webhook':
      return [spec.url, spec.secret]
    case 'pagerduty':
      return [spec.key]
    case 'alertmanager':
      return [
        spec.url,
        ...(spec.auth ? ['bearer' in spec.auth ? spec.auth.bearer : spec.auth.password] : []),
        ...Object.values(spec.headers),
      ]
    case 'relay':
      return [spec.url, spec.token]
  }
}

/** Env keys that an outlet needs. */
export const keysOf = (spec: NotifySpec): string[] =>
  valuesOf(spec).flatMap((value) => (typeof value === 'object' && value ? [value.env] : []))

/** A short name of a place: its env key, or its host and a digest of what follows, which may be a secret. */
const placeOf = (value: Value): string => {
  if (typeof value === 'object') return `$${value.env}`
  const { host, pathname, search } = new URL(value)
  const rest = pathname === '/' && search === '' ? '' : ` #${createHash('sha256').update(value).digest('hex').slice(0, 6)}`
  return `${host}${rest}`
}

/** Stable on every machine, without a secret. */
export const outletId = (spec: NotifySpec): string => {
  switch (spec.kind) {
    case 'slack-webhook':
      return `slack $${spec.webhook.env}`
    case 'slack-bot':
      return `slack $${spec.token.env} ${spec.channel}`
    case 'webhook':
      return `webhook ${placeOf(spec.url)}`
    case 'pagerduty':
      return `pagerduty $${spec.key.env}`
    case 'alertmanager':
      return `alertmanager ${placeOf(spec.url)}`
    case 'github':
      return `github ${spec.repository ? `${spec.repository} ` : ''}${spec.environment}`
    case 'relay':
      return `relay ${placeOf(spec.url)}${spec.app ? ` ${spec.app}` : ''}`
  }
}

/** What a value is, read from the environment where a key holds it; '' where it is not set. */
export type Read = (value: Value) => string

export const readerOf =
  (env: Readonly<Record<string, string | undefined>>): Read =>
  (value) =>
    typeof value === 'string' ? value : (env[value.env] ?? '').trim()

/** Values of env keys that a config names for its outlets: no text may show them. */
export const secretsOf = (specs: readonly NotifySpec[], env: Parameters<typeof readerOf>[0]): string[] => {
  const read = readerOf(env)
  return specs.flatMap(keysOf).flatMap((key) => read({ env: key }) || [])
}

const urlOf = (spec: NotifySpec): Value | null => ('url' in spec ? spec.url : 'webhook' in spec ? spec.webhook : null)

/** Why what an env key holds cannot be used, or null. Never says what it holds. */
export const unusable = (spec: NotifySpec, read: Read): string | null => {
  const broken = valuesOf(spec).find(
    (value): value is FromEnv => typeof value === 'object' && value !== null && /[\x00-\x1f\x7f]/.test(read(value)),
  )
  if (broken) return `is not told: $${broken.env} holds more than one line of text`
  const url = urlOf(spec)
  if (url === null || typeof url === 'string') return null
  const at = URL.canParse(read(url)) ? new URL(read(url)) : null
  if (!at || !/^https?:$/.test(at.protocol)) return `is not told: $${url.env} holds no URL that begins with http:// or https://`
  return at.username || at.password ? `is not told: $${url.env} holds a URL with a user or password in it` : null
}

/** A base without a slash at its end. */
export const bare = (url: string): string => url.replace(/\/+$/, '')

/** Where an Alertmanager is, how it is told who asks, and what of that no failure may show. */
export const alertmanagerReached = (spec: AlertmanagerSpec, read: Read) => {
  const { auth } = spec
  const secret = auth ? read('bearer' in auth ? auth.bearer : auth.password) : ''
  const basic = auth && 'user' in auth ? Buffer.from(`${auth.user}:${secret}`).toString('base64') : ''
  const own = Object.entries(spec.headers).map(([name, value]) => [name.toLowerCase(), read(value)] as const)
  const base = bare(read(spec.url))
  return {
    base,
    headers: { ...Object.fromEntries(own), ...(auth ? { authorization: basic ? `Basic ${basic}` : `Bearer ${secret}` } : {}) },
    secrets: [base, secret, basic, ...own.map(([, value]) => value)].filter((value) => value !== ''),
  }
}
