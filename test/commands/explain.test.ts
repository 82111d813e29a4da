import { describe, expect, it } from 'vitest'
import { explain as explainRule } from '../../src/checklist/explain.ts'
import { allRules } from '../../src/checklist/rules.ts'
import { configKeys } from '../../src/commands/config-keys.ts'
import { explain } from '../../src/commands/explain.ts'
import { MEANINGS } from '../../src/commands/meanings.ts'
import { relayKeys } from '../../src/commands/relay-keys.ts'
import { CODES, type Code } from '../../src/errors.ts'
import { refusalOf } from '../support/ledger.ts'
import { listen } from './heard.ts'

const told = (word: string | null) => {
  const heard = listen()
  expect(explain({ rule: explainRule, rules: allRules, config: configKeys, relay: relayKeys, emit: heard.emit }, word)).toBe(0)
  return heard.last('report')
}

describe('explain', () => {
  it('tells every rule: what it says, why, what to do, how to answer and how to change it', () => {
    for (const rule of allRules()) {
      const text = told(rule.id).lines.join('\n')
      for (const part of [rule.say, rule.why, ...rule.fix, `rules: { ${rule.id}:`]) expect(text).toContain(part)
    }
  })

  it('tells every code, in any spelling', () => {
    for (const [code, exit] of Object.entries(CODES))
      expect(told(code)).toMatchObject({ title: `${code}, exit code ${exit}`, lines: [MEANINGS[code as Code]] })
    expect(told('lost-race').title).toContain('LOST_RACE')
  })

  it('takes the key of a finding as its rule', () => {
    const [rule] = allRules()
    expect(told(`${rule?.id}:some/file.py`).title).toContain(rule?.id)
  })

  it('lists the rules without a word, and the keys of the config', () => {
    expect(told(null).lines).toHaveLength(allRules().length)
    const keys = told('config').lines.join('\n')
    for (const key of ['target', 'protect', 'smoke', 'probes', 'budget']) expect(keys).toContain(`${key}:`)
  })

  it('names the nearest for a word it does not know', async () => {
    const [rule] = allRules()
    expect(await refusalOf(() => told(`${rule?.id}x`))).toMatchObject({
      code: 'USAGE',
      next: [{ argv: ['safe-deploy', 'explain', rule?.id] }, {}],
    })
    expect(await refusalOf(() => told('HALTD'))).toMatchObject({ next: [{ argv: ['safe-deploy', 'explain', 'HALTED'] }, {}] })
  })
})
