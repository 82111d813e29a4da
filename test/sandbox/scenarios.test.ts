import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask, FLY_TOML, type MachineJson, openPocket, type Pocket, type ReleaseJson } from './pocket.ts'

let pocket: Pocket
const checked = `${FLY_TOML}\n[[http_service.checks]]\npath = "/"\ninterval = "15s"\ngrace_period = "1s"\ntimeout = "2s"\n`

interface Seen {
  releases: ReleaseJson[]
  machines: MachineJson[]
}

const look = async (): Promise<Seen> => {
  const [releases, machines] = await Promise.all([pocket.releases(), pocket.machines()])
  return { releases, machines }
}
const instances = (seen: Seen): string[] => seen.machines.map((machine) => machine.instance_id).sort()
const versions = (seen: Seen): string[] => seen.machines.map((machine) => machine.config.metadata.fly_release_version!).sort()
const top = (seen: Seen): ReleaseJson => seen.releases[0]!

let before: Seen
beforeAll(async () => {
  pocket = await openPocket()
  await pocket.write({ 'fly.toml': checked })
  await pocket.fly(['deploy'])
})
afterAll(() => pocket.close())
beforeEach(async () => {
  await pocket.scenario('none')
  before = await look()
})

const deployIn = async (...words: string[]): Promise<{ ran: Awaited<ReturnType<Pocket['fly']>>; after: Seen }> => {
  await pocket.scenario(...words)
  const ran = await pocket.fly(['deploy'])
  return { ran, after: await look() }
}

describe('nothing reaches a machine', () => {
  test('build-fail: no release', async () => {
    const { ran, after } = await deployIn('build-fail', 'once')
    expect(ran).toMatchObject({ code: 1 })
    expect(ran.err).toContain('Error: failed to fetch an image or build from source:')
    expect(after).toEqual(before)
  })

  test('release-command-fail: a failed higher release', async () => {
    const { ran, after } = await deployIn('release-command-fail')
    expect(ran).toMatchObject({ code: 1 })
    expect(ran.err).toContain('Error: release command failed - aborting deployment.')
    expect(top(after)).toMatchObject({ Version: top(before).Version + 1, Status: 'failed' })
    expect(instances(after)).toEqual(instances(before))
  })

  test('lease-conflict: a failed release', async () => {
    const { ran, after } = await deployIn('lease-conflict')
    expect(ran).toMatchObject({ code: 1 })
    expect(ran.err).toMatch(
      /Error: failed to get lease on VM \w+: machine ID \w+ lease currently held by \S+@tokens\.fly\.io, expires at \d{4}-/,
    )
    expect(top(after).Status).toBe('failed')
    expect(instances(after)).toEqual(instances(before))
  })

  test('exit0-but-old: exit 0, release complete, machines as before', async () => {
    const { ran, after } = await deployIn('exit0-but-old')
    expect(ran.code).toBe(0)
    expect(top(after)).toMatchObject({ Version: top(before).Version + 1, Status: 'complete' })
    expect(instances(after)).toEqual(instances(before))
  })

  test('silent-127 on one machine: an interrupted release, and not a word', async () => {
    const { ran, after } = await deployIn('silent-127')
    expect(ran.code).toBe(127)
    expect(ran.err).not.toContain('Error')
    expect(top(after).Status).toBe('interrupted')
    expect(instances(after)).toEqual(instances(before))
  })

  test('silent-127-early: not even a release', async () => {
    const { ran, after } = await deployIn('silent-127-early')
    expect(ran.code).toBe(127)
    expect(after.releases).toEqual(before.releases)
  })

  test('pruned-image: the image of before is not found, no release', async () => {
    await pocket.scenario('pruned-image')
    const ran = await pocket.fly(['deploy', '--image', top(before).ImageRef])
    expect(ran.err).toContain(`Error: could not find image "${top(before).ImageRef}"`)
    expect(await look()).toEqual(before)
  })

  test('api-down and auth-missing: deploys and reads end with exit 1', async () => {
    for (const [name, text] of [
      ['api-down', 'connection refused'],
      ['auth-missing', 'no access token available'],
    ] as const) {
      await pocket.scenario(name)
      for (const argv of [
        ['deploy'],
        ['releases', '--json'],
        ['machine', 'list', '--json'],
        ['status', '--json'],
        ['secrets', 'list', '--json'],
      ]) {
        const ran = await pocket.fly(argv)
        expect(ran, argv.join(' ')).toMatchObject({ code: 1, out: '' })
        expect(ran.err).toMatch(/^Error: /)
        expect(ran.err).toContain(text)
      }
      expect((await pocket.fly(['version', '--json'])).code).toBe(0)
    }
    await pocket.scenario('none')
    expect(await look()).toEqual(before)
  })
})

