import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseFly, tableAt, tablesAt } from '../../src/change/fly-file.ts'
import { tempFolder } from '../change/repo.ts'
import { run } from '../cli/run.ts'
import { ADMIN } from '../support/relay-config.ts'
import { relayProcess } from '../support/relay-process.ts'

const repository = (files: Readonly<Record<string, string>>): string => {
  const repo = tempFolder()
  execFileSync('git', ['init', '-q', repo])
  for (const [name, text] of Object.entries(files)) writeFileSync(join(repo, name), text)
  return repo
}

const shop = () => repository({ 'fly.toml': 'app = "shop"\nprimary_region = "ams"\n' })

const init = (cwd: string, ...args: string[]) =>
  run(['relay', 'init', ...args], { cwd, env: { SLACK_WEBHOOK_URL: 'https://hooks.slack.com/never-written' } })

const text = (...parts: string[]): string => readFileSync(join(...parts), 'utf8')

describe('relay init', () => {
  test('writes three files for the app of the repository, and says what to type', async () => {
    const repo = shop()
    const ran = await init(repo)
    expect(ran.exit).toBe(0)
    expect(readdirSync(join(repo, 'relay')).sort()).toEqual(['Dockerfile', 'fly.toml', 'relay.yml'])
    for (const file of readdirSync(join(repo, 'relay'))) {
      expect(statSync(join(repo, 'relay', file)).mode & 0o444).toBe(0o444)
      expect(text(repo, 'relay', file)).not.toContain('never-written')
    }
    for (const line of [
      'fly apps create shop-relay',
      'fly ips allocate-v6 --private --app shop-relay',
      'fly volumes create relay_data --size 1 --region ams --app shop-relay',
      'fly deploy --ha=false --no-public-ips',
      'http://shop-relay.flycast/services/T…/B…/$RELAY_TOKEN',
      'notify: [{ relay: { url: http://shop-relay.flycast, token: $RELAY_ADMIN_TOKEN } }]',
    ])
      expect(ran.stdout).toContain(line)
    expect(ran.stdout).not.toContain('never-written')
  })

  test('leaves what is there, and says so', async () => {
    const repo = shop()
    await init(repo)
    writeFileSync(join(repo, 'relay', 'relay.yml'), 'mine\n')
    const again = await init(repo)
    expect(again.exit).toBe(0)
    expect(again.stdout).toContain('nothing was written')
    expect(again.stdout).toContain('relay/fly.toml is there already, as it would be written')
    expect(again.stdout).toContain('relay/relay.yml is there already, and stays as it is')
    expect(text(repo, 'relay', 'relay.yml')).toBe('mine\n')
  })

  test('takes another folder; one that cannot be is refused with nothing written', async () => {
    const repo = shop()
    expect((await init(repo, 'ops/relay')).exit).toBe(0)
    expect(readdirSync(join(repo, 'ops', 'relay'))).toHaveLength(3)
    const refused = await init(repo, 'fly.toml')
    expect([refused.exit, refused.stdout + refused.stderr]).toEqual([64, expect.stringContaining('ENOTDIR')])
  })

  test('its fly.toml is one: a volume, a machine that never sleeps, a check, no secret', async () => {
    const repo = shop()
    await init(repo)
    const parsed = await parseFly('fly.toml', text(repo, 'relay', 'fly.toml'))
    if (!parsed.ok) throw new Error(parsed.why)
    const service = tableAt(parsed.table, 'http_service')
    expect(parsed.table).toMatchObject({ app: 'shop-relay', primary_region: 'ams', kill_signal: 'SIGTERM' })
    expect(tablesAt(parsed.table, 'mounts')).toEqual([{ source: 'relay_data', destination: '/data' }])
    expect(service).toMatchObject({ internal_port: 8080, auto_stop_machines: 'off', min_machines_running: 1 })
    expect(tablesAt(service, 'checks')).toMatchObject([{ method: 'GET', path: '/health' }])
  })

  test('its Dockerfile runs this version, as nobody special, on the config beside it', async () => {
    const repo = shop()
    await init(repo)
    const docker = text(repo, 'relay', 'Dockerfile')
    const { version } = JSON.parse(text(import.meta.dirname, '..', '..', 'package.json'))
    expect(docker).toContain(`safe-deploy@${version}`)
    const command: string[] = JSON.parse(/^CMD (.*)$/m.exec(docker)?.[1] ?? '')
    expect(command.slice(0, 2)).toEqual(['sh', '-c'])
    expect(command[2]).toMatch(/exec setpriv --reuid=node .* safe-deploy relay --config=\/etc\/relay\/relay\.yml$/)
    expect(docker).toContain('COPY --chown=node:node relay.yml /etc/relay/relay.yml')
  })

  test.each([
    [
      'an app',
      { 'fly.toml': 'app = "shop"\n' },
      ['shop'],
      { RELAY_TOKEN: 't'.repeat(48), SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/a' },
    ],
    [
      'several apps',
      {
        'safe-deploy.yml':
          'version: 1\napps:\n  web: { target: { fly: { config: web.toml } } }\n  jobs: { target: { fly: { config: jobs.toml } } }\n',
        'web.toml': 'app = "shop-web"\n',
        'jobs.toml': 'app = "shop-jobs"\n',
      },
      ['shop-web', 'shop-jobs'],
      {
        ...{ RELAY_TOKEN_SHOP_WEB: 't'.repeat(48), SLACK_WEBHOOK_URL_SHOP_WEB: 'https://hooks.slack.com/services/a' },
        ...{ RELAY_TOKEN_SHOP_JOBS: 'j'.repeat(48), SLACK_WEBHOOK_URL_SHOP_JOBS: 'https://hooks.slack.com/services/b' },
      },
    ],
    ['no app at all', {}, ['my-app'], { RELAY_TOKEN: 't'.repeat(48), SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/a' }],
  ])('its relay.yml starts a relay: %s', async (_, files, apps, env) => {
    const repo = repository(files)
    const ran = await init(repo)
    expect(ran.exit).toBe(0)
    for (const key of Object.keys(env)) expect(ran.stdout).toContain(`${key}="$${key}"`)
    const folder = tempFolder()
    const config = (port: number): string =>
      `${text(repo, 'relay', 'relay.yml').replace('/data/journal', join(folder, 'journal'))}listen: { host: 127.0.0.1, port: ${port} }\n`
    const relay = await relayProcess(folder, config, { ...env, RELAY_ADMIN_TOKEN: ADMIN })
    await relay.start()
    const { channels } = (await relay.admin('GET', '/v1/status')) as { channels: { app: string }[] }
    expect(channels.map(({ app }) => app)).toEqual(apps)
    await relay.kill('SIGTERM')
  })

  test('works where there is no repository', async () => {
    const folder = tempFolder()
    expect((await init(folder)).stdout).toContain('my-app-relay')
  })
})
