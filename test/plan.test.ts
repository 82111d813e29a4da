import { describe, expect, test } from 'vitest'
import type { Candidate, Finding } from '../src/model.ts'
import { makePlan } from '../src/plan.ts'
import { hex } from './support/ledger.ts'

const candidate: Candidate = {
  tree: hex(1, 40),
  commit: hex(2, 40),
  subject: 'a change',
  branch: 'main',
  dirty: [],
  context: hex(3, 64),
  config: hex(4, 64),
  argv: ['--remote-only'],
}

const finding = (rule: string, subject: string, severity: Finding['severity'] = 'ask'): Finding => ({
  rule,
  subject,
  severity,
  stage: 'read',
  fact: 'x',
  why: 'y',
  fix: [],
})

const INPUT = {
  app: 'everflow',
  target: 'fly:everflow@personal',
  candidate,
  base: { commit: hex(5, 40), tree: hex(6, 40) },
  good: hex(7),
  halt: null,
  findings: [finding('env-read', 'KEY'), finding('protected-config', 'a.py', 'block')],
}

type Input = Parameters<typeof makePlan>[0]

const digest = (part: Partial<Input> = {}): string => makePlan({ ...INPUT, ...part }).digest

test('the same reading has the same digest, on any machine and at any time', () => {
  expect(digest()).toMatch(/^[0-9a-f]{16}$/)
  expect(digest()).toBe(digest(JSON.parse(JSON.stringify(INPUT))))
})

describe('the digest changes with', () => {
  const changes: [string, Partial<Input>][] = [
    ['the app', { app: 'other' }],
    ['the target', { target: 'fly:everflow@work' }],
    ['the tree', { candidate: { ...candidate, tree: hex(9, 40) } }],
    ['the commit', { candidate: { ...candidate, commit: hex(9, 40) } }],
    ['the config', { candidate: { ...candidate, config: hex(9, 64) } }],
    ['the arguments', { candidate: { ...candidate, argv: [] } }],
    ['their order', { candidate: { ...candidate, argv: ['--remote-only', '-a'] } }],
    ['the base', { base: { commit: hex(5, 40), tree: hex(9, 40) } }],
    ['no base', { base: null }],
    ['the known good', { good: hex(9) }],
    ['an open halt', { halt: hex(9) }],
    ['a finding more', { findings: [...INPUT.findings, finding('x', 'y', 'note')] }],
    ['a finding less', { findings: [] }],
    ['another subject', { findings: [finding('env-read', 'OTHER'), INPUT.findings[1]!] }],
    ['another severity', { findings: [finding('env-read', 'KEY', 'block'), INPUT.findings[1]!] }],
  ]

  test.each(changes)('%s', (_, part) => {
    expect(digest(part)).not.toBe(digest())
  })

  test('nothing else gives the same one by chance', () => {
    expect(new Set(changes.map(([, part]) => digest(part))).size).toBe(changes.length)
  })
})

describe('the digest does not change with', () => {
  test.each<[string, Partial<Input>]>([
    ['the branch', { candidate: { ...candidate, branch: null } }],
    ['the subject', { candidate: { ...candidate, subject: 'x' } }],
    ['the order in which findings were made', { findings: [...INPUT.findings].reverse() }],
    [
      'how a finding is worded or answered',
      { findings: INPUT.findings.map((f) => ({ ...f, fact: 'z', answer: { by: 'typed', reason: 'r', who: 'w' } })) },
    ],
    ['the key of this clone', { candidate: { ...candidate, context: hex(9, 64) } }],
  ])('%s', (_, part) => {
    expect(digest(part)).toBe(digest())
  })
})

test('the plan hands on what it was made of', () => {
  expect(makePlan(INPUT)).toMatchObject({ app: 'everflow', candidate, base: INPUT.base, findings: INPUT.findings })
})
