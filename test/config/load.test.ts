import { describe, expect, test } from 'vitest'
import { type LoadInput, loadEveryApp, loadSettings } from '../../src/config/load.ts'
import { isGuardError, type Refusal } from '../../src/errors.ts'
import { EXAMPLE, input } from './files.ts'

const FLY = 'app = "everflow"\n'
const refusal = async (from: LoadInput): Promise<Refusal> => {
  try {
    await loadSettings(from)
  } catch (error) {
    if (isGuardError(error)) return error.refusal
    throw error
  }
  throw new Error('nothing was refused')
}

describe('one app', () => {
  test('a plain fly.toml repository gets quiet defaults', async () => {
    const { settings, warnings } = await loadSettings(input({ 'fly.toml': FLY }))
    expect(warnings).toEqual([])
    expect(settings).toEqual({
      ...{ root: '/repo', app: 'everflow', display: 'everflow', file: null, key: null, paths: [] },
      target: { kind: 'fly', config: 'fly.toml', args: [], dir: '', timeoutMs: 1_800_000 },
      ledger: { remote: null, id: null, ref: null, logs: 'share' },
      read: { deployBranch: null, clean: 'ask', pushed: 'off', decrypt: false },
      env: { files: [], required: [], inherit: 'toolchain', inject: [], mute: 'default' },
      ...{ protect: [], smoke: [], bakeMs: 0, probes: [] },
      budget: { unproven: 4, perMs: 3_600_000 },
      acknowledge: { level: 'local', agents: false, signers: '.safe-deploy/allowed_signers', touch: false, approval: null },
      ...{ hears: [], notify: [], rules: {}, overrides: {}, accept: [], checklists: null, vendors: [] },
    })
  })

  test('the whole example settles, durations in milliseconds', async () => {
    const { settings } = await loadSettings(input({ 'safe-deploy.yml': EXAMPLE, 'fly.toml': FLY }))
    expect(settings).toMatchObject({
      file: 'safe-deploy.yml',
      target: { kind: 'fly', args: ['--remote-only'] },
      ledger: { remote: 'origin', id: '9f3c2a10d4e5b6c7889900aabbccddee' },
      smoke: [{ name: 'pipeline', timeoutMs: 120_000, proves: ['DATABASE_URL'] }],
      bakeMs: 30_000,
      probes: [
        { kind: 'http', url: 'https://everflow.fly.dev/health', status: 200, contains: null, withinMs: 60_000 },
        { kind: 'progress', value: 'runs.total', advances: true, below: null, command: null, on: 'here', withinMs: 300_000 },
      ],
      accept: [{ rule: 'calver', until: '2027-01-01' }],
      vendors: [{ name: 'Redis trial', onExpiry: 'deleted' }],
    })
  })

  test('.env is read where there is one, unless the config says none', async () => {
    const files = { 'fly.toml': FLY, '.env': 'A=1\n' }
    expect((await loadSettings(input(files))).settings.env.files).toEqual(['.env'])
    const none = { ...files, 'safe-deploy.yml': 'version: 1\ntest: { env: { files: [] } }\n' }
    expect((await loadSettings(input(none))).settings.env.files).toEqual([])
  })

  test('probes bring a bake, unless it is said otherwise', async () => {
    const probes = 'probes: [{ http: "https://a.example/" }]'
    const bake = async (verify: string) =>
      (await loadSettings(input({ 'fly.toml': FLY, 'safe-deploy.yml': `version: 1\nverify: { ${verify} }\n` }))).settings.bakeMs
    expect(await bake(probes)).toBe(30_000)
    expect(await bake(`bake: 0, ${probes}`)).toBe(0)
  })

  test.each([
    ['fly.json', '{ "app": "everflow" }'],
    ['fly.yaml', 'app: everflow\n'],
  ])('%s is a config of fly’s too', async (name, text) => {
    const { settings } = await loadSettings(input({ [name]: text }))
    expect(settings.target).toMatchObject({ config: name })
    expect(settings.app).toBe('everflow')
  })

  test('without a config the nearest fly.toml from the cwd upward is meant', async () => {
    const files = { 'fly.toml': FLY, 'services/api/fly.toml': 'app = "api"\n' }
    expect((await loadSettings(input(files, { cwd: 'services/api/src' }))).settings).toMatchObject({
      app: 'api',
      target: { dir: 'services/api' },
    })
    expect((await loadSettings(input(files, { cwd: 'docs' }))).settings.app).toBe('everflow')
  })

  test('paths of a config in a folder are relative to that folder', async () => {
    const config = 'version: 1\ntest: { env: { files: [.env] } }\nisolate: { protect: [{ file: a.py, keeps: x, because: y }] }\n'
    const files = { 'svc/safe-deploy.yml': config, 'svc/fly.toml': FLY }
    const { settings } = await loadSettings(input(files, { cwd: 'svc/src' }))
    expect(settings).toMatchObject({
      file: 'svc/safe-deploy.yml',
      target: { dir: 'svc' },
      env: { files: ['svc/.env'] },
      protect: [{ file: 'svc/a.py' }],
    })
  })

  test('--config names another file', async () => {
    const files = {
      'safe-deploy.yml': 'version: 1\n',
      'staging.yml': 'version: 1\ntarget: { fly: { config: fly.staging.toml } }\n',
      'fly.staging.toml': 'app = "st"\n',
    }
    expect((await loadSettings(input(files, { flags: { app: null, config: 'staging.yml' } }))).settings.app).toBe('st')
    expect((await refusal(input(files, { flags: { app: null, config: 'stagin.yml' } }))).code).toBe('CONFIG')
  })

  test('-c after -- is the config that fly would take, and a folder works too', async () => {
    const files = { 'fly.toml': FLY, 'fly.staging.toml': 'app = "st"\n', 'x/fly.toml': 'app = "x"\n' }
    expect((await loadSettings(input(files, { argv: ['-c', 'fly.staging.toml'] }))).settings.app).toBe('st')
    expect((await loadSettings(input(files, { argv: ['--config=x'] }))).settings.app).toBe('x')
  })

  test('a command target is named by the config, and FLY_APP is none of its business', async () => {
    const config = 'version: 1\ntarget: { command: { name: shop, deploy: kamal deploy, current: kamal app version, timeout: 5m } }\n'
    const { settings } = await loadSettings(input({ 'safe-deploy.yml': config }, { env: { FLY_APP: 'other' } }))
    expect(settings).toMatchObject({ app: 'shop', target: { kind: 'command', rollback: null, timeoutMs: 300_000, dir: '' } })
  })

  test('the digest follows the bytes of both files and nothing else', async () => {
    const digest = async (yml: string, fly: string) =>
      (await loadSettings(input({ 'safe-deploy.yml': yml, 'fly.toml': fly, '.env': yml }))).digest
    const one = await digest('version: 1\n', FLY)
    expect(await digest('version: 1\n', FLY)).toBe(one)
    expect(await digest('version: 1\n#\n', FLY)).not.toBe(one)
    expect(await digest('version: 1\n', `${FLY}#\n`)).not.toBe(one)
  })
})

