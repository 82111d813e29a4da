import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { exampleProblems } from '../../src/checklist/examples.ts'
import { explain, ruleProblems } from '../../src/checklist/explain.ts'
import { judge } from '../../src/checklist/judge.ts'
import { allRules, packs } from '../../src/checklist/rules.ts'
import { severitiesOf } from '../../src/checklist/severities.ts'
import { testChecklist } from '../../src/commands/checklist.ts'
import { packSchema } from '../../src/config/schema-pack.ts'
import type { Event } from '../../src/events.ts'
import type { Fact } from '../../src/model.ts'
import { makeSettings } from '../change/settings.ts'

const ROOT = new URL('../..', import.meta.url).pathname

const sources = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(ROOT, folder, file), 'utf8'))

test('every pack file is in the build, and well-formed', () => {
  const files = readdirSync(join(ROOT, 'checklists')).filter((file) => file.endsWith('.yml'))
  const values = files.map((file): { id: string; rules?: unknown } => parse(readFileSync(join(ROOT, 'checklists', file), 'utf8')))
  const written = values.filter((value) => value.rules)
  const sorted = (ids: string[]) => [...ids].sort()
  expect(sorted(written.map(({ id }) => id))).toEqual(sorted(packs().map(({ id }) => id)))
  for (const value of written) expect(packSchema.parse(value)).toEqual(value)
})

test.each(allRules().map((rule) => [rule.id, rule] as const))('%s: its examples hold', async (_, rule) => {
  expect(await exampleProblems(rule)).toEqual([])
})

test('rule ids are unique over all packs', () => {
  const ids = allRules().map((rule) => rule.id)
  expect(new Set(ids).size).toBe(ids.length)
})

test('every fact that a detector emits has a rule, and every rule a fact that something emits', () => {
  const change = sources('src/change').join('\n')
  const all = change + ['checklist', 'stages', 'targets'].map((room) => sources(`src/${room}`).join('\n')).join('\n')
  const emitted = new Set([...change.matchAll(/\b(?:fact|one|lists)\('([a-z][a-z-]+)'/g)].map((match) => match[1]!))
  for (const kind of ['fly-strategy-immediate', 'fly-strategy-changed']) emitted.add(kind)
  const own = ['own-rule', 'every-deploy']
  const ruled = new Set(allRules().flatMap(({ when }) => ('fact' in when ? [when.fact] : [])))
  expect([...emitted].filter((kind) => !ruled.has(kind) && !own.includes(kind))).toEqual([])
  expect([...ruled].filter((kind) => !all.includes(`'${kind}'`))).toEqual([])
})

const FACT: Fact = {
  kind: 'fly-env-removed',
  subject: 'BASE_URL',
  place: { file: 'fly.toml' },
  data: { key: 'BASE_URL', file: 'fly.toml', still: 'yes', reader: 'src/a.ts:3' },
}
const OTHER: Fact = { kind: 'env-loading-added', subject: 'a.py', data: { file: 'a.py', what: 'load_dotenv .env' } }
const judging = { rules: allRules(), severities: {}, accept: [], config: 'safe-deploy.yml', today: '2026-05-01' }

test('a fact becomes a finding in words, heaviest first', () => {
  const [first, second] = judge([OTHER, FACT], judging)
  expect(first).toEqual({
    rule: 'fly-env-removed',
    subject: 'BASE_URL',
    severity: 'ask',
    stage: 'read',
    place: { file: 'fly.toml' },
    fact: 'BASE_URL went from [env] in fly.toml, and is still read (src/a.ts:3).',
    why: 'What still reads it gets nothing, or a default meant for development.',
    fix: ['Look for what reads it: git grep -n BASE_URL', 'Or set it as a secret: fly secrets set BASE_URL=…'],
  })
  expect(second?.severity).toBe('note')
})

test('the user’s severity is above the rule’s, and off is silent', () => {
  expect(judge([FACT], { ...judging, severities: { 'fly-env-removed': 'block' } })[0]?.severity).toBe('block')
  expect(judge([FACT], { ...judging, severities: { 'fly-env-removed': 'off' } })).toEqual([])
})

test('an accepted finding carries its answer until its date, a block never does', () => {
  const accept = [{ rule: 'fly-env-removed', subject: 'BASE_URL', because: 'unused', until: '2026-05-01', says: null }]
  expect(judge([FACT], { ...judging, accept })[0]?.answer).toEqual({ by: 'config', reason: 'unused', who: 'safe-deploy.yml' })
  expect(judge([FACT], { ...judging, accept, today: '2026-05-02' })[0]?.answer).toBeUndefined()
  expect(judge([FACT], { ...judging, accept: [{ ...accept[0]!, subject: 'OTHER' }] })[0]?.answer).toBeUndefined()
  expect(judge([FACT], { ...judging, accept, severities: { 'fly-env-removed': 'block' } })[0]?.answer).toBeUndefined()
  const says = (text: string) => judge([FACT], { ...judging, accept: [{ ...accept[0]!, says: text }] })[0]?.answer?.reason
  expect([says('src/a.ts:3'), says('src/b.ts')]).toEqual(['unused', undefined])
})

test('the same rule about the same subject speaks once', () => {
  expect(judge([FACT, FACT], judging)).toHaveLength(1)
})

test('a rule id nobody knows is a problem with the nearest', () => {
  expect(ruleProblems(['protected-config', 'protcted-config', 'xyzzy'])).toEqual([
    'no rule is called protcted-config; did you mean protected-config?',
    'no rule is called xyzzy',
  ])
  expect(explain('protected-config')).toMatchObject({ known: true, rule: { severity: 'block' } })
})

test('uncommitted work is shown in a terminal and asked about elsewhere; the config decides above that', () => {
  const of = (clean: 'off' | 'ask' | 'block', interactive: boolean, rules = {}) =>
    severitiesOf(makeSettings({ read: { deployBranch: null, clean, pushed: 'ask', decrypt: false }, rules }), interactive)
  expect(of('ask', true)['dirty-candidate']).toBe('off')
  expect(of('ask', false)['dirty-candidate']).toBe('ask')
  expect(of('block', true)['dirty-candidate']).toBe('block')
  expect(of('off', false)['dirty-candidate']).toBe('off')
  expect(of('ask', false, { 'dirty-candidate': 'warn' })['dirty-candidate']).toBe('warn')
  expect(of('ask', true)['unpushed-commit']).toBe('ask')
})

test('checklist test reports what holds, and refuses with every problem', async () => {
  const events: Event[] = []
  expect(await testChecklist([], (event) => events.push(event))).toBe(0)
  expect(events[0]).toMatchObject({ type: 'report', lines: [expect.stringMatching(/^\d+ rules in \d+ packs, \d+ examples: all hold\.$/)] })
  const bad = 'id: mine\nrules:\n  - { id: loud, severity: loud, when: { always: true }, say: s, why: w, fix: [f] }\n'
  await expect(testChecklist([{ path: 'mine.yml', text: bad }], () => {})).rejects.toThrow(/1 problem in \d+ rule packs/)
})
