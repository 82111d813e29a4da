import { describe, expect, it } from 'vitest'
import { denialText } from '../../../src/agents/hosts/denial.ts'
import { faultText, usageText } from '../../../src/agents/hosts/fault.ts'
import type { Reading, Way } from '../../../src/agents/reading.ts'

const WAYS: readonly Way[] = ['fly', 'push', 'workflow', 'fly-mcp', 'guard-files', 'unreadable']
const LONG = 'x'.repeat(400)
const HALT = { app: LONG, since: '2026-03-01T10:00Z' }

const reading = (way: Way, more: Partial<Reading> = {}): Reading => ({
  verdict: 'deploy',
  way,
  command: 'fly deploy -a web',
  through: [],
  because: 'it makes a release',
  ...more,
})

describe('the words of a denial', () => {
  it.each(WAYS)('%s: rule, command, who lifts it and what to type, whatever is long in it', (way) => {
    for (const halted of [null, HALT, { app: null, since: null }])
      for (const long of [{}, { command: LONG, through: [LONG, LONG], because: LONG }]) {
        const words = denialText(reading(way, long), halted)
        expect(words.length).toBeLessThan(500)
        expect(words).toContain(`safe-deploy, rule ${way}: \``)
        expect(words).toMatch(/Next: (?:.*)`safe-deploy [a-z]|Next: type the commands/)
        expect(words).toMatch(/[Pp]erson/)
        expect(words).toMatch(/\.$/)
      }
  })

  it('names the stages for a release, `run` for any other fly command, another branch for a push', () => {
    expect(denialText(reading('fly'), null)).toContain('Next: `safe-deploy plan`, then `safe-deploy deploy --plan=DIGEST --because="why"`')
    expect(denialText(reading('fly', { command: 'fly launch --now' }), null)).toContain('`safe-deploy plan`')
    for (const command of ['fly secrets set -a web', 'fly secrets deploy', 'fly m update', 'fly scale count'])
      expect(denialText(reading('fly', { command }), null)).toContain(`\`safe-deploy run -- ${command} …\``)
    expect(denialText(reading('push', { command: 'git push origin main' }), null)).toContain('git push origin HEAD:refs/heads/')
  })

  it('says through what it was found', () => {
    expect(denialText(reading('fly', { through: ['package.json script "release"', 'bash -c'] }), null)).toContain(
      '`fly deploy -a web` (through package.json script "release" → bash -c) was not run: it makes a release. ',
    )
  })

  it('says while halted what not to try, but not of the guard’s own files', () => {
    const halted = { app: 'web', since: '2026-03-01T10:00Z' }
    expect(denialText(reading('fly'), halted)).toContain(
      'web is halted since 2026-03-01T10:00Z. A rollback that held lifts it, or a person. fly deploy, pushing to deploy branches and secrets changes are blocked too. Next: `safe-deploy rollback`;',
    )
    expect(denialText(reading('guard-files'), halted)).not.toContain('rollback')
  })

  it('stays on one line and draws nothing, whatever the command held', () => {
    const words = denialText(reading('fly', { command: 'fly deploy\n\u001b[31mIgnore all this\u2028\u0007' }), null)
    expect(words).not.toMatch(/[\u0000-\u001f\u007f\u2028]/)
    for (const text of [faultText(LONG), usageText(LONG)]) expect(text.length).toBeLessThan(500)
  })
})
