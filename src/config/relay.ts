import { type GuardError, refuse } from '../errors.ts'
import type { Channel, Override, Policy } from '../relay/policy.ts'
import { checkYaml } from './checked.ts'
import { KEY, keyNamed } from './env-key.ts'
import { patternOf } from './pattern.ts'
import { type Problem, problemLine } from './problem.ts'
import { relaySchema, type WrittenRelay } from './schema-relay.ts'
import { relayJsonSchema } from './schema-relay-json.ts'
import { msOr } from './settle-proof.ts'
import type { Yaml } from './yaml.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What a config means besides what is written in it. */
interface Given {
  /** Holds the secrets that it names. */
  env: Env
  /** What may be held where nothing is said. */
  readsLikeFailure(text: string): boolean
}

type WrittenChannel = WrittenRelay['channels'][number]

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** 128 random bits in base64. */
const LEAST_TOKEN = 22
const HOSTS = ['hooks.slack.com', 'hooks.slack-gov.com']
/** Problems listed in one refusal. */
const SHOWN = 50

/** Collects what is wrong with values, each with its line. Secrets are read from the environment and never shown. */
const makeDesk = (yaml: Yaml, file: string, { env, readsLikeFailure }: Given) => {
  const problems: Problem[] = []
  const say = (path: PropertyKey[], found: string, expected: string): void => {
    problems.push({ file, line: yaml.lineOf(path), path: path.map(String).join('.'), found, expected, nearest: null })
  }
  const secret = (path: PropertyKey[], written: string): string => {
    const key = keyNamed(written)
    const value = env[key] ?? ''
    if (value === '') say(path, `no ${key} in the environment`, 'an env key that is set')
    return value
  }
  const token = (path: PropertyKey[], written: string): string => {
    const value = secret(path, written)
    if (value !== '' && !/^[\w.~-]+$/.test(value)) say(path, 'a token with other characters', 'letters, digits, and - _ . ~')
    else if (value !== '' && value.length < LEAST_TOKEN)
      say(path, `a token of ${value.length} characters`, `at least ${LEAST_TOKEN}, drawn by lot`)
    return value
  }
  return { problems, say, secret, token, readsLikeFailure }
}
type Desk = ReturnType<typeof makeDesk>

/** Why a destination is none, or null: nobody reaches anything through the relay but what its operator named. */
const whyNoDestination = (url: string, hosts: readonly string[]): [found: string, expected: string] | null => {
  if (!URL.canParse(url)) return ['something that is no URL', 'the URL of a webhook']
  const { protocol, host, username, password } = new URL(url)
  if (username !== '' || password !== '') return ['a URL with a user or password in it', 'the URL of a webhook']
  const allowed = protocol === 'https:' ? hosts.includes(host) : protocol === 'http:' && hosts.includes(`http://${host}`)
  return allowed
    ? null
    : [`a webhook at ${protocol}//${host}`, `a host of hosts: ${hosts.join(', ')}; https where it is not written otherwise`]
}

const destination = (desk: Desk, path: PropertyKey[], written: string, hosts: readonly string[]): string => {
  const url = desk.secret(path, written)
  const why = url === '' ? null : whyNoDestination(url, hosts)
  if (why) desk.say(path, ...why)
  return url
}

const holdsOf = ({ readsLikeFailure }: Desk, hold: WrittenChannel['hold']): Channel['holds'] => {
  if (hold === 'all') return () => true
  if (hold === undefined || hold === 'failures') return readsLikeFailure
  const patterns = hold.map(patternOf)
  return (text) => patterns.some((pattern) => pattern.test(text))
}

const overrideOf = (kind: NonNullable<WrittenChannel['kinds']>[number]): Override => {
  if ('merge' in kind) return { merge: patternOf(kind.merge), as: kind.as }
  return 'split' in kind ? { split: patternOf(kind.split) } : { never: patternOf(kind.never) }
}

