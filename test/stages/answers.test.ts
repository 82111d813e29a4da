import { describe, expect, test } from 'vitest'
import type { Overrider } from '../../src/config/settings.ts'
import type { Actor, Finding } from '../../src/model.ts'
import { answer, answersOf, flagFor, openFindings, parseGiven, unanswered } from '../../src/stages/answers.ts'
import { refusalOf } from '../support/ledger.ts'

const person: Actor = { name: 'Ada', via: 'terminal', host: 'desk' }
const agent: Actor = { name: 'helper', via: 'agent', host: 'desk' }
const job: Actor = { name: 'build', via: 'ci', host: 'runner' }
const NOBODY_ELSE: { overrides: Record<string, Overrider[]> } = { overrides: {} }

const finding = (rule: string, severity: Finding['severity'], subject = 'app.py'): Finding => ({
  rule,
  subject,
  severity,
  stage: 'isolate',
  fact: 'something is the case',
  why: 'it matters',
  fix: [],
})

const ask = finding('env-read', 'ask')
const block = finding('protected-config', 'block')

const answered = (one: Finding, given: ReturnType<typeof parseGiven>[], actor = person, settings = NOBODY_ELSE): Finding['answer'] =>
  answer([one], given, settings, actor)[0]?.answer

describe('an answer of the command line', () => {
  test.each([
    ['env-read=it is set', 'env-read', null, 'it is set'],
    ['env-read:KEY=it is set', 'env-read', 'KEY', 'it is set'],
    ['env-read:a:b c=why: because', 'env-read', 'a:b c', 'why: because'],
    ['env-read:KEY=a=b=c', 'env-read', 'KEY', 'a=b=c'],
    ['env-read=two\nlines', 'env-read', null, 'two\nlines'],
    [' env-read : KEY = padded ', 'env-read', 'KEY', 'padded'],
  ])('%j', (text, rule, subject, reason) => {
    expect(parseGiven('accept', text)).toMatchObject({ by: 'accept', rule, subject, reason })
  })

  test.each([
    '',
    'env-read',
    'env-read:',
    'env-read=',
    'env-read:KEY=',
    'env-read:KEY=  ',
    '=reason',
    ':KEY=reason',
    ' =x',
    `a=${'x'.repeat(5000)}`,
  ])('without rule or reason is refused: %j', async (text) => {
    expect(await refusalOf(() => parseGiven('override', text))).toMatchObject({ code: 'USAGE', exit: 64 })
  })
})

describe('an answer on a commit', () => {
  test.each([
    ['env-read:KEY — it is set', 'KEY', 'it is set'],
    ['env-read:KEY - it is set', 'KEY', 'it is set'],
    ['env-read:KEY -- it is — set', 'KEY', 'it is — set'],
    ['env-read:a b:c — why', 'a b:c', 'why'],
    ['env-read – why', null, 'why'],
  ])('%j', (text, subject, reason) => {
    expect(answersOf([text])).toEqual([{ by: 'trailer', rule: 'env-read', subject, reason }])
  })

  test('that has no such form answers nothing, and stops nothing', () => {
    expect(
      answersOf(['yes', 'env-read:KEY', 'env-read:KEY —', 'env-read — ', '— why', `x — ${'y'.repeat(5000)}`, `a:${' '.repeat(3999)}`]),
    ).toEqual([])
  })
})

describe('which answer fits', () => {
  test('an accept answers an ask, from anybody', () => {
    for (const actor of [person, agent, job]) {
      expect(answered(ask, [parseGiven('accept', 'env-read=fine')], actor)).toEqual({ by: 'accept', reason: 'fine', who: actor.name })
    }
    expect(answered(ask, answersOf(['env-read:app.py — fine']), job)).toEqual({ by: 'trailer', reason: 'fine', who: 'build' })
  })

  test('another rule or another subject does not', () => {
    const others = ['env-reads=x', 'env-read:app=x', 'env-read:app.py2=x', 'env=x']
    expect(
      answered(
        ask,
        others.map((text) => parseGiven('accept', text)),
      ),
    ).toBeUndefined()
  })

  test('a subject with an equals sign is found by the finding', () => {
    const odd = finding('protected-config', 'ask', 'app.py: env_file=".env"')
    const flag = flagFor(odd, NOBODY_ELSE, person)
    expect(answered(odd, [parseGiven('accept', `${flag?.slice('--accept='.length)}=moved to X=Y`)])?.reason).toBe('moved to X=Y')
    expect(answered(odd, [parseGiven('accept', 'protected-config:app.py: env_file="=why')])).toBeUndefined()
  })

  test('an accept or a trailer never answers a block', () => {
    const given = [parseGiven('accept', 'protected-config=fine'), ...answersOf(['protected-config — fine'])]
    expect(answered(block, given)).toBeUndefined()
  })

  test('an override answers a block, from a person', () => {
    const given = [parseGiven('override', 'protected-config=on purpose')]
    expect(answered(block, given, person)).toMatchObject({ by: 'override', reason: 'on purpose' })
    expect(answered(block, given, agent)).toBeUndefined()
    expect(answered(block, given, job)).toBeUndefined()
  })

  test('the config says who else, rule by rule', () => {
    const given = [parseGiven('override', 'protected-config=on purpose')]
    expect(answered(block, given, agent, { overrides: { 'protected-config': ['person', 'agent'] } })?.by).toBe('override')
    expect(answered(block, given, job, { overrides: { 'protected-config': ['person', 'agent'] } })).toBeUndefined()
    expect(answered(block, given, agent, { overrides: { 'env-read': ['agent'] } })).toBeUndefined()
    expect(answered(block, given, person, { overrides: { 'protected-config': [] } })).toBeUndefined()
  })

  test.each(['ships-failed-change', 'ack-outside'])('%s is answered by an acknowledgement alone', (rule) => {
    for (const severity of ['ask', 'block'] as const) {
      const one = finding(rule, severity)
      const given = [parseGiven('accept', `${rule}=x`), parseGiven('override', `${rule}=x`), ...answersOf([`${rule} — x`])]
      expect(answered(one, given, person, { overrides: { [rule]: ['person'] } })).toBeUndefined()
      expect(flagFor(one, NOBODY_ELSE, person)).toBeNull()
    }
  })

  test('notes and warnings need none, and an answer that is there stays', () => {
    expect(answered(finding('env-read', 'warn'), [parseGiven('accept', 'env-read=x')])).toBeUndefined()
    const typed = { ...ask, answer: { by: 'typed' as const, reason: 'first', who: 'Ada' } }
    expect(answered(typed, [parseGiven('accept', 'env-read=second')])?.reason).toBe('first')
  })
})

