import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { factsOf } from '../../src/change/read.ts'
import { exampleProblems } from '../../src/checklist/examples.ts'
import { judge } from '../../src/checklist/judge.ts'
import { allRules, packs } from '../../src/checklist/rules.ts'
import { readingOf } from './reading.ts'
import { makeRepo, type Repo } from './repo.ts'

const RULES = packs().find(({ id }) => id === 'dependencies')!.rules
const STORY = join(import.meta.dirname, 'lockfiles', 'fixtures', 'rails-7-to-8')

const story = (side: 'before' | 'after', folder = ''): Record<string, string> =>
  Object.fromEntries(['Gemfile', 'Gemfile.lock'].map((file) => [`${folder}${file}`, readFileSync(join(STORY, side, file), 'utf8')]))

/** What the dependency rules say of everything since the first commit. */
const read = async (repo: Repo) => {
  const reading = await readingOf(repo)
  const facts = await factsOf(reading.seen, { truth: null, state: null, now: 0 })
  const findings = judge(facts, { rules: RULES, severities: {}, accept: [], config: null, today: '2026-05-01' })
  return {
    facts,
    findings,
    said: findings.map((f) => `${f.severity} ${f.rule}:${f.subject}`),
    failed: facts.filter(({ kind }) => kind === 'detector-failed'),
  }
}

test.each(
  allRules()
    .filter(({ id }) => RULES.some((rule) => rule.id === id))
    .map((rule) => [rule.id, rule] as const),
)('%s: its examples hold', async (_, rule) => {
  expect(await exampleProblems(rule)).toEqual([])
})

describe('the connection_pool story', () => {
  test('rails crosses as asked, in one quiet line; connection_pool comes along, and stops the deploy', async () => {
    const repo = makeRepo({ ...story('before'), 'app.rb': 'run\n' })
    repo.commit('Upgrade rails to 8.1', story('after'))
    const { said, findings } = await read(repo)
    expect(said).toEqual(['ask uninvited-major:connection_pool', 'note framework-major:rails'])
    expect(findings[0]).toMatchObject({
      fact:
        'connection_pool 2.5.5 → 3.0.2 in Gemfile.lock came along unasked: nobody needed 3.x. It runs in production via sidekiq; ' +
        'pulled by activesupport >= 2.2.5 (no ceiling), redis-client (any version), sidekiq >= 2.5.0 (no ceiling).',
      place: { file: 'Gemfile.lock', line: 82 },
      fix: [
        'To stay: gem "connection_pool", "~> 2.5" in the Gemfile, then bundle update connection_pool --conservative',
        'To take it: try what uses it, and name connection_pool in the commit that moves it or in the manifest',
      ],
    })
    expect(findings[1]?.fact).toBe(
      'rails 7.2.3.1 → 8.1.3.1 in Gemfile.lock: 13 packages of it cross together (actioncable, actionmailbox, actionmailer, actionpack and 8 more).',
    )
  })

  test('in two lockfiles it is told of each, with its path', async () => {
    const repo = makeRepo({ ...story('before'), ...story('before', 'admin/') })
    repo.commit('Upgrade rails to 8.1', { ...story('after'), ...story('after', 'admin/') })
    expect((await read(repo)).said.sort()).toEqual([
      'ask uninvited-major:connection_pool (Gemfile.lock)',
      'ask uninvited-major:connection_pool (admin/Gemfile.lock)',
      'note framework-major:rails (Gemfile.lock)',
      'note framework-major:rails (admin/Gemfile.lock)',
    ])
  })

  test('it is invited where the commit names it, and where the Gemfile pins it; other commits of the range do not count', async () => {
    const named = makeRepo(story('before'))
    named.commit('Upgrade rails to 8.1 and connection_pool to 3', story('after'))
    expect((await read(named)).said.sort()).toEqual(['note framework-major:rails', 'note invited-major:Gemfile.lock'])
    const pinned = makeRepo(story('before'))
    const { Gemfile, ...lock } = story('after')
    pinned.commit('Upgrade rails to 8.1', { ...lock, Gemfile: `${Gemfile}gem "connection_pool", ">= 2"\n` })
    expect((await read(pinned)).said).toContain('note invited-major:Gemfile.lock')
    const elsewhere = makeRepo(story('before'))
    elsewhere.commit('Explain connection_pool', { 'README.md': 'pool\n' })
    elsewhere.commit('Upgrade rails to 8.1', story('after'))
    expect((await read(elsewhere)).said).toContain('ask uninvited-major:connection_pool')
  })

  test('it is found where the lockfile is marked -diff, and where it was moved', async () => {
    const marked = makeRepo({ ...story('before'), '.gitattributes': 'Gemfile.lock -diff linguist-generated\n' })
    marked.commit('Upgrade rails to 8.1', story('after'))
    expect((await read(marked)).said).toContain('ask uninvited-major:connection_pool')
    const moved = makeRepo(story('before'))
    moved.commit('Move the app', { ...story('after', 'web/'), Gemfile: null, 'Gemfile.lock': null })
    expect((await read(moved)).findings).toContainEqual(
      expect.objectContaining({ subject: 'connection_pool', place: { file: 'web/Gemfile.lock', line: 82 } }),
    )
  })

  test('going back with a revert is one quiet line', async () => {
    const repo = makeRepo(story('after'))
    repo.commit('Revert "Upgrade rails to 8.1"', story('before'))
    expect((await read(repo)).said.sort()).toEqual(['note framework-major:rails', 'note undone-major:Gemfile.lock'])
  })

  test('a lockfile of tests, samples or vendored code installs nothing that is deployed', async () => {
    for (const folder of ['test/dummy/', 'examples/app/', 'vendor/engine/', 'docs/site/', 'spec/fixtures/app/']) {
      const repo = makeRepo(story('before', folder))
      repo.commit('Upgrade', story('after', folder))
      expect((await read(repo)).facts.filter(({ data }) => data.lockfile)).toEqual([])
    }
  })
})

