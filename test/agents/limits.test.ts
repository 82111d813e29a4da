import { describe, expect, test } from 'vitest'
import { readCommand } from '../../src/agents/shell/read-command.ts'
import { worldOf } from './lines/world.ts'

const world = worldOf()
const doubled = Array.from({ length: 60 }, () => 'a=$a$a').join(';')
const aliases = Array.from({ length: 40 }, (_, i) => `alias a${i}='a${i + 1};a${i + 1}'`).join('\n')

/** Lines that would take for ever if they were followed. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['nested substitutions', '$('.repeat(2_000)],
  ['2 MB of commands', 'ls;'.repeat(700_000)],
  ['a text that doubles', `a=xxxxxxxxxx;${doubled};$a`],
  ['aliases that double', `${aliases}\na0`],
  ['code that evaluates itself', `x='eval "$x;$x"'; eval "$x"`],
  ['loops in loops', 'for a in {a..z}; do for b in {a..z}; do for c in {a..z}; do for d in {a..z}; do $a$b; done; done; done; done'],
  ['heredocs without an end', 'cat <<E\n'.repeat(200_000)],
  ['thousands of pushes', 'git push origin x;'.repeat(2_000)],
]

describe('a line that asks for too much', () => {
  test.each(HOSTILE)('is opaque: %s', (_name, line) => {
    expect(readCommand(line, world).verdict).toBe('opaque')
  })

  test.each(HOSTILE)('is a deploy where it names one: %s', (_name, line) => {
    expect(readCommand(`${line}\nfly deploy`, world).verdict).toBe('deploy')
  })

  test('a large text that is only written is read all the same', () => {
    expect(readCommand(`cat > x.md <<'E'\n${'fly deploy\n'.repeat(180_000)}E\n`, world).verdict).toBe('clear')
    expect(readCommand(`echo '${'fly deploy '.repeat(180_000)}'`, world).verdict).toBe('clear')
  })
})
