import { describe, expect, test } from 'vitest'
import type { Case } from '../../../src/targets/fly/judge.ts'
import { judgeRun, nameRun } from '../../../src/targets/fly/judge-run.ts'
import { movedSince } from '../../../src/targets/fly/moved-since.ts'
import type { FlyTruth } from '../../../src/targets/truth.ts'
import { digest, ended, type MachineSketch, releaseJson, truth } from './fixtures.ts'

const secret = (name: string, value: string) => ({ name, digest: value, status: 'Deployed' })
const holding = (seen: FlyTruth, ...secrets: ReturnType<typeof secret>[]): FlyTruth => ({ ...seen, secrets })

const old = (id: string, more: MachineSketch = {}): MachineSketch => ({ id, ...more })
/** A machine that a release without new code has reached. */
const set = (id: string, more: MachineSketch = {}): MachineSketch => ({ id, version: 42, ...more })
const two = truth([old('m1'), old('m2')])
const releases = [releaseJson(42, { ImageRef: 'registry.fly.io/everflow:deployment-a' }), releaseJson(41)]
const bothSet = truth([set('m1'), set('m2')], releases)
const silent = ended(0, { emitted: null })

const judge = (more: Partial<Case>, words = 'secrets set A=x') =>
  judgeRun(
    { before: two, after: bothSet, unseen: null, run: silent, filters: [], app: 'everflow', attempt: null, wanted: null, ...more },
    words.split(' '),
  )

describe('a command that exited 0', () => {
  test('is done where a release without new code reached every machine', () => {
    expect(judge({})).toMatchObject({
      outcome: 'deployed',
      why: 'release v42; 2 machines updated',
      serving: { id: digest('a'), version: 42 },
    })
  })

  test('is done where nothing moves that can be seen, or only a secret', () => {
    expect(judge({ after: two }, 'certs add example.com')).toMatchObject({ outcome: 'deployed', why: 'nothing moved that can be seen' })
    expect(judge({ after: holding(two, secret('A', 'd1')) }, 'secrets set --stage A=x').why).toBe('secret A was added')
  })

  test('is done where machines stop, go or stay away because it asked for that', () => {
    expect(judge({ after: truth([old('m1'), old('m2', { state: 'stopped', stopAsked: true })]) }, 'machine stop m2').outcome).toBe(
      'deployed',
    )
    expect(judge({ after: truth([old('m1'), old('m2', { cordoned: true })]) }, 'machine cordon m2').why).toBe('machine m2 is cordoned')
    expect(judge({ after: truth([old('m1')]) }, 'machine destroy m2 --force')).toMatchObject({ outcome: 'deployed', why: '1 machine went' })
    expect(judge({ after: truth([]) }, 'scale count 0 --yes').outcome).toBe('deployed')
    expect(judge({ after: truth([old('m1'), old('m2'), old('m3')]) }, 'machine clone m1')).toMatchObject({
      outcome: 'deployed',
      why: '1 machine came',
    })
  })

  test('is unhealthy where a machine is worse off than before, and not where it was so already', () => {
    const ill = truth([set('m1', { check: 'critical' }), set('m2')], releases)
    expect(judge({ after: ill })).toMatchObject({ outcome: 'unhealthy', why: expect.stringContaining('is critical') })
    const before = truth([old('m1', { check: 'critical' }), old('m2')])
    expect(judge({ before, after: ill }).outcome).toBe('deployed')
    expect(judge({ after: truth([set('m1', { restarts: 3, exit: 1 }), set('m2')], releases) }).outcome).toBe('unhealthy')
    expect(judge({ after: truth([set('m1', { state: 'stopped', exit: 1 }), set('m2')], releases) }).outcome).toBe('unhealthy')
  })

  test('is partial where a machine went and nobody asked, unknown where all did or somebody else was at work', () => {
    expect(judge({ after: truth([set('m1')], releases) }).outcome).toBe('partial')
    expect(judge({ after: truth([]) })).toMatchObject({ outcome: 'unknown', why: expect.stringContaining('the machine list is empty') })
    const other = releaseJson(43, { User: { ID: 'u2', Name: 'Bob', Email: 'bob@example.com', EnablePaidHobby: false } })
    expect(judge({ after: truth([set('m1'), set('m2')], [other, ...releases]) }).outcome).toBe('unknown')
  })
})