describe('the new version serves, whatever fly says', () => {
  test('exit1-but-serving', async () => {
    const { ran, after } = await deployIn('exit1-but-serving')
    expect(ran).toMatchObject({ code: 1 })
    expect(ran.err).toContain('Error: timeout reached waiting for health checks to pass for machine')
    expect(top(after).Status).toBe('failed')
    expect(versions(after)).toEqual([String(top(after).Version)])
    expect(await ask(pocket)).toMatchObject({ version: String(top(after).Version) })
  })

  test('silent-127-done', async () => {
    const { ran, after } = await deployIn('silent-127-done')
    expect(ran.code).toBe(127)
    expect(versions(after)).toEqual([String(top(after).Version)])
  })

  test('unhealthy: exit 0, started, checks critical, till the next deploy', async () => {
    const { ran, after } = await deployIn('unhealthy', 'once')
    expect(ran.code).toBe(0)
    expect(after.machines[0]).toMatchObject({ state: 'started', checks: [{ name: 'servicecheck-00-http-8080', status: 'critical' }] })
    await pocket.fly(['deploy'])
    expect((await pocket.machines())[0]!.checks[0]!.status).toBe('passing')
  })

  test('worker-runs-work-fails: the program is told to fail its work', async () => {
    const { ran, after } = await deployIn('worker-runs-work-fails', 'once')
    expect(ran.code).toBe(0)
    expect((await ask(pocket))?.env.POCKET_WORK_FAILS).toBe('1')
    expect(after.machines[0]!.config.env).not.toHaveProperty('POCKET_WORK_FAILS')
    await pocket.fly(['deploy'])
    expect((await ask(pocket))?.env).not.toHaveProperty('POCKET_WORK_FAILS')
  })

  test('concurrent-release: somebody else has a higher release with another image', async () => {
    const { ran, after } = await deployIn('concurrent-release')
    expect(ran.code).toBe(0)
    expect(top(after)).toMatchObject({ Version: top(before).Version + 2, Status: 'complete', User: { Email: 'somebody.else@example.com' } })
    expect(top(after).ImageRef).not.toBe(after.releases[1]!.ImageRef)
    expect(versions(after)).toEqual([String(after.releases[1]!.Version)])
  })
})

