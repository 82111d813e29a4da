import { describe, expect, test } from 'vitest'
import { mayMatter } from '../../src/agents/shell/may-matter.ts'
import { readCommand } from '../../src/agents/shell/read-command.ts'
import { pick, randomFrom } from '../support/random.ts'
import { MENTIONS } from './lines/benign.ts'
import { ADVERSARIAL, DECODED, EXTRA, MORE } from './lines/deploys.ts'
import { ORDINARY } from './lines/ordinary.ts'
import { worldOf } from './lines/world.ts'

const world = worldOf()
const ALL = [...ADVERSARIAL, DECODED, ...EXTRA, ...MORE, ...MENTIONS, ...ORDINARY]
const matters = (line: string): boolean => readCommand(line, world).verdict !== 'clear'

/** A line with something put in, taken out, or put together with another. */
const mutated = (random: () => number, line: string): string => {
  const at = Math.floor(random() * (line.length + 1))
  const other = pick(random, ALL)
  const joint = pick(random, [
    '; ',
    ' && ',
    ' | ',
    '\n',
    ' & ',
    ' ',
    '',
    ' > ',
    " '",
    ' "',
    '$',
    '`',
    '\\',
    '#',
    '<',
    '{',
    '}',
    ' -exec ',
    '=',
  ])
  return pick(random, [
    line.slice(0, at) + joint + line.slice(at),
    line.slice(0, at) + line.slice(at + 1 + Math.floor(random() * 4)),
    line + joint + other,
    other.slice(0, at) + joint + line,
    line.slice(0, at) + joint + other + joint + line.slice(at),
  ])
}

describe('the quick look', () => {
  test('misses nothing that the reader finds', () => {
    expect(ALL.filter((line) => matters(line) && !mayMatter(line))).toEqual([])
  })

  test('misses nothing in lines made at random', () => {
    const random = randomFrom(5)
    const lines = Array.from({ length: 20_000 }, () => mutated(random, mutated(random, pick(random, ALL))))
    expect(lines.filter((line) => !mayMatter(line) && matters(line))).toEqual([])
  })

  test.each([
    'ls -la',
    'git status',
    'git diff HEAD~1 -- src',
    'cat x | grep y',
    'cd a && ls',
    'rg "fly deploy" src',
    "grep -rn 'fly deploy' . | head -5 > out.txt 2>&1",
    'echo "done: $?"; ls $HOME',
    'pytest -q tests/test_a.py && ruff check .',
    '# fly deploy\nls',
    'git commit -m "fly deploy"'.replace('commit', 'log'),
    'fly status -a web',
    'curl -s http://localhost:3000/health 2>/dev/null | jq .',
  ])('lets %s through', (line) => {
    expect(mayMatter(line)).toBe(false)
  })

  test.each([
    'npm test',
    './x',
    'ls $(fly deploy)',
    '$x deploy',
    "$'\\x66ly' deploy",
    'f\\ly deploy',
    'A=1 ls',
    'ls <(x)',
    'bash x',
    'ls; f',
  ])('stops at %s', (line) => {
    expect(mayMatter(line)).toBe(true)
  })
})