describe('which app is meant', () => {
  test.each<[string, Partial<LoadInput>, string]>([
    ['FLY_APP', { env: { FLY_APP: 'other' } }, 'FLY_APP in the environment'],
    ['--app', { flags: { app: 'other', config: null } }, '--app'],
    ['-a after --', { argv: ['-aother'] }, '-a after --'],
    ['-a before another flag', { argv: ['--app', 'other', '--remote-only'] }, '-a after --'],
  ])('%s that contradicts the config is refused with both names and places', async (_, over, from) => {
    const { code, what } = await refusal(input({ 'fly.toml': FLY }, over))
    expect(code).toBe('APP_DISAGREES')
    for (const part of ['other', from, 'everflow', 'fly.toml']) expect(what).toContain(part)
  })

  test('the same name from everywhere is no disagreement, and an empty FLY_APP is none', async () => {
    const over = { env: { FLY_APP: 'everflow' }, flags: { app: 'everflow', config: null }, argv: ['-a', 'everflow'] }
    expect((await loadSettings(input({ 'fly.toml': FLY }, over))).settings.app).toBe('everflow')
    expect((await loadSettings(input({ 'fly.toml': FLY }, { env: { FLY_APP: '' } }))).settings.app).toBe('everflow')
  })

  test('a fly.toml without a name is refused, even with FLY_APP; --app names it', async () => {
    const files = { 'fly.toml': 'primary_region = "ams"\n' }
    expect((await refusal(input(files, { env: { FLY_APP: 'x' } }))).code).toBe('CONFIG')
    expect((await loadSettings(input(files, { flags: { app: 'x', config: null } }))).settings.app).toBe('x')
  })

  test('no fly.toml and no config: NO_TARGET with steps', async () => {
    const { code, next } = await refusal(input({}))
    expect(code).toBe('NO_TARGET')
    expect(next.map(({ argv }) => argv.slice(0, 2).join(' '))).toEqual(['fly launch', 'fly config', 'safe-deploy init'])
  })

  test.each<[string, Record<string, string>, Partial<LoadInput>]>([
    ['--app', {}, { flags: { app: 'x', config: null } }],
    ['-c', { 'fly.toml': FLY }, { argv: ['-c', 'fly.prod.toml'] }],
    ['the config', { 'fly.toml': FLY, 'safe-deploy.yml': 'version: 1\ntarget: { fly: { dir: web } }\n' }, {}],
  ])('a config file that %s points at and that is not there: NO_CONFIG_FILE', async (_, files, over) => {
    expect((await refusal(input(files, over))).code).toBe('NO_CONFIG_FILE')
  })

  test('a broken fly.toml is refused with its line', async () => {
    const { code, why } = await refusal(input({ 'fly.toml': 'app = "a"\n[[\n' }))
    expect(code).toBe('CONFIG')
    expect(why[0]).toMatch(/^fly\.toml:2:/)
  })

  test('two configs in one folder are refused', async () => {
    expect(
      (await refusal(input({ 'fly.toml': FLY, 'safe-deploy.yml': 'version: 1\n', 'safe-deploy.yaml': 'version: 1\n' }))).what,
    ).toContain('safe-deploy.yaml')
  })

  test('problems of the config are refused all at once', async () => {
    const { code, why } = await refusal(input({ 'fly.toml': FLY, 'safe-deploy.yml': 'version: 1\nbuget: {}\nhears: 1\n' }))
    expect(code).toBe('CONFIG')
    expect(why).toHaveLength(2)
  })
})

