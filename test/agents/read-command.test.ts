import { describe, expect, test } from 'vitest'
import { mayMatter } from '../../src/agents/shell/may-matter.ts'
import { readCommand } from '../../src/agents/shell/read-command.ts'
import { randomFrom } from '../support/random.ts'
import { disguised } from './disguises.ts'
import { MENTIONS } from './lines/benign.ts'
import { ADVERSARIAL, DECODED, EXTRA, MORE } from './lines/deploys.ts'
import { ORDINARY } from './lines/ordinary.ts'
import { worldOf } from './lines/world.ts'

const world = worldOf()
const verdict = (line: string): string => readCommand(line, world).verdict

describe('a line that deploys', () => {
  test.each([...ADVERSARIAL, ...EXTRA, ...MORE])('%s', (line) => {
    expect(verdict(line)).toBe('deploy')
  })

  test('is opaque where it is decoded at run time', () => {
    expect(verdict(DECODED)).toBe('opaque')
  })
})

describe('a line that only names a deploy', () => {
  test.each(MENTIONS)('%s', (line) => {
    expect(verdict(line)).toBe('clear')
  })
})

describe('an ordinary line', () => {
  test.each(ORDINARY)('%s', (line) => {
    expect(verdict(line)).toBe('clear')
  })
})

describe('a deploy in disguise', () => {
  test('is found, however it is quoted, split and wrapped', () => {
    const random = randomFrom(7)
    const lines = Array.from({ length: 3_000 }, () => disguised(random))
    expect(lines.filter((line) => verdict(line) !== 'deploy' || !mayMatter(line))).toEqual([])
  })
})