test('open are the asks and blocks without an answer', () => {
  const done = { ...ask, answer: { by: 'accept' as const, reason: 'x', who: 'Ada' } }
  expect(openFindings([ask, block, done, finding('a', 'warn'), finding('b', 'note')])).toEqual([ask, block])
})

describe('what is refused when findings are open', () => {
  const refused = (open: Finding[], actor = person, settings = NOBODY_ELSE) =>
    unanswered(open, settings, actor, ['safe-deploy', 'deploy', '--plan=abc']).refusal

  test('flags that fit are named with the command to type', () => {
    const refusal = refused([ask, block])
    expect(refusal).toMatchObject({ code: 'FINDINGS', exit: 10 })
    expect(refusal.next.at(-1)).toMatchObject({
      argv: ['safe-deploy', 'deploy', '--plan=abc'],
      needs: ['--accept=env-read:app.py', '--override=protected-config:app.py'],
    })
    expect(refusal.why).toEqual(['env-read:app.py', 'protected-config:app.py'])
  })

  test('what is typed so is an answer', () => {
    const needs = refused([ask, block]).next.at(-1)?.needs ?? []
    const given = needs.map((flag) => {
      const [, by, text] = /^--(accept|override)=(.+)$/.exec(`${flag}=a reason`) ?? []
      return parseGiven(by as 'accept' | 'override', text ?? '')
    })
    expect(openFindings(answer([ask, block], given, NOBODY_ELSE, person))).toEqual([])
  })

  test('a person is needed where no flag would do', () => {
    const refusal = refused([ask, block], agent)
    expect(refusal).toMatchObject({ code: 'NEEDS_PERSON', exit: 13 })
    expect(refusal.who).toContain('protected-config')
    expect(refusal.next.some((next) => next.needs)).toBe(false)
  })

  test('of an agent a run is asked beside the sentence, of others not', () => {
    const loading: Finding = { ...finding('env-loading-removed', 'ask'), agents: 'run' }
    const said = [parseGiven('accept', 'env-loading-removed=it is read elsewhere')]
    const trailer = answersOf(['env-loading-removed:app.py — it is read elsewhere'])
    const run = { command: 'make smoke', exit: 0 }
    for (const given of [said, trailer]) {
      expect(answer([loading], given, NOBODY_ELSE, agent)[0]?.answer).toBeUndefined()
      expect(answer([loading], given, NOBODY_ELSE, agent, { ...run, exit: 1 })[0]?.answer).toBeUndefined()
      expect(answer([loading], given, NOBODY_ELSE, agent, run)[0]?.answer).toMatchObject({ reason: 'it is read elsewhere', run })
      for (const other of [person, job])
        expect(answer([loading], given, NOBODY_ELSE, other)[0]?.answer?.reason).toBe('it is read elsewhere')
    }
    expect(answer([loading], [], NOBODY_ELSE, agent, run)[0]?.answer).toBeUndefined()
    const typed = ['safe-deploy', 'deploy', '--accept=env-loading-removed:app.py=it is', '--evidence-run=false']
    expect(unanswered([loading], NOBODY_ELSE, agent, typed).refusal.next.at(-1)).toMatchObject({
      argv: ['safe-deploy', 'deploy', '--accept=env-loading-removed:app.py=it is'],
      needs: ['--evidence-run'],
    })
    expect(refused([loading]).next.at(-1)?.needs).toEqual(['--accept=env-loading-removed:app.py'])
  })

  test('a failed change names the acknowledgement', () => {
    const refusal = refused([finding('ships-failed-change', 'block')], agent)
    expect(refusal).toMatchObject({ code: 'FINDINGS', exit: 10 })
    expect(refusal.next.map((next) => next.argv.join(' '))).toEqual(['safe-deploy plan', 'safe-deploy ack'])
    expect(refusal.next[1]?.needs).toContain('--path')
  })
})
