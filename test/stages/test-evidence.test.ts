import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseEvidence } from '../../src/stages/test/evidence.ts'
import { runTest, type TestSubject } from '../../src/stages/test.ts'
import { type Bench, kinds, LOADER, makeBench, node, smoke, WORK } from './bench.ts'

let bench: Bench
beforeEach(() => {
  bench = makeBench()
  bench.write({
    '.env': 'DATABASE_URL=postgres://one\n',
    'loads.js': `require('fs').appendFileSync('../private/runs','.');${LOADER}\n${WORK}`,
  })
})
afterEach(() => bench.remove())

const own = (name: string) => join(bench.root, '../private', name)
const runs = () => readFileSync(own('runs'), 'utf8').length
const desk = (more: Parameters<Bench['desk']>[0] = {}) => bench.desk({ smoke: [smoke(node('loads.js'))], ...more })
const later = (ms: number) => ({ ...desk(), clock: { now: () => Date.now() + ms, sleep: async () => {} } })

describe('evidence kept in the clone', () => {
  it('stands for the same tree, env and config', async () => {
    await runTest(desk(), bench.subject())
    const tested = await runTest(desk(), bench.subject())
    expect(tested).toMatchObject({ from: 'kept', facts: [], smokes: [{ passed: true }] })
    expect(tested.line).toMatch(/not run again$/)
    expect(runs()).toBe(1)
  })

  it('does not stand for another tree, env or config, after 30 minutes, under a halt, or when asked afresh', async () => {
    await runTest(desk(), bench.subject())
    const others: Partial<TestSubject>[] = [{ tree: 'b'.repeat(40) }, { config: 'd'.repeat(64) }, { halted: true }, { fresh: true }]
    for (const [i, other] of others.entries()) {
      expect((await runTest(desk(), bench.subject(other))).from).toBe('run')
      expect(runs()).toBe(2 + 2 * i)
      await runTest(desk(), bench.subject({ fresh: true }))
    }
    expect((await runTest(later(31 * 60_000), bench.subject())).from).toBe('run')
    expect((await runTest(later(-5 * 60_000), bench.subject())).from).toBe('run')
    await runTest(desk(), bench.subject({ fresh: true }))
    bench.write({ '.env': 'DATABASE_URL=postgres://two\n' })
    expect((await runTest(desk(), bench.subject())).from).toBe('run')
    expect((await runTest(desk({ env: { inject: ['DATABASE_URL'] } }), bench.subject())).from).toBe('run')
  })

  it('is not kept of a failure', async () => {
    bench.write({ '.env': 'OTHER=1\n' })
    await runTest(desk(), bench.subject())
    expect((await runTest(desk(), bench.subject())).from).toBe('run')
  })

  it('costs only a run when the file is broken', async () => {
    await runTest(desk(), bench.subject())
    writeFileSync(own('safe-deploy/evidence/demo.json'), '{"v":1')
    writeFileSync(own('safe-deploy/evidence/proves.json'), Buffer.from([0, 1]))
    expect((await runTest(desk(), bench.subject())).from).toBe('run')
  })
})

describe('evidence of a test job', () => {
  const job = async () => {
    await runTest(desk(), bench.subject({ out: own('out.json') }))
    bench.write({ '.env': 'NOTHING=here\n' })
    return own('out.json')
  }
  const elsewhere = () => ({ ...desk(), clone: { id: 'other', key: 'another-key' } })

  it('carries the result to another clone, which says what it could not compare', async () => {
    const evidenceIn = await job()
    const tested = await runTest(elsewhere(), bench.subject({ evidenceIn }))
    expect(tested).toMatchObject({ from: 'file', smokes: [{ passed: true }] })
    expect(kinds(tested.facts)).toEqual(['evidence-from-elsewhere'])
    expect(runs()).toBe(1)
  })

  it('needs the same env in the same clone', async () => {
    const evidenceIn = await job()
    const [fact] = (await runTest(desk(), bench.subject({ evidenceIn }))).facts
    expect(fact).toMatchObject({ kind: 'evidence-not-used', data: { why: 'the env files changed' } })
  })

  it('does not count for another tree or config, when old, failed, or under a halt; then the smokes run here', async () => {
    const evidenceIn = await job()
    const refused = async (more: Partial<TestSubject>, at = elsewhere()) => {
      const tested = await runTest(at, bench.subject({ evidenceIn, ...more }))
      expect(tested.from).toBe('run')
      return tested.facts.find((fact) => fact.kind === 'evidence-not-used')?.data.why
    }
    expect(await refused({ tree: 'b'.repeat(40) })).toMatch(/the tree is another one/)
    expect(await refused({ config: 'x' })).toMatch(/config/)
    expect(await refused({ halted: true })).toMatch(/have to pass here/)
    expect(await refused({}, { ...elsewhere(), clock: later(40 * 60_000).clock })).toMatch(/40 minutes old/)
    const more = { ...elsewhere(), settings: { ...desk().settings, smoke: [smoke('true', { name: 'another' })] } }
    expect(await refused({}, more)).toMatch(/every smoke/)
    await runTest(elsewhere(), bench.subject({ out: evidenceIn }))
    expect(JSON.parse(readFileSync(evidenceIn, 'utf8')).passed).toBe(false)
    expect(await refused({})).toMatch(/every smoke/)
    expect(await refused({ evidenceIn: own('nowhere.json') })).toMatch(/no such file/)
  })

  it('is bound to the app', async () => {
    const evidenceIn = await job()
    const other = { ...elsewhere(), settings: { ...desk().settings, app: 'Other/App' } }
    expect((await runTest(other, bench.subject({ evidenceIn }))).facts[0]?.data.why).toBe('it is about demo')
  })

  it('is checked before it is believed', async () => {
    const good = JSON.parse(readFileSync(await job(), 'utf8'))
    expect(parseEvidence(JSON.stringify(good))).toMatchObject({ kind: 'safe-deploy-test' })
    expect(parseEvidence('{')).toMatch(/not JSON/)
    for (const other of [[], null, 3, {}, { ...good, kind: 'x' }]) expect(parseEvidence(JSON.stringify(other))).toMatch(/not written by/)
    expect(parseEvidence(JSON.stringify({ ...good, v: 2 }))).toMatch(/another version/)
    const wrong = { tree: 1, at: 'yesterday', env: {}, passed: 'yes', smokes: [{}], envFacts: [{ kind: 1 }], smokeFacts: {} }
    for (const [key, value] of Object.entries(wrong))
      expect(parseEvidence(JSON.stringify({ ...good, [key]: value }))).toBe(`its ${key} is not what this version writes`)
  })

  it('holds no value of the env', async () => {
    expect(readFileSync(await job(), 'utf8')).not.toContain('postgres://one')
  })
})