describe('a lockfile that cannot be read says so, and hides no other', () => {
  const NPM = (version: string): string =>
    JSON.stringify({ lockfileVersion: 3, packages: { '': { dependencies: { a: '*' } }, 'node_modules/a': { version } } }, null, 2)

  test.each([
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['with conflict markers', (text: string) => text.replace('{', '<<<<<<< HEAD\n{\n=======\n')],
    ['no lockfile at all', () => 'hello\n'],
    ['of a version to come', (text: string) => text.replace('"lockfileVersion": 3', '"lockfileVersion": 99')],
    ['empty', () => ''],
    ['one long line', () => `{"packages":{"":"${'x'.repeat(3_000_000)}`],
    ['deep', () => '['.repeat(200_000)],
    ['bytes', () => Buffer.from([0xff, 0xfe, 0x00, 0x7b]).toString('latin1')],
  ])('%s', async (_, spoil) => {
    const repo = makeRepo({ 'package-lock.json': NPM('1.0.0'), ...story('before') })
    repo.commit('Merge', { 'package-lock.json': spoil(NPM('2.0.0')), ...story('after') })
    const { said, failed, findings } = await read(repo)
    expect(failed).toEqual([])
    expect(said).toContain('ask uninvited-major:connection_pool')
    expect(said).toContain('warn lockfile-unreadable:package-lock.json')
    expect(JSON.stringify(findings)).not.toMatch(/hello|xxxx|HEAD/)
  })

  test('on the old side alone, too; and one that is too large', async () => {
    const old = makeRepo({ 'package-lock.json': '{' })
    old.commit('Mend', { 'package-lock.json': NPM('2.0.0') })
    expect((await read(old)).findings[0]).toMatchObject({ rule: 'lockfile-unreadable', place: { file: 'package-lock.json' } })
    const large = makeRepo({ 'package-lock.json': NPM('1.0.0') })
    large.commit('Grow', { 'package-lock.json': ' '.repeat(33 * 1024 * 1024) })
    expect((await read(large)).findings[0]?.fact).toMatch(/^package-lock.json cannot be read as it is now: it is 33 MB/)
  })

  test('a binary bun.lockb is named with what to do', async () => {
    const repo = makeRepo({ 'bun.lockb': Buffer.from([0, 1, 2]) })
    repo.commit('Update', { 'bun.lockb': Buffer.from([0, 1, 3]) })
    expect((await read(repo)).findings[0]?.fact).toMatch(/bun.lockb cannot be read as it is now: it is binary/)
  })

  test('one that only came, went or stayed is not read', async () => {
    const repo = makeRepo({ 'package-lock.json': '{', 'yarn.lock': 'x' })
    repo.commit('Swap', { 'package-lock.json': null, 'bun.lockb': Buffer.from([0, 1, 2]), 'README.md': 'hi\n' })
    expect((await read(repo)).said).toEqual([])
  })
})

test('twenty thousand majors in a chain are judged in seconds', async () => {
  const chain = (major: number): string => {
    const packages: Record<string, unknown> = { '': { dependencies: { p0: '*' } } }
    for (let i = 0; i < 20_000; i++)
      packages[`node_modules/p${i}`] = { version: `${major}.0.${i}`, dependencies: { [`p${i + 1}`]: `^${major}.0.0` } }
    return JSON.stringify({ lockfileVersion: 3, packages }, null, 1)
  }
  const repo = makeRepo({ 'package-lock.json': chain(1) })
  repo.commit('Update', { 'package-lock.json': chain(2) })
  const started = performance.now()
  const { facts, said } = await read(repo)
  expect(performance.now() - started).toBeLessThan(15_000)
  expect(facts.filter(({ kind }) => kind === 'dependency-major')).toHaveLength(20_000)
  expect(said).toEqual(['warn uninvited-direct:p0'])
})