describe('several apps', () => {
  const files = {
    'safe-deploy.yml': `version: 1
budget: { unproven: 2, per: 30m }
test: { env: { required: [A] }, smoke: [{ run: make smoke }] }
rules: { one: ask, two: warn }
apps:
  web: { app: The web, target: { fly: { dir: web } }, budget: { unproven: 9 }, rules: { two: off } }
  jobs: { target: { fly: { dir: services/jobs } }, paths: ['lib/jobs/**'], test: { smoke: [] } }
  shop: { target: { command: { name: shop, deploy: d, current: c, dir: shop } } }
`,
    'web/fly.toml': 'app = "acme-web"\n',
    'services/jobs/fly.toml': 'app = "acme-jobs"\n',
  }

  test('what an app says is merged over the top level; lists are replaced', async () => {
    const [web, jobs, shop] = (await loadEveryApp(input(files))).map(({ settings }) => settings)
    expect(web).toMatchObject({
      key: 'web',
      app: 'acme-web',
      display: 'The web',
      budget: { unproven: 9, perMs: 1_800_000 },
      rules: { one: 'ask', two: 'off' },
    })
    expect(jobs).toMatchObject({ app: 'acme-jobs', budget: { unproven: 2 }, smoke: [], env: { required: ['A'] }, paths: ['lib/jobs/**'] })
    expect(shop).toMatchObject({ app: 'shop', smoke: [{ run: 'make smoke' }] })
  })

  test('a target of another kind replaces that of the top level', async () => {
    const config =
      'version: 1\ntarget: { fly: { config: fly.toml } }\napps: { shop: { target: { command: { name: shop, deploy: d, current: c } } } }\n'
    expect((await loadSettings(input({ 'safe-deploy.yml': config }))).settings.target.kind).toBe('command')
  })

  test.each<[string, Partial<LoadInput>, string]>([
    ['--app by key', { flags: { app: 'web', config: null } }, 'web'],
    ['--app by the name of the app', { flags: { app: 'acme-jobs', config: null } }, 'jobs'],
    ['the folder', { cwd: 'web/src' }, 'web'],
    ['a path', { cwd: 'lib/jobs/deep' }, 'jobs'],
    ['the folder of a command', { cwd: 'shop' }, 'shop'],
  ])('%s picks one', async (_, over, key) => {
    expect((await loadSettings(input(files, over))).settings.key).toBe(key)
  })

  test('a place that says nothing, or a name nobody has, gets the list', async () => {
    expect(await refusal(input(files))).toMatchObject({
      code: 'WHICH_APP',
      exit: 64,
      why: ['web (acme-web): web', 'jobs (acme-jobs): services/jobs', 'shop: shop'],
    })
    const { code, next } = await refusal(input(files, { flags: { app: 'wbe', config: null } }))
    expect(code).toBe('WHICH_APP')
    expect(next[0]?.argv).toContain('web')
  })

  test('a broken fly.toml of another app does not stop this one', async () => {
    const broken = { ...files, 'web/fly.toml': '[[\n' }
    expect((await loadSettings(input(broken, { cwd: 'services/jobs' }))).settings.app).toBe('acme-jobs')
    expect((await refusal(input(broken, { cwd: 'web' }))).code).toBe('CONFIG')
  })

  test('FLY_APP that names another app than the one picked is refused', async () => {
    expect((await refusal(input(files, { cwd: 'web', env: { FLY_APP: 'acme-jobs' } }))).code).toBe('APP_DISAGREES')
  })
})

describe('for a rollback', () => {
  test('a broken config is a warning, and what it did not touch holds', async () => {
    const files = { 'fly.toml': FLY, 'safe-deploy.yml': 'version: 1\nledger: { id: abcd1234 }\nbuget: {}\nverify: soon\n' }
    const { settings, warnings } = await loadSettings(input(files, { lenient: true }))
    expect(warnings).toHaveLength(2)
    expect(settings).toMatchObject({ app: 'everflow', ledger: { id: 'abcd1234' }, probes: [] })
  })

  test.each<[string, Record<string, string>]>([
    ['missing', {}],
    ['broken', { 'fly.toml': '[[\n' }],
  ])('a %s fly.toml does not matter when --app names the app', async (_, files) => {
    const over = { lenient: true, flags: { app: 'everflow', config: null } }
    expect((await loadSettings(input(files, over))).settings).toMatchObject({ app: 'everflow', target: { config: 'fly.toml' } })
    expect((await refusal(input(files, { lenient: true }))).code).toMatch(/NO_TARGET|CONFIG/)
  })
})
