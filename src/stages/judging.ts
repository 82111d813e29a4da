import { judge } from '../checklist/judge.ts'
import { allRules } from '../checklist/rules.ts'
import type { Settings } from '../config/settings.ts'
import type { Fact, Finding } from '../model.ts'
import type { Clock } from '../ports.ts'

/** Facts to findings, by every rule that ships and what the settings say about them. */
export const judgeFacts = (facts: readonly Fact[], settings: Pick<Settings, 'rules' | 'accept' | 'file'>, clock: Clock): Finding[] =>
  judge(facts, {
    rules: allRules(),
    severities: settings.rules,
    accept: settings.accept,
    config: settings.file,
    today: new Date(clock.now()).toISOString().slice(0, 10),
  })
