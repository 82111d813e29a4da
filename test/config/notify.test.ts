import { describe, expect, test } from 'vitest'
import { loadSettings } from '../../src/config/load.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { problemLine } from '../../src/config/problem.ts'
import type { NotifySpec } from '../../src/notifiers/spec.ts'
import { input } from './files.ts'

const settled = async (notify: string): Promise<NotifySpec[]> => {
  const files = { 'fly.toml': 'app = "everflow"\n', 'safe-deploy.yml': `version: 1\nnotify:\n${notify}` }
  return (await loadSettings(input(files))).settings.notify
}

const problems = (outlet: string): string =>
  parseConfig(`version: 1\nnotify:\n  - ${outlet}\n`, 'safe-deploy.yml').problems.map(problemLine).join('\n')

describe('notify', () => {
  test('settles with every default, secrets as names of env keys', async () => {
    expect(
      await settled(
        [
          '  - slack: { webhook: $SLACK_WEBHOOK_URL, audience: customer }',
          '  - slack: { token: "${SLACK_BOT_TOKEN}", channel: C1 }',
          '  - webhook: { url: https://hook.example/in }',
          '  - webhook: { url: $HOOK_URL, secret: $HOOK_SECRET, counts: true }',
          '  - pagerduty: { routing_key: $PD }',
          '  - alertmanager: { url: http://am:9093/ }',
          '  - github: {}',
          '  - relay: { url: $RELAY_URL, token: $RELAY_TOKEN }',
          '',
        ].join('\n'),
      ),
    ).toEqual([
      { kind: 'slack-webhook', webhook: { env: 'SLACK_WEBHOOK_URL' }, audience: 'customer' },
      { kind: 'slack-bot', token: { env: 'SLACK_BOT_TOKEN' }, channel: 'C1', api: 'https://slack.com/api', audience: 'ops' },
      { kind: 'webhook', url: 'https://hook.example/in', secret: null, audience: 'ops' },
      { kind: 'webhook', url: { env: 'HOOK_URL' }, secret: { env: 'HOOK_SECRET' }, audience: 'ops', counts: true },
      { kind: 'pagerduty', key: { env: 'PD' }, severity: 'error', api: 'https://events.pagerduty.com' },
      { kind: 'alertmanager', url: 'http://am:9093', auth: null, headers: {}, labels: {}, silence: null },
      { kind: 'github', token: { env: 'GITHUB_TOKEN' }, environment: 'production', repository: null, api: 'https://api.github.com' },
      { kind: 'relay', url: { env: 'RELAY_URL' }, token: { env: 'RELAY_TOKEN' }, ttlMs: 3_600_000, app: null },
    ])
  })

  test('Alertmanager: who asks, headers, labels, and what is silenced', async () => {
    const outlet = (more: string) => settled(`  - alertmanager: { url: http://am/api/v2, ${more} }\n`)
    expect(await outlet('bearer: $A, headers: { X-Scope-OrgID: one, X-Api-Key: $K }, labels: { team: core }')).toMatchObject([
      {
        url: 'http://am',
        auth: { bearer: { env: 'A' } },
        headers: { 'X-Scope-OrgID': 'one', 'X-Api-Key': { env: 'K' } },
        labels: { team: 'core' },
      },
    ])
    expect(await outlet('basic: { user: kim, password: $P }, silence: true')).toMatchObject([
      { auth: { user: 'kim', password: { env: 'P' } }, silence: 'app' },
    ])
    expect(await outlet('silence: { service: web }')).toMatchObject([{ silence: { service: 'web' } }])
    expect(await outlet('silence: false')).toMatchObject([{ silence: null }])
  })

  test('an app’s own list takes the place of the top level’s', async () => {
    const files = {
      'web/fly.toml': 'app = "web"\n',
      'safe-deploy.yml':
        'version: 1\nnotify: [{ webhook: { url: $A } }]\napps: { web: { target: { fly: { dir: web } }, notify: [{ pagerduty: { routing_key: $B } }] } }\n',
    }
    expect((await loadSettings(input(files))).settings.notify).toMatchObject([{ kind: 'pagerduty' }])
  })

  test.each([
    ['slack: {}', /one of webhook and token/],
    ['slack: { webhook: $A, token: $B, channel: C }', /one of webhook and token/],
    ['slack: { token: $A }', /a channel beside token/],
    ['slack: { webhook: $A, channel: C }', /no channel and no api beside webhook/],
    ['webhook: { url: hook.example }', /a URL that begins with http/],
    ['webhook: { url: "https://kim:s3cr3t@hook.example" }', /without a user or password/],
    ['webhook: { url: $A, secret: s3cr3t }', /the env key that holds it/],
    ['pagerduty: { routing_key: $A, severity: loud }', /critical, error, warning or info/],
    ['alertmanager: { url: http://am, bearer: $A, basic: { user: kim, password: $B } }', /one of bearer and basic/],
    ['alertmanager: { url: http://am, labels: { app: x } }', /the alert has alertname, app and incident/],
    ['alertmanager: { url: http://am, labels: { a-b: x } }', /a label: letters, digits and _/],
    ['alertmanager: { url: http://am, headers: { Authorization: Bearer s3cr3t } }', /an env key where a header holds a secret/],
    ['alertmanager: { url: http://am, headers: { X-Api-Key: s3cr3t } }', /an env key where a header holds a secret/],
    ['alertmanager: { url: http://am, silence: {} }', /true, false, or a map of labels/],
    ['alertmanager: { url: http://am, silence: yes please }', /true, false, or a map of labels/],
    ['github: { repository: nobody }', /owner\/name/],
    ['relay: { url: $A, token: $B, ttl: 5s }', /at least a minute/],
    ['relay: { url: $A }', /token/],
    ['slack: { webhook: $A }\n    webhook: { url: $B }', /one of slack, webhook, pagerduty/],
    ['email: { to: x }', /unknown key "email"/],
  ])('%s is a problem', (outlet, expected) => {
    expect(problems(outlet)).toMatch(expected)
    expect(problems(outlet)).toMatch(/^safe-deploy\.yml:3: /)
    expect(problems(outlet)).not.toContain('s3cr3t')
  })
})

test('who hears a failure is whom the config says, else whoever its outlets tell', async () => {
  const outlets =
    'notify: [{ slack: { webhook: $A } }, { slack: { webhook: $B, audience: customer } }, { relay: { url: $C, token: $D } }]\n'
  const hears = async (config: string) =>
    (await loadSettings(input({ 'fly.toml': 'app = "everflow"\n', 'safe-deploy.yml': `version: 1\n${config}` }))).settings.hears
  expect(await hears(outlets)).toEqual(['Slack', 'customers (Slack)'])
  expect(await hears(`hears: ["#ops"]\n${outlets}`)).toEqual(['#ops'])
  expect(await hears('')).toEqual([])
})
