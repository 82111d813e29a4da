import { expect, test } from 'vitest'
import type { Ecosystem } from '../../../src/change/lockfiles/lock.ts'
import { loadRanges } from '../../../src/change/lockfiles/range.ts'

const ONE = 'admits one major'
const OPEN = 'no ceiling'
const ANY = 'any version'
const NOT = 'constraint not understood'

/** Each with a version it admits and one it does not; null: there is none, or that cannot be told. */
const RANGES: [Ecosystem, constraint: string, ceiling: string, admits: string | null, not: string | null][] = [
  ['npm', '^2.1.0', ONE, '2.9.0', '3.0.0'],
  ['npm', '^0.2.3', ONE, '0.2.9', '0.3.0'],
  ['npm', '~1.2', ONE, '1.2.9', '1.3.0'],
  ['npm', '1.x || 2.x', 'admits 2 majors', '2.0.0', '3.0.0'],
  ['npm', '1 - 3', 'admits 3 majors', '3.9.9', '4.0.0'],
  ['npm', '>=1', OPEN, '9.0.0', '0.9.0'],
  ['npm', '^1 || >=4', OPEN, '5.0.0', '3.0.0'],
  ['npm', '>=1 <3', 'admits 2 majors', '2.5.0', '3.0.0'],
  ['npm', '*', ANY, '7.0.0', null],
  ['npm', '', ANY, '7.0.0', null],
  ['npm', '1.2.3', ONE, '1.2.3', '1.2.4'],
  ['npm', 'npm:other@^2', ONE, '2.0.0', '3.0.0'],
  ['npm', 'npm:@scope/other@^2', ONE, '2.0.0', '3.0.0'],
  ['npm', 'latest', NOT, null, null],
  ['npm', 'workspace:*', NOT, null, null],
  ['npm', 'github:a/b#main', NOT, null, null],
  ['npm', '>=2 <8.0.0-rc.1', 'admits 6 majors', '7.0.0', '1.0.0'],
  ['ruby', '>= 2.2.5', OPEN, '3.0.2', '2.2.4'],
  ['ruby', '>= 0', ANY, '3.0.2', null],
  ['ruby', '', ANY, '3.0.2', null],
  ['ruby', '~> 2.5', ONE, '2.9', '3.0'],
  ['ruby', '~> 2.5.1', ONE, '2.5.9', '2.6'],
  ['ruby', '>= 2.2.4, < 3.2', 'admits 2 majors', '3.1.16', '3.2.0'],
  ['ruby', '< 8.0', 'admits 8 majors', '7.0.1', '8.0'],
  ['ruby', '= 8.0.4.1', ONE, '8.0.4.1', '8.0.4'],
  ['ruby', '>= 1, != 1.5', OPEN, '2.0', '1.5'],
  ['ruby', '>= 1.18', OPEN, '1.18.9-x86_64-linux', '1.17.0-x86_64-linux'],
  ['python', '>=2.2.5', OPEN, '3.0.2', '2.2.4'],
  ['python', '>=0.40.0,<1', ONE, '0.52.1', '1.0.0'],
  ['python', '~=2.5', ONE, '2.9', '3.0'],
  ['python', '==2.*', ONE, '2.9', '3.0'],
  ['python', '>=1,<4,!=2.1', 'admits 3 majors', '3.0', '4.0'],
  ['python', '', ANY, '3.0', null],
  ['python', '*', ANY, '3.0', null],
  ['python', '^1.2', ONE, '1.9', '2.0'],
  ['python', '^0.2.3', ONE, '0.2.9', '0.3'],
  ['python', '~1.2', ONE, '1.2.9', '1.3'],
  ['python', '>=1,<2 || >=3,<4', 'admits 2 majors', '3.5', '2.5'],
  ['python', '>=1.0; python_version > "3"', OPEN, '2.0', '0.9'],
  ['python', 'werkzeug>=3.0.0', OPEN, '3.1', '2.0'],
  ['python', 'uvicorn[standard] (>=0.12,<1)', ONE, '0.30', '1.0'],
  ['python', '>=2024.1', OPEN, '1!1.0', '2023.1'],
  ['python', '@ git+https://x', NOT, null, null],
  ['rust', '1.2', ONE, '1.9.0', '2.0.0'],
  ['rust', '0.2', ONE, '0.2.9', '0.3.0'],
  ['rust', '>=1, <3', 'admits 2 majors', '2.0.0', '3.0.0'],
  ['rust', '*', ANY, '9.0.0', null],
  ['rust', '=1.2.3', ONE, '1.2.3', '1.2.4'],
  ['php', '^7.1', ONE, 'v7.4.0', 'v8.0.0'],
  ['php', '~1.2', ONE, '1.9.0', '2.0.0'],
  ['php', '~1.2.3', ONE, '1.2.9', '1.3.0'],
  ['php', '1.*', ONE, '1.9.0', '2.0.0'],
  ['php', '^5.4|^6.0|^7.0', 'admits 3 majors', '6.4.1', '8.0.0'],
  ['php', '^5.4 || ^6.0', 'admits 2 majors', '6.4.1', '7.0.0'],
  ['php', '>=1.0,<3.0', 'admits 2 majors', '2.0.0', '3.0.0'],
  ['php', '>= 1.0', OPEN, '2.0.0', '0.9.0'],
  ['php', '^1.0@dev', ONE, '1.5.0', '2.0.0'],
  ['php', '1.0.0.0 - 1.9.9.9', ONE, '1.5.0', '2.0.0'],
  ['php', 'dev-main', NOT, null, null],
  ['php', 'self.version', NOT, null, null],
  ['elixir', '~> 2.0', ONE, '2.9.0', '3.0.0'],
  ['elixir', '~> 2.0.1', ONE, '2.0.9', '2.1.0'],
  ['elixir', '>= 6.0.0 and < 8.0.0', 'admits 2 majors', '7.1.0', '8.0.0'],
  ['elixir', '~> 1.0 or ~> 2.0', 'admits 2 majors', '2.3.0', '3.0.0'],
  ['elixir', '>= 0.0.0', ANY, '2.3.0', null],
  ['elixir', '== 1.0.0', ONE, '1.0.0', '1.0.1'],
  ['elixir', 'what is this', NOT, null, null],
  ['go', 'v1.2.3', OPEN, 'v1.9.0', 'v1.0.0'],
]

test.each(RANGES)('%s: %s %s', async (ecosystem, constraint, ceiling, admitted, refused) => {
  const range = (await loadRanges(ecosystem))(constraint)
  expect(range.ceiling).toBe(ceiling)
  if (admitted !== null) expect(range.admits(admitted)).toBe(true)
  if (refused !== null) expect(range.admits(refused)).toBe(false)
  if (ceiling === NOT) expect(range.admits('1.0.0')).toBe(null)
})

test('hostile constraints end, quickly, in "not understood" or an answer', async () => {
  for (const ecosystem of ['npm', 'ruby', 'python', 'rust', 'go', 'php', 'elixir'] as const) {
    const read = await loadRanges(ecosystem)
    const started = performance.now()
    for (const piece of ['1.', '>=', '^', '~> ', ' || ', '*', '(', '!', 'a-', '1-', ' ', ',', '= ', '0', '|', ' as ', '- ']) {
      for (const times of [100, 100_000]) read(piece.repeat(times)).admits('1.0.0')
      read(`>=1${piece.repeat(60)}`).admits(piece.repeat(1000))
    }
    expect(performance.now() - started).toBeLessThan(1500)
  }
})