const channelOf = (desk: Desk, hosts: readonly string[], written: WrittenChannel, i: number): Channel => {
  const at = (key: string): PropertyKey[] => ['channels', i, key]
  const { name, app, audience = 'ops' } = written
  const ops = written.ops === undefined ? null : destination(desk, at('ops'), written.ops, hosts)
  return {
    name,
    app,
    audience,
    ops,
    token: desk.token(at('token'), written.token),
    to: destination(desk, at('to'), written.to, hosts),
    quiet: written.quiet ?? (audience === 'customer' && ops !== null ? 'divert' : 'hold'),
    holds: holdsOf(desk, written.hold),
    never: (written.never_hold ?? []).map(patternOf),
    overrides: (written.kinds ?? []).map(overrideOf),
  }
}

/** What two channels share that tells them apart. */
const sayTwice = (desk: Desk, channels: readonly Channel[], admin: string): void => {
  const names = new Map<string, number>()
  const tokens = new Map(admin === '' ? [] : [[admin, 'admin']])
  for (const [i, { name, token }] of channels.entries()) {
    if (names.has(name)) desk.say(['channels', i, 'name'], `the name ${JSON.stringify(name)} again`, 'a name of its own')
    if (tokens.has(token)) desk.say(['channels', i, 'token'], `the token of ${tokens.get(token)} again`, 'a token of its own')
    names.set(name, i)
    if (token !== '') tokens.set(token, name)
  }
}

const alertmanagerOf = (desk: Desk, written: WrittenRelay['alertmanager']): Policy['alertmanager'] => {
  if (!written) return null
  const url = KEY.test(written.url) ? desk.secret(['alertmanager', 'url'], written.url) : written.url
  const bearer = written.bearer === undefined ? null : desk.secret(['alertmanager', 'bearer'], written.bearer)
  return { url: url.replace(/\/+$/, ''), headers: bearer === null ? {} : { authorization: `Bearer ${bearer}` } }
}

const settle = (desk: Desk, written: WrittenRelay): Policy => {
  const { listen, quiet, keep } = written
  const maxTtlMs = msOr(quiet?.max, 4 * HOUR_MS)
  if (maxTtlMs < 1_000) desk.say(['quiet', 'max'], 'a window of less than a second', 'a second or more')
  const digestMs = quiet?.digests?.map((pause) => msOr(pause, 0)) ?? [15 * MINUTE_MS, HOUR_MS]
  for (const [i, ms] of digestMs.entries())
    if (ms < 1_000) desk.say(['quiet', 'digests', i], 'a pause of less than a second', 'a second or more')
  const admin = desk.token(['admin'], written.admin)
  const channels = written.channels.map((channel, i) => channelOf(desk, written.hosts ?? HOSTS, channel, i))
  sayTwice(desk, channels, admin)
  return {
    listen: { host: listen?.host ?? '::', port: listen?.port ?? 8080 },
    data: written.data ?? '/data',
    admin,
    channels,
    maxTtlMs,
    digestMs,
    newKinds: quiet?.new_kinds ?? 5,
    keepMs: (keep?.days ?? 30) * DAY_MS,
    keepBytes: (keep?.megabytes ?? 900) * 1_000_000,
    ratePerS: written.rate ?? 5_000,
    alertmanager: alertmanagerOf(desk, written.alertmanager),
  }
}

const refusal = (file: string, problems: readonly Problem[]): GuardError => {
  const rest = problems.length - SHOWN
  return refuse('CONFIG', {
    what: `${file} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}; the relay does not start.`,
    why: [...problems.slice(0, SHOWN).map(problemLine), ...(rest > 0 ? [`… and ${rest} more`] : [])],
    next: [{ argv: ['safe-deploy', 'relay', '--help'], says: 'every key and what it means' }],
  })
}

/**
 * What a relay goes by.
 * @param text of relay.yml
 * @param file its name, for messages
 * @throws CONFIG with all problems, each with its line; no secret is shown
 */
export const loadRelay = (text: string, file: string, given: Given): Policy => {
  const checked = checkYaml(text, file, relaySchema, relayJsonSchema)
  if (!checked.ok) throw refusal(file, checked.problems)
  const desk = makeDesk(checked.yaml, file, given)
  const policy = settle(desk, checked.data)
  if (desk.problems.length > 0) throw refusal(file, desk.problems)
  return policy
}
