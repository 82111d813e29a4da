import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describeRepository } from '../../src/adapters/repository.ts'
import { makeTreeFiles } from '../../src/adapters/tree-files.ts'
import { factsOf, readChange } from '../../src/change/read.ts'
import { exampleProblems } from '../../src/checklist/examples.ts'
import { judge } from '../../src/checklist/judge.ts'
import { allRules, packs } from '../../src/checklist/rules.ts'
import { readable } from '../../src/stages/readable.ts'
import { makeRepo, type Repo, tempFolder } from './repo.ts'
import { makeSettings } from './settings.ts'

const RULES = packs().find(({ id }) => id === 'dependencies')!.rules
const STORY = join(import.meta.dirname, 'lockfiles', 'fixtures', 'rails-7-to-8')

const story = (side: 'before' | 'after', folder = ''): Record<string, string> =>
  Object.fromEntries(['Gemfile', 'Gemfile.lock'].map((file) => [`${folder}${file}`, readFileSync(join(STORY, side, file), 'utf8')]))

/** What the dependency rules say of everything since the first commit. */
const read = async (repo: Repo) => {
  const reading = await readChange({
    git: repo.git,
    files: makeTreeFiles(),
    repo: readable(await describeRepository(repo.git)),
    settings: makeSettings({ root: repo.root }),
    argv: [],
    key: 'key',
    objectsDir: join(tempFolder(), 'objects'),
    bases: [repo.first],
  })
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
})
