import { describe, expect, it } from 'vitest'
import { changedSecrets, flyDrift, machineConfigOf } from '../../../src/targets/fly/drift.ts'
import { isMoving, sameFly } from '../../../src/targets/fly/same.ts'
import { looksEmptied, servingMachine, servingOf, stagedSecrets, urlOf } from '../../../src/targets/fly/serving.ts'
import { machinesToStart } from '../../../src/targets/fly/start.ts'
import { digest, releaseJson, truth } from './fixtures.ts'

const good = truth([{ id: 'm1' }, { id: 'm2' }])
const recorded = { serving: servingOf(good)!, machineConfig: machineConfigOf(good), secrets: { A: 'd1' } }
const now = (...args: Parameters<typeof truth>) => ({ ...truth(...args), secrets: [{ name: 'A', digest: 'd1', status: 'Deployed' }] })

describe('drift', () => {
  it('is none as recorded, with more machines or another size', () => {
    expect(flyDrift(now([{ id: 'm1' }, { id: 'm2' }]), recorded).grade).toBe('none')
    expect(flyDrift(now([{ id: 'm1' }, { id: 'm2' }, { id: 'm3' }]), recorded).grade).toBe('none')
    expect(flyDrift(now([{ id: 'm1', config: { guest: { memory_mb: 4096 } } }]), recorded).grade).toBe('none')
  })
  it('is noted for a secret set, which makes a release of the same image', () => {
    const set = {
      ...now([
        { id: 'm1', version: 43 },
        { id: 'm2', version: 43 },
      ]),
      secrets: [{ name: 'A', digest: 'd2', status: 'Deployed' }],
    }
    expect(flyDrift(set, recorded)).toMatchObject({
      grade: 'noted',
      what: ['release v43 came after v41, with the same image', 'secret A changed'],
    })
  })
  it('is config where the machines are configured otherwise', () => {
    expect(flyDrift(now([{ id: 'm1', config: { restart: { policy: 'no' } } }, { id: 'm2' }]), recorded).grade).toBe('config')
    expect(flyDrift(now([{ id: 'm1', env: { DATABASE_URL: 'other' } }, { id: 'm2' }]), recorded).grade).toBe('config')
  })
  it('is image where another one serves, or runs beside it', () => {
    expect(
      flyDrift(
        now([
          { id: 'm1', image: 'b' },
          { id: 'm2', image: 'b' },
        ]),
        recorded,
      ).grade,
    ).toBe('image')
    expect(flyDrift(now([{ id: 'm1' }, { id: 'm2' }, { id: 'm3', image: 'b' }]), recorded)).toMatchObject({
      grade: 'image',
      what: ['1 of 3 machines run another image'],
    })
  })
  it('says nothing about secrets that were not read', () => {
    expect(flyDrift({ ...now([{ id: 'm1' }]), secrets: null }, recorded).grade).toBe('none')
  })
  it('names secrets that came and went', () => {
    expect(changedSecrets({ A: '1', B: '1' }, { B: '2', C: '1' })).toEqual([
      'secret A was removed',
      'secret B changed',
      'secret C was added',
    ])
  })
})

describe('what serves', () => {
  it('is what most started machines run, and the newer of equals', () => {
    expect(servingOf(truth([{ id: 'a' }, { id: 'b', image: 'b', version: 42 }, { id: 'c', image: 'b', version: 42 }]))?.id).toBe(
      digest('b'),
    )
    expect(servingOf(truth([{ id: 'a' }, { id: 'b', image: 'b', version: 42 }]))?.id).toBe(digest('b'))
  })
  it('is not what only stopped, cordoned or unreachable machines run', () => {
    const asleep = [
      { id: 'b', image: 'b', state: 'stopped' },
      { id: 'c', image: 'b', host: 'unknown' },
      { id: 'd', image: 'b', cordoned: true },
    ]
    expect(servingOf(truth([{ id: 'a' }, ...asleep]))?.id).toBe(digest('a'))
  })
  it('is told from stopped machines where all are stopped, and nothing without machines', () => {
    expect(servingOf(truth([{ id: 'a', state: 'stopped' }]))?.id).toBe(digest('a'))
    expect(servingOf(truth([]))).toBeNull()
  })
  it('has a URL where a machine answers HTTP and the host is known', () => {
    expect(urlOf(good)).toBe('https://everflow.fly.dev/')
    expect(urlOf({ ...good, hostname: '127.0.0.1:18080' })).toBe('http://127.0.0.1:18080/')
    expect(urlOf({ ...good, hostname: null })).toBeNull()
    expect(urlOf(truth([{ config: { services: [] } }]))).toBeNull()
  })
  it('has a machine to run something on, if one is started', () => {
    expect(servingMachine(truth([{ id: 'a', state: 'stopped' }, { id: 'b' }]))).toBe('b')
    expect(servingMachine(truth([{ id: 'a', state: 'stopped' }]))).toBeNull()
  })
  it('looks emptied where releases ran and no machine is listed', () => {
    expect(looksEmptied(truth([]))).toBe(true)
    expect(looksEmptied(truth([], [releaseJson(1, { Status: 'failed' })]))).toBe(false)
    expect(looksEmptied(truth([], []))).toBe(false)
  })
  it('names staged secrets', () => {
    const secrets = [
      { name: 'A', digest: '', status: 'Staged' },
      { name: 'B', digest: '', status: 'Deployed' },
    ]
    expect(stagedSecrets({ ...good, secrets })).toEqual(['A'])
  })
})

describe('two looks', () => {
  it('are the same whatever the order, and differ by state, instance, check and release', () => {
    expect(sameFly(good, truth([{ id: 'm2' }, { id: 'm1' }]))).toBe(true)
    for (const other of [{ state: 'stopped' }, { instance: 'x' }, { check: 'critical' }, { image: 'b' }])
      expect(sameFly(good, truth([{ id: 'm1', ...other }, { id: 'm2' }]))).toBe(false)
    expect(sameFly(good, truth([{ id: 'm1' }, { id: 'm2' }], [releaseJson(41, { Status: 'running' })]))).toBe(false)
  })
  it('are not at rest between two states or before the first check', () => {
    expect(isMoving(good)).toBe(false)
    expect(isMoving(truth([{ state: 'replacing' }]))).toBe(true)
    expect(isMoving(truth([{ check: 'pending' }]))).toBe(true)
    expect(isMoving(truth([{ state: 'replacing', host: 'unknown' }]))).toBe(false)
  })
})

describe('machines to start after a rollback', () => {
  const start = (before: Parameters<typeof truth>[0][number], after: Parameters<typeof truth>[0][number] = {}) =>
    machinesToStart(truth([before]).machines, truth([{ state: 'stopped', version: 43, ...after }]).machines)
  it('are those that crashed or ran before', () => {
    expect(start({ state: 'stopped', exit: 1 })).toEqual(['m1'])
    expect(start({ state: 'started' })).toEqual(['m1'])
    expect(start({ state: 'failed' })).toEqual(['m1'])
  })
  it('are not those that were stopped by hand, sleep when idle, stand by, or run', () => {
    expect(start({ state: 'stopped', exit: 0, stopAsked: true })).toEqual([])
    expect(start({ state: 'stopped' })).toEqual([])
    expect(start({ state: 'started', autostop: true }, { autostop: true })).toEqual([])
    expect(start({ state: 'started', standby: true }, { standby: true })).toEqual([])
    expect(start({ state: 'started' }, { state: 'started' })).toEqual([])
  })
})
