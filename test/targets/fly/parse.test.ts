import { describe, expect, it } from 'vitest'
import { findDocument } from '../../../src/targets/fly/document.ts'
import { joinFingerprints, sameConfig } from '../../../src/targets/fly/fingerprint.ts'
import { parseMachines } from '../../../src/targets/fly/machine.ts'
import { parseReleases, parseSecrets, parseStatus } from '../../../src/targets/fly/parse.ts'
import type { Machine } from '../../../src/targets/truth.ts'
import { digest, type MachineSketch, machineJson, releaseJson } from './fixtures.ts'

const print = (value: unknown): string => `${JSON.stringify(value, null, 4)}\n`
const machines = (...sketches: MachineSketch[]): Machine[] => {
  const parsed = parseMachines(print(sketches.map(machineJson)), 'key')
  if (!parsed.ok) throw new Error(parsed.why)
  return parsed.value
}
const status = {
  AppURL: 'https://everflow.fly.dev',
  Deployed: true,
  Hostname: 'everflow.fly.dev',
  ID: 'everflow',
  Machines: [],
  Name: 'everflow',
  Organization: { ID: 'o', Name: 'Personal', Slug: 'personal', RawSlug: '' },
  Status: 'deployed',
  Version: 42,
}

describe('finding the document in what fly printed', () => {
  const noise = 'DEBUG loading {"a":1}\n[debug] trace\n{"level":"debug"}\n'
  it.each([
    ['alone', '[1]', '[1]'],
    ['behind noise', `${noise}[1]\n`, '[1]'],
    ['before a notice', '[\n    1\n]\nUpdate available 0.4.1 -> 0.4.2.\n', '[1]'],
    ['compact, before a notice', '[]\nUpdate available', '[]'],
    ['with carriage returns', 'x\r\n[\r\n    1\r\n]\r\n', '[1]'],
    ['as Go prints no list', 'null\n', '[]'],
  ])('%s', (_name, text, value) => {
    expect(findDocument(text, 'array')).toEqual({ ok: true, value: JSON.parse(value) })
  })
  it.each([
    ['', /nothing/],
    ['No machines are available', /no JSON array/],
    ['[1,', /no JSON/],
    ['{"error":"x"}', /no JSON array/],
  ])('%j is none', (text, why) => {
    expect(findDocument(text, 'array')).toMatchObject({ ok: false, why: expect.stringMatching(why) })
  })
  it('is linear: a megabyte of brackets is refused at once', () => {
    expect(findDocument('[\n'.repeat(500_000), 'array').ok).toBe(false)
  })
})

describe('releases', () => {
  it('are read in both casings, newest first', () => {
    const rest = { id: 'rel_43', version: 43, status: 'complete', user: 'ada', created_at: '2026-01-01T00:00:00Z', image_ref: 'r:x' }
    const parsed = parseReleases(print([releaseJson(41), rest, releaseJson(42)]))
    expect(parsed.ok && parsed.value.map((release) => release.version)).toEqual([43, 42, 41])
    expect(parsed.ok && parsed.value[0]).toEqual({
      id: 'rel_43',
      version: 43,
      status: 'complete',
      image: 'r:x',
      by: 'ada',
      at: '2026-01-01T00:00:00Z',
    })
    expect(parsed.ok && parsed.value[1]).toMatchObject({ by: 'ada@example.com', image: 'registry.fly.io/everflow:deployment-b' })
  })
  it('without a version are unreadable, never guessed', () => {
    expect(parseReleases(print([{ ...releaseJson(41), Version: 'new' }]))).toEqual({ ok: false, why: 'element 1 has no id and version' })
  })
  it('that are none are an empty list', () => {
    expect(parseReleases('[]')).toEqual({ ok: true, value: [] })
  })
})

