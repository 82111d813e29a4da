import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lastOf, parseDockerfile } from '../../src/change/detectors/dockerfile.ts'
import { parseFly } from '../../src/change/fly-file.ts'
import { dockerfile, flyToml, keysOf, type RelayPlan, relayYml } from '../../src/commands/relay-files.ts'
import { loadRelay } from '../../src/config/relay.ts'
import { normalise } from '../../src/sandbox/config.ts'
import { readDockerfile } from '../../src/sandbox/dockerfile.ts'
import { tempFolder } from '../change/repo.ts'

const PLAN: RelayPlan = { name: 'web-relay', apps: ['web'], region: 'ams', version: '1.2.3', up: '..' }
const HOOK = ['https://hooks.slack.com', 'services', 'T', 'B', 'X'].join('/')
const drawn = (i: number): string => `drawn-${i}-`.padEnd(30, 'a')

/** What is read of the relay.yml of a plan whose secrets are all set. */
const loaded = (plan: RelayPlan) => {
  const keys = plan.apps.map((app) => keysOf(plan, app))
  const env = Object.fromEntries([
    ['RELAY_ADMIN_TOKEN', drawn(99)],
    ...keys.flatMap(({ token, hook }, i) => [
      [token, drawn(i)],
      [hook, HOOK],
    ]),
  ])
  return loadRelay(relayYml(plan), 'relay.yml', { env, readsLikeFailure: () => true })
}

describe('the files that relay init writes', () => {
  test('fly.toml: one volume, one machine that stays up, its health asked, TERM and time to obey it', async () => {
    const parsed = await parseFly('fly.toml', flyToml(PLAN))
    if (!parsed.ok) throw new Error('it is no TOML')
    expect(parsed.table).toMatchObject({
      app: 'web-relay',
      primary_region: 'ams',
      mounts: [{ source: 'relay_data', destination: '/data' }],
      http_service: { internal_port: 8080, auto_stop_machines: 'off', min_machines_running: 1, checks: [{ path: '/health' }] },
    })
    const { kill, services } = normalise(parsed.table as Parameters<typeof normalise>[0])
    expect(kill.signal).toBe('SIGTERM')
    expect(kill.timeoutMs).toBeGreaterThan(10_000)
    expect(services).toHaveLength(1)
  })

  test('fly.toml without a region leaves the choice to fly', async () => {
    const parsed = await parseFly('fly.toml', flyToml({ ...PLAN, region: null }))
    expect(parsed).toMatchObject({ ok: true })
    expect(parsed.ok && 'primary_region' in parsed.table).toBe(false)
  })

  test('Dockerfile: the version that wrote it, and a relay that is not root once the volume is its own', () => {
    const all = parseDockerfile(dockerfile(PLAN))
    expect(all.map(({ word }) => word)).toEqual(['FROM', 'RUN', 'RUN', 'COPY', 'ENV', 'CMD'])
    expect(lastOf(all, 'FROM')?.args).toBe('node:22-slim')
    expect(all[1]?.args).toContain('safe-deploy@1.2.3')
    const { command } = readDockerfile(dockerfile(PLAN))
    if (!command || !('argv' in command)) throw new Error('the command is one for a shell')
    const programs = tempFolder()
    mkdirSync(programs, { recursive: true })
    for (const name of ['chown', 'setpriv']) writeFileSync(join(programs, name), `#!/bin/sh\necho ${name} "$@"\n`, { mode: 0o755 })
    const [shell = '', ...rest] = command.argv
    const said = execFileSync(shell, rest, { encoding: 'utf8', env: { PATH: `${programs}:/bin:/usr/bin` } })
    expect(said.trim().split('\n')).toEqual([
      'chown node:node /data',
      'setpriv --reuid=node --regid=node --init-groups safe-deploy relay --config=/etc/relay/relay.yml',
    ])
  })

  test('relay.yml: is read as it is written, with a channel for every app, and its journal on the volume', () => {
    const policy = loaded({ ...PLAN, apps: ['web', 'Ever "Flow"', 'a.b', 'a-b: c'] })
    expect(policy.channels.map(({ app }) => app)).toEqual(['web', 'Ever "Flow"', 'a.b', 'a-b: c'])
    expect(policy.data).toMatch(/^\/data\b/)
    expect(loaded(PLAN).channels).toHaveLength(1)
  })

  test('apps whose names differ in what no env key can hold get keys of their own', () => {
    const { channels } = loaded({ ...PLAN, apps: ['a.b', 'a-b', '店', '铺'] })
    expect(new Set(channels.map(({ token }) => token)).size).toBe(4)
  })

  test('no secret is in any of them, and editors find the schema of relay.yml', () => {
    for (const text of [flyToml(PLAN), dockerfile(PLAN), relayYml(PLAN)])
      expect(text).not.toMatch(/hooks\.slack\.com\/services|[A-Za-z0-9_-]{32}/)
    expect(relayYml(PLAN).split('\n')[0]).toMatch(/\$schema=\.\.\/node_modules\/safe-deploy\/dist\/safe-deploy\.relay\.schema\.json$/)
  })
})
