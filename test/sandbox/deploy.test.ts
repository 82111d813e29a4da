import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, FLY_TOML, openPocket, type Pocket, SERVER } from './pocket.ts'

let pocket: Pocket
beforeAll(async () => {
  pocket = await openPocket()
})
afterAll(() => pocket.close())

describe('a deploy', () => {
  test('serves on loopback with env, and says so on the streams of flyctl', async () => {
    const ran = await pocket.fly(['deploy'], { env: { FLY_EMIT_RELEASE_JSON: '1', OUTER_SECRET: 'no' } })
    expect(ran.code).toBe(0)
    expect(ran.out).toContain('Watch your deployment at https://fly.io/apps/demo/monitoring')
    expect(ran.err).toMatch(
      /==> Verifying app config[\s\S]*==> Building image[\s\S]*--> Building image done\nimage: registry\.fly\.io\/demo:deployment-[0-9A-Z]{26}\nimage size: /,
    )
    const emitted = JSON.parse(ran.out.split('\n').find((line) => line.startsWith('{'))!)
    const [release] = await pocket.releases()
    expect(emitted).toEqual({ id: release!.ID, version: 1, image_ref: release!.ImageRef })
    const answer = await ask(pocket)
    expect(answer?.version).toBe('1')
    expect(answer?.env).toMatchObject({ GREETING: 'hello', FLY_APP_NAME: 'demo', FLY_PROCESS_GROUP: 'app', FLY_RELEASE_VERSION: '1' })
    expect(answer?.env).not.toHaveProperty('OUTER_SECRET')
  })

  test('again updates in place: same machine, new instance, higher version, other digest only with other content', async () => {
    const [before] = await pocket.machines()
    expect((await pocket.fly(['deploy'])).code).toBe(0)
    const [same] = await pocket.machines()
    expect(same!.id).toBe(before!.id)
    expect(same!.instance_id).not.toBe(before!.instance_id)
    expect(same!.config.metadata.fly_release_version).toBe('2')
    expect(same!.image_ref.digest).toBe(before!.image_ref.digest)
    await pocket.write({ 'server.js': SERVER.replace("'one'", "'two'") })
    const ran = await pocket.fly(['deploy', '--label', 'safe-deploy.commit=abc'])
    expect(ran.out).toContain(`Updating ${same!.id}`)
    expect(ran.out).toContain(`Machine ${same!.id} update succeeded`)
    const [other] = await pocket.machines()
    expect(other!.image_ref.digest).not.toBe(before!.image_ref.digest)
    expect(other!.image_ref.labels).toEqual({ 'safe-deploy.commit': 'abc' })
    expect(await ask(pocket)).toMatchObject({ version: '3', color: 'two' })
  })

  test('of an older image by digest brings the old content back under a new version', async () => {
    const [release] = (await pocket.releases()).filter((one) => one.Version === 1)
    const image = JSON.parse(await readFile(join(pocket.home, 'state.json'), 'utf8')).apps.demo.images[0]
    expect(image.ref).toBe(release!.ImageRef)
    const ran = await pocket.fly(['deploy', '--image', `registry.fly.io/demo@${image.digest}`, '--skip-release-command'])
    expect(ran.err).not.toContain('Building image done')
    expect(ran.code).toBe(0)
    expect(await ask(pocket)).toMatchObject({ version: '4', color: 'one' })
    expect((await pocket.machines())[0]!.image_ref.digest).toBe(image.digest)
  })

  test('of an image nobody has stops before a release', async () => {
    const before = await pocket.releases()
    const ran = await pocket.fly(['deploy', '--image', 'registry.fly.io/demo:nope'])
    expect(ran).toMatchObject({ code: 1 })
    expect(ran.err).toContain('Error: could not find image "registry.fly.io/demo:nope"')
    expect(await pocket.releases()).toEqual(before)
  })

  test('with --build-only leaves an image and no release', async () => {
    const before = await pocket.releases()
    const ran = await pocket.fly(['deploy', '--build-only', '--push'])
    expect(ran.err).toMatch(/image: registry\.fly\.io\/demo:deployment-/)
    expect(await pocket.releases()).toEqual(before)
  })
})

describe('the build context', () => {
  test('honours the ignore file, and never holds fly.toml', async () => {
    await pocket.write({
      '.dockerignore': 'node_modules\n*.log\n!keep.log\n',
      'node_modules/x/index.js': '1',
      'a.log': '1',
      'keep.log': '1',
      '.env': 'A=1',
    })
    await pocket.fly(['deploy', '--build-only'])
    const { images } = JSON.parse(await readFile(join(pocket.home, 'state.json'), 'utf8')).apps.demo
    const files = await readdir(join(pocket.home, 'images', images.at(-1).content), { recursive: true })
    expect(files.sort()).toEqual(['.dockerignore', '.env', 'Dockerfile', 'keep.log', 'server.js'])
  })
})

