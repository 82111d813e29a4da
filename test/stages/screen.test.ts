import { expect, test } from 'vitest'
import type { Event } from '../../src/events.ts'
import type { Change, Finding } from '../../src/model.ts'
import { fitting, tellFindings, toldOf } from '../../src/stages/screen.ts'

const finding = (rule: string, severity: Finding['severity'], more: Partial<Finding> = {}): Finding => ({
  rule,
  subject: 'x',
  severity,
  stage: 'read',
  fact: 'It is so.',
  why: 'It matters.',
  fix: ['Mend it'],
  ...more,
})

const many = (n: number, severity: Finding['severity']) => Array.from({ length: n }, (_, i) => finding(`${severity}-${i}`, severity))

const shownOf = (findings: readonly Finding[], room: number) =>
  findings.filter((one) => fitting(findings, room).has(one)).map(({ rule }) => rule)

test('what stops the run is always shown, however little room there is', () => {
  expect(shownOf([...many(3, 'block'), ...many(9, 'ask'), ...many(5, 'note')], 0)).toHaveLength(12)
})

test('of the rest the heaviest are shown while they fit', () => {
  const findings = [...many(2, 'warn'), ...many(5, 'note')]
  expect(shownOf(findings, 10)).toEqual(['warn-0', 'warn-1', 'note-0', 'note-1'])
  expect(shownOf(findings, 100)).toHaveLength(7)
})

test('an answered finding takes the room of two lines', () => {
  const answered = finding('asked', 'ask', { answer: { by: 'config', reason: 'known', who: 'safe-deploy.yml' } })
  expect(shownOf([answered, ...many(2, 'note')], 3)).toEqual(['asked', 'note-0'])
  expect(shownOf([answered], 1)).toEqual([])
})

test('what does not fit is counted once, and machines hear of all of it', () => {
  const events: Event[] = []
  tellFindings(
    (event) => events.push(event),
    [...many(2, 'warn'), ...many(4, 'note')],
    (finding) => ({ type: 'finding', finding, flag: null }),
    4,
  )
  expect(events.filter(({ type }) => type === 'finding')).toHaveLength(6)
  expect(events.filter((event) => event.type === 'finding' && event.folded)).toHaveLength(5)
  expect(events.at(-1)).toMatchObject({ type: 'said', text: '… and 1 warning and 4 notes more; safe-deploy plan --json tells them all' })
})

test('where all fits nothing is counted', () => {
  const events: Event[] = []
  tellFindings(
    (event) => events.push(event),
    many(3, 'note'),
    (finding) => ({ type: 'finding', finding, flag: null }),
    3,
  )
  expect(events.map(({ type }) => type)).toEqual(['finding', 'finding', 'finding'])
})

const changeOf = (lines: number): Change => ({
  ...{ base: null, unseen: null, commits: [], added: lines, removed: 0 },
  files: [
    {
      ...{ path: 'a.js', status: 'M', opaque: false, generated: false, modes: ['100644', '100644'], oids: ['1', '2'] },
      ...{ added: Array.from({ length: lines }, (_, i) => ({ n: i + 1, text: 'work()' })), removed: [] },
    },
  ],
})

test('a change that can be read is told with its lines, a larger one with their number', () => {
  expect(toldOf(changeOf(80)).files[0]?.added).toHaveLength(80)
  expect(toldOf(changeOf(81)).files[0]).toMatchObject({ added: [], more: { added: 81, removed: 0 } })
})
