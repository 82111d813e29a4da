import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPocket, type Pocket } from './pocket.ts'

let pocket: Pocket
beforeAll(async () => {
  pocket = await openPocket()
  await pocket.write({
    'fly.toml': `app = "demo"\n[env]\nA = "1"\n[http_service]\ninternal_port = 8080\n[[http_service.checks]]\npath = "/"\n[[vm]]\nmemory = "512mb"\n`,
  })
  await pocket.fly(['secrets', 'set', 'DB_URL=postgres://sentinel-value', 'OTHER=x'])
  await pocket.fly(['deploy', '--label', 'k=v'])
})
afterAll(() => pocket.close())

const text = expect.any(String)
const number = expect.any(Number)
const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
const json = async (...args: string[]): Promise<never> => JSON.parse((await pocket.fly([...args, '--json'])).out) as never
const ref = expect.stringMatching(/^registry\.fly\.io\/demo:deployment-[0-9A-Z]{26}$/)

const organization = { ID: text, InternalNumericID: text, Name: 'personal', Slug: 'personal', RawSlug: '', PaidPlan: true }
const release = {
  ID: text,
  Version: 1,
  Stable: true,
  InProgress: false,
  Reason: '',
  Description: text,
  Status: 'complete',
  DeploymentStrategy: '',
  Metadata: null,
  User: { ID: text, Name: text, Email: 'you@example.com', EnablePaidHobby: false },
  EvaluationID: '',
  CreatedAt: iso,
  ImageRef: ref,
}

const machine = {
  id: expect.stringMatching(/^[0-9a-f]{14}$/),
  name: text,
  state: 'started',
  region: 'ams',
  image_ref: {
    registry: 'registry.fly.io',
    repository: 'demo',
    tag: text,
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    labels: { k: 'v' },
  },
  instance_id: expect.stringMatching(/^[0-9A-Z]{26}$/),
  version: text,
  private_ip: text,
  created_at: iso,
  updated_at: iso,
  config: {
    image: ref,
    env: { A: '1', FLY_PROCESS_GROUP: 'app', PRIMARY_REGION: 'ams' },
    init: {},
    metadata: {
      fly_platform_version: 'v2',
      fly_process_group: 'app',
      fly_release_id: text,
      fly_release_version: '1',
      fly_flyctl_version: '0.4.95',
    },
    services: [
      {
        protocol: 'tcp',
        ports: [
          { port: 80, handlers: ['http'] },
          { port: 443, handlers: ['http', 'tls'] },
        ],
        internal_port: 8080,
        checks: [{ path: '/' }],
      },
    ],
    checks: {},
    guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 512 },
    restart: { policy: 'on-failure', max_retries: 10 },
  },
  events: [
    { type: 'start', status: 'started', source: 'flyd', timestamp: number },
    { type: 'launch', status: 'created', source: 'flyd', timestamp: number },
  ],
  checks: [{ name: 'servicecheck-00-http-8080', status: 'passing', output: text, updated_at: iso }],
  host_status: 'ok',
  cordoned: false,
}

test('releases', async () => {
  expect(await json('releases')).toEqual([release])
})

test('machine list, and never a secret in it', async () => {
  const { out } = await pocket.fly(['machine', 'list', '--json'])
  expect(JSON.parse(out)).toEqual([machine])
  expect(out).toMatch(/^\[\n {4}\{\n {8}"id"/)
  expect(out).not.toContain('sentinel')
})

test('status', async () => {
  const host = expect.stringMatching(/^127\.0\.0\.1:\d+$/)
  expect(await json('status')).toEqual({
    AppURL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    Deployed: true,
    Hostname: host,
    ID: 'demo',
    Machines: [machine],
    Name: 'demo',
    Network: 'default',
    Organization: organization,
    PlatformVersion: 'machines',
    Status: 'deployed',
    Version: 1,
  })
})

test('secrets list', async () => {
  expect(await json('secrets', 'list')).toEqual([
    { name: 'DB_URL', digest: expect.stringMatching(/^[0-9a-f]{16}$/), status: 'Deployed' },
    { name: 'OTHER', digest: text, status: 'Deployed' },
  ])
})

test('image show: an array, one object for a named machine', async () => {
  const row = {
    MachineID: text,
    Registry: 'registry.fly.io',
    Repository: 'demo',
    Tag: text,
    Version: 'N/A',
    Digest: text,
    Labels: '{"k":"v"}',
  }
  const rows = (await json('image', 'show')) as { MachineID: string }[]
  expect(rows).toEqual([row])
  expect(await json('image', 'show', rows[0]!.MachineID)).toEqual(row)
})

test('checks list: by machine', async () => {
  expect(Object.values(await json('checks', 'list'))).toEqual([machine.checks])
})

test('apps list', async () => {
  expect(await json('apps', 'list')).toEqual([
    {
      ID: 'demo',
      InternalNumericID: 1,
      Name: 'demo',
      State: 'DEPLOYED',
      Status: 'deployed',
      Deployed: true,
      Hostname: text,
      AppURL: text,
      Version: 1,
      Organization: organization,
      CurrentRelease: release,
      Network: 'default',
    },
  ])
})

test('config show: two spaces, of the current release', async () => {
  const { out } = await pocket.fly(['config', 'show'])
  expect(out).toMatch(/^\{\n {2}"app": "demo"/)
  expect(JSON.parse(out)).toMatchObject({ app: 'demo', env: { A: '1' }, http_service: { internal_port: 8080 } })
  expect((await pocket.fly(['config', 'validate'])).out).toContain('Configuration is valid')
})

test('version is one line; whoami names the account', async () => {
  const { out } = await pocket.fly(['version', '--json'])
  expect(out.trim().split('\n')).toHaveLength(1)
  expect(Object.keys(JSON.parse(out))).toEqual([
    'Name',
    'Version',
    'Commit',
    'BranchName',
    'BuildDate',
    'OS',
    'Architecture',
    'Environment',
  ])
  expect(await json('auth', 'whoami')).toEqual({ email: 'you@example.com' })
})

test('FLY_JSON asks for JSON too', async () => {
  expect(JSON.parse((await pocket.fly(['releases'], { env: { FLY_JSON: '1' } })).out)).toEqual([release])
})

test('errors are one line on stderr with exit 1', async () => {
  for (const [args, message] of [
    [['nope'], 'unknown command "nope" for "flyctl"'],
    [['releases', '--nope'], 'unknown flag: --nope'],
    [['deploy', 'a', 'b'], 'accepts at most 1 arg(s), received 2'],
    [['status', '-a', 'gone'], 'Could not find App "gone"'],
  ] as const) {
    expect(await pocket.fly(args)).toEqual({ code: 1, out: '', err: `Error: ${message}\n` })
  }
  expect((await pocket.fly(['releases'], { env: { POCKET_FLY_HOME: '' } })).err).toContain('Error: POCKET_FLY_HOME is not set')
})