describe('reads that mislead', () => {
  test('noise-before-json: the document follows lines that are none', async () => {
    await pocket.scenario('noise-before-json')
    const { out } = await pocket.fly(['releases', '--json'])
    expect(out).toMatch(/^DEBUG /)
    expect(JSON.parse(out.slice(out.search(/^\[$/m)))).toEqual(before.releases)
  })

  test('secrets-staged: one secret more, staged', async () => {
    await pocket.scenario('secrets-staged')
    expect(JSON.parse((await pocket.fly(['secrets', 'list', '--json'])).out)).toEqual([
      { name: 'POCKET_STAGED', digest: expect.any(String), status: 'Staged' },
    ])
  })

  test('slow: a read takes the latency that is set', async () => {
    const since = Date.now()
    await pocket.scenario('slow')
    await pocket.fly(['releases'], { env: { POCKET_FLY_LATENCY_MS: '1000' } })
    expect(Date.now() - since).toBeGreaterThanOrEqual(1_000)
  })

  test('exit0-then-gone: one look sees the new machines, the next sees none', async () => {
    await pocket.scenario('exit0-then-gone', 'once')
    expect((await pocket.fly(['deploy'])).code).toBe(0)
    expect(await pocket.machines()).toHaveLength(1)
    expect(await pocket.machines()).toEqual([])
    expect(await ask(pocket)).toBeNull()
    expect((await pocket.fly(['deploy'])).code).toBe(0)
    expect(await ask(pocket)).not.toBeNull()
  })

  test('empty-machine-list: a deploy makes duplicates, the old ones keep serving', async () => {
    await pocket.scenario('empty-machine-list')
    expect(await pocket.machines()).toEqual([])
    expect((await pocket.fly(['deploy'])).code).toBe(0)
    expect(await pocket.machines()).toEqual([])
    await pocket.scenario('none')
    expect(versions(await look())).toEqual([String(top(before).Version), String(top(before).Version + 1)].sort())
    expect(await ask(pocket)).toMatchObject({ version: String(top(before).Version) })
    await pocket.fly(['deploy'])
  })
})

describe('two machines', () => {
  test('health-timeout-partial: the first is new and critical, the second old', async () => {
    expect(before.machines).toHaveLength(2)
    const { ran, after } = await deployIn('health-timeout-partial')
    expect(ran).toMatchObject({ code: 1 })
    expect(ran.out).toMatch(/Updating \w+/)
    expect(ran.err).toContain('Error: timeout reached waiting for health checks to pass for machine')
    expect(top(after).Status).toBe('failed')
    expect(versions(after)).toEqual([...versions(before).slice(1), String(top(after).Version)].sort())
    await pocket.scenario('none')
    await pocket.fly(['deploy'])
  })

  test('silent-127: the first is new, the second old', async () => {
    const { ran, after } = await deployIn('silent-127')
    expect(ran.code).toBe(127)
    expect(new Set(versions(after)).size).toBe(2)
    await pocket.scenario('none')
    await pocket.fly(['deploy'])
  })

  test('bluegreen-both: exit 1, both colours up, the greens marked', async () => {
    await pocket.scenario('bluegreen-both', 'once')
    const ran = await pocket.fly(['deploy', '--strategy', 'bluegreen'])
    expect(ran.err).toContain('Error: could not get all blue machines into stopped state')
    const after = await look()
    expect(top(after).Status).toBe('failed')
    expect(after.machines).toHaveLength(4)
    expect(after.machines.filter((machine) => machine.config.metadata.fly_bluegreen_deployment_tag)).toHaveLength(2)
    expect(after.machines.every((machine) => machine.state === 'started')).toBe(true)
  })

  test('bluegreen without a fault replaces all and serves on the same port', async () => {
    expect((await pocket.fly(['deploy', '--strategy', 'bluegreen'])).code).toBe(0)
    const after = await look()
    expect(new Set(versions(after))).toEqual(new Set([String(top(after).Version)]))
    expect(await ask(pocket)).toMatchObject({ version: String(top(after).Version) })
  })
})

describe('the switch', () => {
  test('health-timeout-partial on one machine says what it needs, and does nothing', async () => {
    await pocket.fly(['scale', 'count', '1', '-y'])
    const { ran, after } = await deployIn('health-timeout-partial')
    expect(ran.err).toContain('needs two machines; run `fly scale count 2` first')
    expect(after.releases).toEqual(before.releases)
  })

  test('`once` is used up by the command it is for, not by another', async () => {
    await pocket.scenario('build-fail', 'once')
    expect((await pocket.fly(['releases'])).code).toBe(0)
    expect((await pocket.fly(['deploy', '--build-only'])).code).toBe(1)
    expect((await pocket.fly(['deploy', '--build-only'])).code).toBe(0)
  })

  test('comes from the environment too; the file wins', async () => {
    const env = { POCKET_FLY_SCENARIO: 'api-down' }
    expect((await pocket.fly(['releases'], { env })).code).toBe(0)
    await writeFile(join(pocket.home, 'scenario'), 'auth-missing\n')
    expect((await pocket.fly(['releases'], { env })).err).toContain('no access token')
    await pocket.scenario('api-down', 'once')
    await pocket.fly(['releases'])
    expect((await pocket.fly(['releases'], { env })).err).toContain('connection refused')
  })

  test('a wrong name is refused with the right ones', async () => {
    expect((await pocket.fly(['__scenario', 'explode'])).err).toContain('unknown scenario "explode", use one of: build-fail, ')
    expect((await pocket.fly(['__scenario'])).out.split('\n')).toContain('hang')
    await pocket.fly(['__scenario', 'api-down'])
    expect((await pocket.fly(['releases'])).code).toBe(1)
    await pocket.fly(['__scenario', 'none'])
    expect((await pocket.fly(['releases'])).code).toBe(0)
  })
})
