import { join } from 'node:path'
import { expect, test } from 'vitest'
import { factsOf } from '../../src/change/read.ts'
import { explain } from '../../src/checklist/explain.ts'
import { readOwnPacks } from '../../src/checklist/own-packs.ts'
import { factsOfRules } from '../../src/checklist/own-rules.ts'
import { readPack } from '../../src/checklist/read-pack.ts'
import { testChecklist } from '../../src/commands/checklist.ts'
import type { Settings } from '../../src/config/settings.ts'
import type { Event } from '../../src/events.ts'
import type { Change } from '../../src/model.ts'
import { ownRulesHere } from '../../src/own-pack-files.ts'
import { judgeFacts } from '../../src/stages/judging.ts'
import { rangeOf } from '../change/range.ts'
import { makeRepo, type Repo } from '../change/repo.ts'
import { makeSettings } from '../change/settings.ts'

const PACK = `id: ours
rules:
  - id: drops-a-table
    severity: ask
    when: { changed: ["db/**/*.sql"], added: "(?i)\\\\bdrop\\\\s+table\\\\b" }
    say: "{file} drops a table (line {line})."
    why: A rollback of the code does not bring it back.
    fix: [Keep it for one more release]
    examples:
      fires:
        - files: [{ path: db/1/up.sql, added: ["DROP TABLE users;"] }]
        - files: [{ path: db/up.sql, added: ["drop  table x"] }]
      silent:
        - files: [{ path: db/1/up.sql, added: ["CREATE TABLE users (id int);"] }]
        - files: [{ path: docs/up.sql, added: ["DROP TABLE users;"] }]
`

const clock = { now: () => Date.parse('2026-05-01T12:00:00Z'), sleep: async () => {} }

const judged = async (repo: Repo, over: Partial<Settings> = {}) => {
  const settings = makeSettings({ root: repo.root, file: 'safe-deploy.yml', ...over })
  const { seen } = await rangeOf({ git: repo.git, settings, root: repo.root }, { base: 'HEAD^', head: 'HEAD' })
  const facts = await factsOf(seen, { truth: null, state: null, now: clock.now() })
  const findings = judgeFacts(facts, settings, { clock, prompt: null }, (await readOwnPacks(seen)).rules)
  return findings.map(({ severity, rule, subject, place }) => `${severity} ${rule}:${subject}${place?.line ? ` :${place.line}` : ''}`)
}

test('a rule of the project’s own speaks of the line that meets it, and of no other file', async () => {
  const repo = makeRepo({ 'checklists/ours.yml': PACK, 'db/a.sql': 'SELECT 1;\n' })
  repo.commit('clean up', { 'db/a.sql': 'SELECT 1;\nDROP TABLE users;\n', 'docs/b.sql': 'DROP TABLE users;\n' })
  expect(await judged(repo)).toEqual(['ask drops-a-table:db/a.sql :2'])
  expect(await judged(repo, { rules: { 'drops-a-table': 'off' } })).toEqual([])
})

test('the packs of the base judge: a change cannot lift the rule it breaks, nor judge itself by a new one', async () => {
  const lifted = makeRepo({ 'checklists/ours.yml': PACK, 'db/a.sql': 'SELECT 1;\n' })
  lifted.commit('clean up', { 'db/a.sql': 'DROP TABLE users;\n', 'checklists/ours.yml': null })
  expect(await judged(lifted)).toEqual(['ask drops-a-table:db/a.sql :1', 'ask guard-changed:checklists/ours.yml'])
  const fresh = makeRepo({ 'db/a.sql': 'SELECT 1;\n' })
  fresh.commit('clean up', { 'db/a.sql': 'DROP TABLE users;\n', 'checklists/ours.yml': PACK })
  expect(await judged(fresh)).toEqual(['ask guard-changed:checklists/ours.yml'])
})

test('packs lie where the config says, and a change to one is asked about', async () => {
  const repo = makeRepo({ 'tools/rules/a.yml': PACK, 'db/a.sql': '', 'safe-deploy.yml': 'version: 1\n' })
  repo.commit('more', { 'db/a.sql': 'drop table x\n', 'tools/rules/a.yml': `${PACK}# more\n` })
  expect(await judged(repo)).toEqual([])
  expect(await judged(repo, { checklists: ['tools/rules'], file: 'safe-deploy.yml' })).toEqual([
    'ask drops-a-table:db/a.sql :1',
    'ask guard-changed:tools/rules/a.yml',
  ])
})