describe('which app and config', () => {
  test('-a and FLY_APP beat the file', async () => {
    expect((await pocket.fly(['deploy', '-a', 'other'])).err).toContain('Error: the app name other could not be found')
    expect((await pocket.fly(['deploy'], { env: { FLY_APP: 'third' } })).err).toContain('the app name third could not be found')
    expect((await pocket.fly(['releases', '--json', '-a', 'demo'], { env: { FLY_APP: 'third' } })).code).toBe(0)
  })

  test('a relative -c is looked up in the working directory, and a missing one is named', async () => {
    await pocket.write({ 'sub/fly.prod.toml': 'app = "nobody"\n' })
    expect((await pocket.fly(['deploy', 'sub', '-c', 'fly.prod.toml'])).err).toContain('the app name nobody could not be found')
    expect((await pocket.fly(['deploy', '-c', 'gone.toml'])).err).toMatch(
      /config file not found at specified path: .*gone\.toml \(also tried: /,
    )
  })

  test('no config and no name is an error; a broken one too', async () => {
    await pocket.write({ 'empty/x': '', 'broken/fly.toml': 'app = \n' })
    expect((await pocket.fly(['status'], { cwd: join(pocket.app, 'empty') })).err).toContain(
      'the config for your app is missing an app name',
    )
    expect((await pocket.fly(['deploy', 'broken'])).err).toContain('failed loading app config from')
  })

  test('a directory without a config deploys silently with the config of the server', async () => {
    await pocket.write({ 'bare/Dockerfile': 'FROM x\nCMD ["node","server.js"]\n', 'bare/server.js': SERVER.replace("'one'", "'bare'") })
    expect((await pocket.fly(['deploy', 'bare', '-a', 'demo'])).code).toBe(0)
    expect(await ask(pocket)).toMatchObject({ color: 'bare' })
  })
})

describe('the release command', () => {
  const withCommand = (line: string) => `${FLY_TOML}\n[deploy]\nrelease_command = ${JSON.stringify(line)}\n`

  test('really runs in the new image, with env, before the machines', async () => {
    await pocket.write({ 'fly.toml': withCommand('echo "migrating $GREETING $RELEASE_COMMAND"; test -f server.js') })
    const ran = await pocket.fly(['deploy'])
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.err).toContain('migrating hello 1\n')
    expect((await pocket.machines()).map((machine) => machine.config.metadata.fly_process_group)).toEqual(['app'])
  })

  test('that fails leaves a failed release of a higher version and the machines alone', async () => {
    const [machine] = await pocket.machines()
    const top = (await pocket.releases())[0]!.Version
    await pocket.write({ 'fly.toml': withCommand('echo broken >&2; exit 3') })
    const ran = await pocket.fly(['deploy'])
    expect(ran.code).toBe(1)
    expect(ran.err).toMatch(
      /Error release_command failed running on machine \w+ with exit code 3\.\nError: release command failed - aborting deployment\. machine \w+ exited with non-zero status of 3/,
    )
    expect((await pocket.releases())[0]).toMatchObject({ Version: top + 1, Status: 'failed' })
    expect((await pocket.machines())[0]!.instance_id).toBe(machine!.instance_id)
    expect((await pocket.fly(['deploy', '--skip-release-command'])).code).toBe(0)
  })
})

describe('process groups', () => {
  test('that are gone from the config lose their machines, after a warning', async () => {
    await pocket.write({ 'fly.toml': `${FLY_TOML}\n[processes]\napp = "node server.js"\nworker = "sleep 1000"\n` })
    expect((await pocket.fly(['deploy'])).code).toBe(0)
    expect((await pocket.machines()).map((machine) => machine.config.metadata.fly_process_group).sort()).toEqual(['app', 'worker'])
    await pocket.write({ 'fly.toml': FLY_TOML })
    const ran = await pocket.fly(['deploy'])
    expect(ran.out).toContain('Process groups have changed. This will:\n * destroy 1 "worker" machines')
    expect((await pocket.machines()).map((machine) => machine.config.metadata.fly_process_group)).toEqual(['app'])
  })
})

test('the state is readable by its owner alone', async () => {
  expect((await stat(join(pocket.home, 'state.json'))).mode & 0o777).toBe(0o600)
})

test('every call of fly is one line of the call log', async () => {
  const before = await pocket.deploys()
  await pocket.fly(['deploy', '--build-only'])
  await pocket.fly(['secrets', 'list'])
  expect(await pocket.deploys()).toBe(before + 1)
  const lines = (await readFile(join(pocket.home, 'calls.ndjson'), 'utf8')).trim().split('\n')
  expect(JSON.parse(lines.at(-1)!)).toEqual({ at: expect.any(String), argv: ['secrets', 'list'], cwd: pocket.app, pid: expect.any(Number) })
})
