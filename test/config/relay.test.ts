import { describe, expect, test } from 'vitest'
import { loadRelay } from '../../src/config/relay.ts'
import { isGuardError } from '../../src/errors.ts'
import type { Policy } from '../../src/relay/policy.ts'

const HOOK = 'https://hooks.slack.com/services/T1/B2/hidden-part-of-the-hook'
const drawn = (letter: string): string => letter.repeat(30)

const ENV: Readonly<Record<string, string>> = {
  ADMIN: drawn('a'),
  TOKEN: drawn('t'),
  OTHER: drawn('o'),
  HOOK,
  OPS: HOOK.replace('B2', 'B3'),
}

const readsLikeFailure = (text: string): boolean => text.includes('failed')

const load = (text: string, env: Readonly<Record<string, string>> = ENV): Policy => loadRelay(text, 'relay.yml', { env, readsLikeFailure })

const CHANNEL = '{ name: alerts, app: web, token: $TOKEN, to: $HOOK }'
const withChannels = (...channels: string[]): string =>
  `version: 1\nadmin: $ADMIN\nchannels:\n${channels.map((one) => `  - ${one}\n`).join('')}`

/** Why it is refused, a line for each problem. */
const refused = (text: string, env = ENV): string[] => {
  try {
    load(text, env)
  } catch (error) {
    if (!isGuardError(error)) throw error
    const { code, what, why, next } = error.refusal
    expect(code).toBe('CONFIG')
    for (const secret of [HOOK, 'hidden-part', ...Object.values(env).filter(Boolean)])
      expect([what, ...why, JSON.stringify(next)].join('\n')).not.toContain(secret)
    return why
  }
  return []
}

describe('a good relay.yml', () => {
  test('needs no more than an admin and a channel; the rest has defaults', () => {
    const { channels, ...rest } = load(withChannels(CHANNEL))
    expect(rest).toEqual({
      listen: { host: '::', port: 8080 },
      data: '/data',
      admin: ENV.ADMIN,
      maxTtlMs: 14_400_000,
      digestMs: [900_000, 3_600_000],
      newKinds: 5,
      keepMs: 30 * 86_400_000,
      keepBytes: 900_000_000,
      ratePerS: 5_000,
      alertmanager: null,
    })
    expect(channels).toMatchObject([
      { name: 'alerts', app: 'web', token: ENV.TOKEN, to: HOOK, ops: null, audience: 'ops', quiet: 'hold', never: [], overrides: [] },
    ])
    expect(channels[0]?.holds('it failed')).toBe(true)
    expect(channels[0]?.holds('all is well')).toBe(false)
  })

  test('says everything', () => {
    const policy = load(
      `version: 1
listen: { host: 127.0.0.1, port: 0 }
data: /var/relay
admin: \${ADMIN}
quiet: { max: 2h, digests: [1m, 5m, 30m], new_kinds: 9 }
keep: { days: 7, megabytes: 64 }
rate: 50
hosts: [hooks.slack.com, 'http://127.0.0.1:9', mattermost.example:8443]
alertmanager: { url: 'http://am:9093/', bearer: $AM }
channels:
  - name: alerts
    app: web
    token: $TOKEN
    to: $LOCAL
    ops: $ELSEWHERE
    quiet: divert
    hold: [boom, '(?i)panic']
    never_hold: ['<!channel>']
    kinds: [{ merge: '^disk', as: disk }, { split: 'tenant \\w+' }, { never: resolved }]
`,
      { ...ENV, LOCAL: 'http://127.0.0.1:9/hook', ELSEWHERE: 'https://mattermost.example:8443/hooks/x', AM: 'am-bearer-value' },
    )
    expect(policy).toMatchObject({
      listen: { host: '127.0.0.1', port: 0 },
      data: '/var/relay',
      maxTtlMs: 7_200_000,
      digestMs: [60_000, 300_000, 1_800_000],
      newKinds: 9,
      keepMs: 7 * 86_400_000,
      keepBytes: 64_000_000,
      ratePerS: 50,
      alertmanager: { url: 'http://am:9093', headers: { authorization: 'Bearer am-bearer-value' } },
    })
    const [channel] = policy.channels
    expect(channel?.quiet).toBe('divert')
    expect(['boom', 'PANIC here', 'it failed'].map((text) => channel?.holds(text))).toEqual([true, true, false])
    expect(channel?.never.map((one) => one.test('hey <!channel>'))).toEqual([true])
    expect(channel?.overrides).toMatchObject([{ merge: { source: '^disk' }, as: 'disk' }, { split: {} }, { never: {} }])
  })

  test('diverts what customers would read, where there is somewhere to divert it to', () => {
    const quietOf = (more: string) => load(withChannels(`{ name: alerts, app: web, token: $TOKEN, to: $HOOK${more} }`)).channels[0]?.quiet
    expect(quietOf(', audience: customer, ops: $OPS')).toBe('divert')
    expect(quietOf(', audience: customer')).toBe('hold')
    expect(quietOf(', ops: $OPS')).toBe('hold')
    expect(quietOf(', audience: customer, ops: $OPS, quiet: hold')).toBe('hold')
  })

  test('holds everything where that is said', () => {
    expect(load(withChannels('{ name: a, app: web, token: $TOKEN, to: $HOOK, hold: all }')).channels[0]?.holds('all is well')).toBe(true)
  })
})