describe('a command that did not come to its end', () => {
  test('began nothing where nothing moved', () => {
    expect(judge({ after: two, run: ended(1) })).toMatchObject({
      outcome: 'not-started',
      why: 'fly secrets set exited 1, and nothing moved that can be seen',
    })
    expect(judge({ after: two, run: ended(null) }).outcome).toBe('not-started')
    expect(judge({ after: two, run: ended(null, { timedOut: true }) }).outcome).toBe('not-started')
  })

  test('is told by what it left: a release alone, a secret alone, some machines, all of them', () => {
    const failed = [releaseJson(42, { Status: 'failed', ImageRef: 'registry.fly.io/everflow:deployment-a' }), releaseJson(41)]
    expect(judge({ after: truth([old('m1'), old('m2')], failed), run: ended(1) }).outcome).toBe('unchanged')
    expect(judge({ after: holding(two, secret('A', 'd1')), run: ended(1) }).outcome).toBe('partial')
    expect(judge({ after: truth([set('m1'), old('m2')], failed), run: ended(1) }).outcome).toBe('partial')
    expect(judge({ run: ended(1) }).outcome).toBe('serving-despite-exit')
  })

  test('is done where its end was not seen, but a complete release is on every machine', () => {
    expect(judge({ run: ended(null) }).outcome).toBe('deployed')
    expect(judge({ after: holding(two, secret('A', 'd1')), run: ended(null) }).outcome).toBe('partial')
  })

  test('is unknown where the platform cannot be read', () => {
    expect(judge({ after: null, unseen: 'the platform could not be read after it: 503' })).toMatchObject({
      outcome: 'unknown',
      serving: null,
    })
    expect(judge({ unseen: 'no two looks at the machines were equal' }).outcome).toBe('unknown')
    expect(judge({ after: truth([set('m1'), set('m2', { host: 'unreachable' })], releases) }).outcome).toBe('unknown')
  })
})

describe('what is ours', () => {
  const known = { serving: { ...judge({ after: two }).serving!, version: 41 }, machineConfig: null, secrets: {} }

  test('is the release, and the secrets that changed in between', () => {
    const before = holding(two, secret('A', 'd1'), secret('GONE', 'd2'), secret('SAME', 'd3'))
    const after = holding(bothSet, secret('A', 'd4'), secret('NEW', 'd5'), secret('SAME', 'd3'))
    expect(movedSince(before, after, known)).toEqual({ version: 42, machineConfig: null, secrets: { A: 'd4', GONE: null, NEW: 'd5' } })
  })

  test('is no release that came on top of somebody else’s, no configuration that had drifted, and nothing of another image', () => {
    const later = { ...known, serving: { ...known.serving, version: 40 } }
    expect(movedSince(two, bothSet, later)?.version).toBeNull()
    expect(movedSince(two, truth([set('m1', { image: 'b' }), set('m2', { image: 'b' })], releases), known)).toBeNull()
    expect(movedSince(two, bothSet, { ...known, machineConfig: 'other.key.config' })?.machineConfig).toBeNull()
  })
})

test.each([
  ['secrets set A=x', 'fly secrets set'],
  ['/usr/bin/fly -a web machine stop 5f7faeec2c6b31', 'fly machine stop'],
  ['flyctl machine --app web restart m1', 'fly machine restart'],
  ['/opt/tools/fly-1.2 scale count 3', 'fly scale count'],
  ['secrets set', 'fly secrets set'],
])('%s is called %s', (line, name) => {
  expect(nameRun(line.split(' '))).toBe(name)
})
