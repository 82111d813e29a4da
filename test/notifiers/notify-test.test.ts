import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { folder, run } from '../cli/run.ts'
import { type Got, okJson, type Reply, serve } from './api.ts'

const TOKEN = ['tok', 'en-of-everything'].join('')
const world: { room: ReturnType<typeof folder> | null; server: Awaited<ReturnType<typeof serve>> | null; says: Map<string, Reply> } = {
  room: null,
  server: null,
  says: new Map(),
}

/** All services at once, each under its own first part of the path. */
const all = ({ method, path }: Got): Reply => {
  const said = [...world.says].find(([start]) => path.startsWith(start))?.[1]
  if (said) return said
  if (path.startsWith('/services/')) return { status: 200, body: 'ok' }
  if (path.startsWith('/slack/')) return okJson({ ok: true, channel: 'C1', ts: '1.1' })
  if (path.startsWith('/pd/')) return okJson({ status: 'success' }, 202)
  if (path === '/am/api/v2/silences' && method === 'POST') return okJson({ silenceID: 'aaaa' })
  if (path === '/am/api/v2/silences') return okJson([])
  if (path.startsWith('/am/')) return { status: 200 }
  if (path.startsWith('/gh/')) return method === 'GET' ? okJson([]) : okJson({ id: 7 }, 201)
  if (path.startsWith('/relay/')) return okJson({ window: { until: 'later' }, released: true })
  return { status: 200 }
}

const git = (...args: string[]): void => {
  execFileSync('git', ['-c', 'user.name=Kim', '-c', 'user.email=k@example.com', ...args], { cwd: world.room?.path, stdio: 'ignore' })
}

const write = (name: string, text: string): void => writeFileSync(join(world.room?.path ?? '', name), text)

beforeEach(async () => {
  world.room = folder()
  world.server = await serve(all)
  world.says = new Map()
  git('init', '-q')
  write('fly.toml', 'app = "everflow"\n')
  git('add', '--all')
  git('commit', '-qm', 'One')
})
afterEach(async () => {
  await world.server?.close()
  world.room?.remove()
})

const config = (): string => {
  const { url } = world.server!
  return [
    'version: 1',
    'app: Everflow',
    'notify:',
    '  - slack: { webhook: $HOOK }',
    `  - slack: { token: $TOKEN, channel: C1, api: ${url}/slack }`,
    `  - webhook: { url: ${url}/in, secret: $TOKEN }`,
    `  - pagerduty: { routing_key: $TOKEN, api: ${url}/pd }`,
    `  - alertmanager: { url: ${url}/am, silence: true }`,
    `  - github: { token: $TOKEN, repository: o/r, api: ${url}/gh }`,
    `  - relay: { url: ${url}/relay, token: $TOKEN }`,
    '',
  ].join('\n')
}

const tried = async (env: Record<string, string> = {}, ...args: string[]) => {
  const hook = `${world.server?.url}/services/T0/B0/neverShown`
  const ran = await run(['notify', 'test', ...args], { cwd: world.room!.path, env: { HOOK: hook, TOKEN, CI: '', ...env } })
  expect(ran.stdout + ran.stderr).not.toMatch(new RegExp(`${TOKEN}|neverShown`))
  return ran
}
const paths = (): string[] => (world.server?.got ?? []).map(({ method, path }) => `${method} ${path.split('?')[0]}`)

describe('safe-deploy notify test', () => {
  test('tells every outlet once, without ledger or halt, and ends what would stay open', async () => {
    write('safe-deploy.yml', config())
    const { exit, stdout } = await tried()
    expect(stdout).toContain('Every outlet took the notice.')
    expect(stdout).toMatch(/slack \$HOOK: 200 ok/)
    expect(stdout).toMatch(/pagerduty \$TOKEN: 202, trigger taken; then 202, resolve taken/)
    expect(stdout).toMatch(/silence aaaa; then alert ended, silence deleted/)
    expect(exit).toBe(0)
    expect(paths().sort()).toEqual(
      [
        ...['POST /services/T0/B0/neverShown', 'POST /slack/chat.postMessage', 'POST /in'],
        ...['POST /pd/v2/enqueue', 'POST /pd/v2/enqueue'],
        ...['POST /am/api/v2/alerts', 'POST /am/api/v2/silences', 'GET /am/api/v2/silences', 'DELETE /am/api/v2/silence/aaaa'],
        ...['POST /am/api/v2/alerts', 'GET /gh/repos/o/r/deployments', 'POST /gh/repos/o/r/deployments'],
        ...['POST /gh/repos/o/r/deployments/7/statuses', 'POST /gh/repos/o/r/deployments/7/statuses'],
        ...['POST /relay/v1/quiet', 'POST /relay/v1/release'],
      ].sort(),
    )
    for (const { path, body } of world.server!.got)
      if (/services|slack|\/in/.test(path)) expect(body).toContain('Everflow: only a test of notices')
    const bodies = world.server!.got.map(({ json }) => json)
    expect(bodies).toContainEqual(expect.objectContaining({ reason: 'halt', ttl_s: 60 }))
  })

  test('names each that did not take it, and the key that is not set, and exits 69', async () => {
    write('safe-deploy.yml', config())
    world.says.set('/services/', { status: 404, body: 'no_service' })
    world.says.set('/relay/', { status: 429, headers: { 'retry-after': '9' } })
    const { exit, stdout } = await tried({ TOKEN: TOKEN })
    expect(exit).toBe(69)
    expect(stdout).toContain('NOTICE_FAILED')
    expect(stdout).toContain('slack $HOOK: Slack answered 404 (no_service)')
    expect(stdout).toMatch(/relay .*answered 429.*it asks to wait 9 s/)
    expect(stdout).toContain('5 of 7 outlets took the notice.')
  })

  test('an env key that is not set is named as not set', async () => {
    write('safe-deploy.yml', 'version: 1\nnotify: [{ slack: { webhook: $HOOK } }]\n')
    const { exit, stdout } = await tried({ HOOK: '' })
    expect([exit, stdout]).toEqual([69, expect.stringContaining('$HOOK is not set here')])
    expect(paths()).toEqual([])
  })

  test('--json says the same, outlet by outlet', async () => {
    write('safe-deploy.yml', config())
    world.says.set('/am/', { status: 500 })
    const { exit, stdout } = await tried({}, '--json')
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; data?: { outlet: string; arrived: boolean }[]; code?: string })
    const report = lines.find(({ type }) => type === 'report')
    expect(report?.data?.filter(({ arrived }) => !arrived)).toMatchObject([
      { outlet: expect.stringMatching(/^alertmanager /), final: false },
    ])
    expect(report?.data).toHaveLength(7)
    expect(lines.at(-1)).toMatchObject({ type: 'done', code: 'NOTICE_FAILED', exit: 69 })
    expect(exit).toBe(69)
  })

  test('with nobody to tell it shows how to write one', async () => {
    const without = await tried()
    expect(without).toMatchObject({ exit: 64, stdout: expect.stringContaining('notify: [{ slack: { webhook: $SLACK_WEBHOOK_URL } }]') })
    write('safe-deploy.yml', 'version: 1\n')
    expect(await tried()).toMatchObject({ exit: 64, stdout: expect.stringContaining('safe-deploy.yml names nobody') })
  })

  test('a config with problems is refused like everywhere', async () => {
    write('safe-deploy.yml', 'version: 1\nnotify: [{ slack: {} }]\n')
    expect(await tried()).toMatchObject({ exit: 64, stdout: expect.stringContaining('one of webhook and token') })
  })
})