describe('machines', () => {
  it('say what they run and how they are', () => {
    const [one] = machines({ exit: 1, restarts: 2, labels: { 'safe-deploy.attempt': 'x' } })
    expect(one).toMatchObject({
      ...{ id: 'm1', group: 'app', state: 'started', instance: 'i-41', version: 41, release: 'rel_41', region: 'ams', reachable: true },
      ...{ image: 'registry.fly.io/everflow:deployment-a', digest: digest('a'), labels: { 'safe-deploy.attempt': 'x' }, cordoned: false },
      ...{ restarts: 2, exitCode: 1, memoryMb: 512, mounts: ['data'], http: true, autostops: false, standby: false, canary: false },
      checks: [{ name: 'servicecheck-00-http-8080', status: 'passing', output: 'body: nope' }],
    })
  })
  it('do not carry the crashes of an instance before', () => {
    expect(machines({})[0]).toMatchObject({ restarts: 0, exitCode: null })
  })
  it('keep no env value, and tell that one changed', () => {
    const [a, b, c] = ['hunter2', 'hunter3', 'hunter2'].map((password) => machines({ env: { PASSWORD: password } })[0]!)
    expect(JSON.stringify(a)).not.toContain('hunter2')
    expect(sameConfig(a!.config, b!.config)).toBe(false)
    expect(sameConfig(a!.config, c!.config)).toBe(true)
  })
  it('that are tasks, unmanaged or destroyed are left out', () => {
    const metadata = (more: Record<string, string>) => ({ config: { metadata: { fly_platform_version: 'v2', ...more } } })
    const left = machines(
      { id: 'a', ...metadata({ fly_process_group: 'fly_app_release_command' }) },
      { id: 'b', ...metadata({ fly_process_group: 'fly_app_console' }) },
      { id: 'c', config: { metadata: {} } },
      { id: 'd', state: 'destroyed' },
      { id: 'e' },
    )
    expect(left.map((machine) => machine.id)).toEqual(['e'])
  })
  it('on a lost host are unreachable, not old', () => {
    expect(machines({ host: 'unreachable' })[0]).toMatchObject({ reachable: false })
  })
  it('with a reachable host and no config are unreadable', () => {
    const { config: _, ...bare } = machineJson() as { config: unknown }
    expect(parseMachines(print([bare]), 'key')).toEqual({ ok: false, why: 'element 1 has no config' })
  })
  it.each([
    [true, true],
    ['stop', true],
    ['suspend', true],
    ['off', false],
    [false, false],
  ])('autostop %j', (autostop, means) => {
    expect(machines({ autostop })[0]?.autostops).toBe(means)
  })
})

describe('the fingerprint of a configuration', () => {
  const of = (sketch: MachineSketch, key = 'key'): string => {
    const parsed = parseMachines(print([machineJson(sketch)]), key)
    return parsed.ok ? parsed.value[0]!.config : ''
  }
  it('is the same for another release, image, size and volume', () => {
    const other = {
      version: 50,
      image: 'c',
      config: { guest: { memory_mb: 1024 }, mounts: [{ volume: 'vol_9', name: 'data', path: '/data' }] },
    }
    expect(sameConfig(of({}), of(other))).toBe(true)
  })
  it('is another for another port or restart policy', () => {
    expect(sameConfig(of({}), of({ config: { services: [] } }))).toBe(false)
    expect(sameConfig(of({}), of({ config: { restart: { policy: 'no' } } }))).toBe(false)
  })
  it('does not compare values across keys, but still the rest', () => {
    expect(sameConfig(of({ env: { A: '1' } }, 'k1'), of({ env: { A: '2' } }, 'k2'))).toBe(true)
    expect(sameConfig(of({ env: { A: '1' } }, 'k1'), of({ env: { B: '1' } }, 'k2'))).toBe(false)
  })
  it('of many machines does not count them', () => {
    const config = of({})
    const one = joinFingerprints([{ group: 'app', config }])
    expect(
      joinFingerprints([
        { group: 'app', config },
        { group: 'app', config },
      ]),
    ).toBe(one)
    expect(
      joinFingerprints([
        { group: 'app', config },
        { group: 'worker', config },
      ]),
    ).not.toBe(one)
    expect(joinFingerprints([])).toBeNull()
  })
})

describe('secrets and status', () => {
  it('read secrets in both casings', () => {
    expect(
      parseSecrets(
        print([
          { name: 'A', digest: 'd1', status: 'Staged' },
          { Name: 'B', Digest: 'd2' },
        ]),
      ),
    ).toEqual({
      ok: true,
      value: [
        { name: 'A', digest: 'd1', status: 'Staged' },
        { name: 'B', digest: 'd2', status: 'Unknown' },
      ],
    })
  })
  it('read app, org and hostname', () => {
    expect(parseStatus(print(status))).toEqual({ ok: true, value: { name: 'everflow', org: 'personal', hostname: 'everflow.fly.dev' } })
    expect(parseStatus('{}')).toEqual({ ok: false, why: 'it names no app' })
  })
})

describe('parsers on broken input', () => {
  const whole: [string, string, (text: string) => { ok: boolean }][] = [
    ['releases', print([releaseJson(42), releaseJson(41)]), parseReleases],
    ['machines', print([machineJson({ exit: 1 }), machineJson({ id: 'm2' })]), (text) => parseMachines(text, 'key')],
    ['secrets', print([{ name: 'A', digest: 'd' }]), parseSecrets],
    ['status', print(status), parseStatus],
  ]
  it.each(whole)('%s cut anywhere are unreadable', (_name, text, parse) => {
    const step = Math.max(1, Math.floor(text.length / 60))
    for (let end = 0; end < text.trimEnd().length; end += step) expect(parse(text.slice(0, end)).ok, text.slice(0, end)).toBe(false)
  })
  it.each(whole)('%s with values of other types never throw', (_name, text, parse) => {
    const keys = [...new Set([...text.matchAll(/"(\w+)":/g)].map((match) => match[1]!))]
    for (const key of keys) {
      for (const value of ['null', '[]', '{}', '"x"', '-1', '[[null]]', '{"a":[{}]}']) {
        const broken = JSON.stringify(JSON.parse(text), (name, old) => (name === key ? JSON.parse(value) : old))
        expect(() => parse(broken)).not.toThrow()
      }
    }
  })
})