test('a pack that cannot be used is said with its line, and takes no other pack down', async () => {
  const repo = makeRepo({ 'checklists/bad.yml': 'id: bad\nrules:\n  - id: x\n', 'checklists/ours.yml': PACK, 'db/a.sql': '' })
  repo.commit('more', { 'db/a.sql': 'drop table x\n' })
  expect(await judged(repo)).toEqual(['ask drops-a-table:db/a.sql :1', 'warn rule-pack-broken:checklists/bad.yml :3'])
})

test('without a config no folder is looked into', async () => {
  const repo = makeRepo({ 'checklists/ours.yml': PACK, 'db/a.sql': '' })
  repo.commit('more', { 'db/a.sql': 'drop table x\n' })
  expect(await judged(repo, { file: null })).toEqual([])
})

test('other YAML in a folder of that name is none of ours', async () => {
  const repo = makeRepo({ 'checklists/release.yml': 'steps: [tag, push]\n', 'a.txt': '' })
  repo.commit('more', { 'a.txt': 'x\n' })
  expect(await judged(repo)).toEqual([])
})

test.each([
  ['drops-a-table', 'protected-config', /the id protected-config, which a rule that ships has/],
  ['severity: ask', 'severity: loud', /found "loud" at rules\.0\.severity/],
  ['(?i)', '(?=x)', /found an expression that cannot be used .* at rules\.0\.when\.added, expected an RE2 expression/],
  ['when: { changed', 'when: { chnged', /rules\.0\.when/],
])('a mistake in a pack is named with its place: %s → %s', async (from, to, says) => {
  const { pack, problems } = await readPack(PACK.replace(from, to), 'ours.yml')
  expect(pack).toBeNull()
  expect(
    problems.map(({ file, line, path, found, expected }) => `${file}:${line} found ${found} at ${path}, expected ${expected}`).join('\n'),
  ).toMatch(says)
})

test('an expression that would take for ever elsewhere takes none of it here', async () => {
  const { pack } = await readPack(PACK.replace('(?i)\\\\bdrop\\\\s+table\\\\b', '(a+)+$'), 'ours.yml')
  const line = { n: 1, text: `${'a'.repeat(4000)}!` }
  const file = { path: 'db/x.sql', status: 'M', modes: ['100644', '100644'], oids: ['1', '2'], opaque: false, generated: false } as const
  const change: Change = {
    ...{ base: null, unseen: null, commits: [], added: 0, removed: 0 },
    files: [{ ...file, modes: [...file.modes], oids: [...file.oids], added: Array.from({ length: 200 }, () => line), removed: [] }],
  }
  expect(factsOfRules(pack!.rules, change)).toEqual([])
})

test('checklist test runs the examples of the project’s packs, and names those that do not hold', async () => {
  const events: Event[] = []
  expect(await testChecklist([{ path: 'ours.yml', text: PACK }], (event) => events.push(event))).toBe(0)
  expect(events[0]).toMatchObject({ data: { packs: expect.arrayContaining(['ours.yml']) } })
  const wrong = PACK.replace('CREATE TABLE users (id int);', 'DROP TABLE users;').replace(/ +- files: \[\{ path: docs.*\n/, '')
  await expect(testChecklist([{ path: 'ours.yml', text: wrong }], () => {})).rejects.toMatchObject({
    refusal: {
      why: expect.arrayContaining([
        'ours.yml: drops-a-table: `silent` has 1 of at least 2 examples',
        'ours.yml: drops-a-table: example 1 of `silent` fires',
      ]),
    },
  })
  await expect(testChecklist([{ path: join('no', 'such.yml'), text: null }], () => {})).rejects.toMatchObject({
    refusal: { why: expect.arrayContaining([expect.stringContaining('there is no such file')]) },
  })
})

test('explain knows the rules of the packs beside the config, and no others', async () => {
  const repo = makeRepo({ 'safe-deploy.yml': 'version: 1\n', 'checklists/ours.yml': PACK, 'checklists/release.yml': 'steps: []\n' })
  const own = await ownRulesHere({ cwd: repo.root })
  expect(own.map(({ id }) => id)).toEqual(['drops-a-table'])
  expect(explain('drops-a-table', own)).toMatchObject({ known: true, rule: { severity: 'ask', stage: 'read' } })
  expect(explain('drops-a-tabel', own)).toEqual({ known: false, nearest: 'drops-a-table' })
  expect(explain('drops-a-table').known).toBe(false)
  expect(await ownRulesHere({ cwd: join(repo.root, 'checklists') })).toEqual([])
})