describe('a bad relay.yml', () => {
  test.each([
    ['nothing in it', '', /version|admin|channels/],
    ['another version', withChannels(CHANNEL).replace('1', '2'), /^relay\.yml:1: .*version/],
    ['no admin', withChannels(CHANNEL).replace('admin: $ADMIN\n', ''), /admin/],
    ['a secret written out', withChannels(CHANNEL).replace('$ADMIN', 'written-out-and-read-by-all'), /^relay\.yml:2: .*admin.*env key/],
    ['no channel', 'version: 1\nadmin: $ADMIN\nchannels: []\n', /^relay\.yml:3: .*at least one channel/],
    ['a key that is none', withChannels(CHANNEL.replace('app:', 'ap:')), /^relay\.yml:4: .*app/],
    ['quiet: mute', withChannels(CHANNEL.replace(' }', ', quiet: mute }')), /^relay\.yml:4: .*quiet/],
    ['divert without ops', withChannels(CHANNEL.replace(' }', ', quiet: divert }')), /^relay\.yml:4: .*ops beside divert/],
    ['a pattern with look-ahead', withChannels(CHANNEL.replace(' }', ", never_hold: ['(?=a)b'] }")), /^relay\.yml:4: .*RE2/],
    ['a pattern that does not close', withChannels(CHANNEL.replace(' }', ", hold: ['(a'] }")), /^relay\.yml:4: /],
    ['a merge without a name', withChannels(CHANNEL.replace(' }', ', kinds: [{ merge: a }] }')), /^relay\.yml:4: /],
    ['windows of no length', `${withChannels(CHANNEL)}quiet: { max: 0 }\n`, /^relay\.yml:5: .*second/],
    ['windows of no time', `${withChannels(CHANNEL)}quiet: { max: soon }\n`, /^relay\.yml:5: .*duration/],
    ['a length that every call says itself', `${withChannels(CHANNEL)}quiet: { ttl: 1h }\n`, /^relay\.yml:5: .*unknown key/],
    ['a digest every moment', `${withChannels(CHANNEL)}quiet: { digests: [15m, 0s] }\n`, /^relay\.yml:5: .*less than a second/],
    ['no digest at all', `${withChannels(CHANNEL)}quiet: { digests: [] }\n`, /^relay\.yml:5: .*at least one pause/],
    ['a port that is none', `${withChannels(CHANNEL)}listen: { port: 70000 }\n`, /^relay\.yml:5: .*65535/],
    ['a host with a path', `${withChannels(CHANNEL)}hosts: ['https://hooks.slack.com/x']\n`, /^relay\.yml:5: .*a host/],
    ['keep of nothing', `${withChannels(CHANNEL)}keep: { megabytes: 1 }\n`, /^relay\.yml:5: .*at least 16/],
    ['the same name twice', withChannels(CHANNEL, CHANNEL.replace('$TOKEN', '$OTHER')), /^relay\.yml:5: .*"alerts" again/],
    ['the same key for two channels', withChannels(CHANNEL, CHANNEL.replace('alerts', 'b')), /^relay\.yml:5: .*token of alerts again/],
    ['the admin token for a channel', withChannels(CHANNEL.replace('$TOKEN', '$ADMIN')), /^relay\.yml:4: .*token of admin again/],
    ['an env key that is not set', withChannels(CHANNEL.replace('$TOKEN', '$NOWHERE')), /^relay\.yml:4: .*no NOWHERE in the environment/],
  ])('%s is said with its line', (_, text, why) => {
    expect(refused(text)).toEqual([expect.stringMatching(why), ...refused(text).slice(1)])
  })

  test.each([
    ['another host', 'https://evil.example/services/T/B/x', /a host of hosts/],
    ['a host that only begins so', 'https://hooks.slack.com.evil.example/x', /a host of hosts/],
    ['plain http', 'http://hooks.slack.com/services/T/B/x', /http:\/\/hooks\.slack\.com/],
    ['the metadata of a machine', 'http://169.254.169.254/latest', /a host of hosts/],
    ['another port', 'https://hooks.slack.com:8443/x', /a host of hosts/],
    ['a user in it', 'https://hooks.slack.com@evil.example/x', /user or password/],
    ['a file', 'file:///etc/passwd', /a host of hosts/],
    ['no URL', 'hooks.slack.com/services', /no URL/],
  ])('posts to nobody but the hosts that are named: %s', (_, url, why) => {
    expect(refused(withChannels(CHANNEL), { ...ENV, HOOK: url })).toEqual([expect.stringMatching(why)])
    expect(refused(withChannels(CHANNEL.replace(' }', ', ops: $OPS }')), { ...ENV, OPS: url })).toEqual([expect.stringMatching(why)])
  })

  test('tokens are long, of plain characters, and each channel’s own, however they are named', () => {
    const why = (env: Record<string, string>) =>
      refused(withChannels(CHANNEL, '{ name: b, app: web, token: $OTHER, to: $HOOK }'), { ...ENV, ...env })
    expect(why({ TOKEN: 'x'.repeat(21) })).toEqual([expect.stringMatching(/^relay\.yml:4: .*21 characters.*at least 22/)])
    expect(why({ TOKEN: 'x'.repeat(22) })).toEqual([])
    expect(why({ ADMIN: 'y'.repeat(5) })).toEqual([expect.stringMatching(/^relay\.yml:2: .*5 characters/)])
    expect(why({ TOKEN: `${drawn('x')}/y` })).toEqual([expect.stringMatching(/other characters/)])
    expect(why({ OTHER: drawn('t') })).toEqual([expect.stringMatching(/^relay\.yml:5: .*token of alerts again/)])
    expect(why({ TOKEN: '' })).toEqual([expect.stringMatching(/no TOKEN in the environment/)])
  })

  test('a secret that was written out is not said again', () => {
    const secret = 'https://hooks.slack.com/services/T1/B2/written-out'
    const texts = [
      withChannels(CHANNEL).replace('$ADMIN', secret),
      ...['$TOKEN', '$HOOK'].map((key) => withChannels(CHANNEL.replace(key, secret))),
      withChannels(CHANNEL.replace(' }', `, ops: ${secret} }`)),
      `${withChannels(CHANNEL)}alertmanager: { url: 'http://me:written-out@am' }\n`,
      `${withChannels(CHANNEL)}alertmanager: { url: 'http://am', bearer: written-out }\n`,
      `version: 1\nadmin: $ADMIN\nchannels: ${secret}\n`,
      `version: 1\nadmin: $ADMIN\nchannels: [${secret}]\n`,
      withChannels(CHANNEL.replace('$TOKEN', `"${secret}`)),
      `version: 1\nadmin: $ADMIN\n${secret}\n`,
    ]
    for (const text of texts) {
      const why = refused(text).join('\n')
      expect(why).not.toBe('')
      expect([text, why]).toEqual([text, expect.not.stringContaining('written-out')])
    }
    // What cannot be one is shown: that is how a slip is found.
    expect(refused(withChannels(CHANNEL.replace(' }', ', audience: costumer }'))).join()).toContain('costumer')
  })

  test('all problems are told at once', () => {
    const text = `version: 1
admin: $NONE
quiet: { max: 0s }
channels:
  - { name: a, app: web, token: $SHORT, to: $HOOK }
  - { name: a, app: web, token: $TOKEN, to: $EVIL }
`
    const why = refused(text, { ...ENV, SHORT: 'short-but-secret', EVIL: 'https://evil.example/hidden-too' })
    expect(why).toHaveLength(5)
    for (const said of ['no NONE', 'less than a second', '16 characters', 'evil.example', '"a" again'])
      expect(why.join('\n')).toContain(said)
    const schema = refused('version: 3\nadmin: 7\nchannels: [{ name: a, app: b, token: t, to: u, quiet: x }]\nmore: 1\n')
    expect(schema.length).toBeGreaterThanOrEqual(6)
  })

  test('of hundreds of problems as many are told as can be read', () => {
    const many = Array.from({ length: 400 }, (_, i) => `{ name: c${i}, app: web, token: $T${i}, to: $HOOK }`)
    const why = refused(withChannels(...many))
    expect(why).toHaveLength(51)
    expect(why.at(-1)).toBe('… and 350 more')
  })

  test('what is no YAML is said with its line', () => {
    expect(refused('version: 1\nadmin: [\n')).toEqual([expect.stringMatching(/^relay\.yml:[23]: /)])
  })
})

test('what is never held is found at the end of a long message, too', () => {
  const { channels } = load(withChannels('{ name: alerts, app: web, token: $TOKEN, to: $HOOK, never_hold: ["<!channel>"] }'))
  expect(channels[0]?.never.map((one) => one.test(`${'the import failed. '.repeat(400)}<!channel>`))).toEqual([true])
})
