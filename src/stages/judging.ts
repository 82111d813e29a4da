import { judge } from '../checklist/judge.ts'
import { allRules } from '../checklist/rules.ts'
import { severitiesOf } from '../checklist/severities.ts'
import type { Settings } from '../config/settings.ts'
import type { Fact, Finding } from '../model.ts'
import type { Clock, Prompter } from '../ports.ts'

/** Facts to findings, by every rule that ships and what the settings say about them; uncommitted work weighs less where a person looks. */
export const judgeFacts = (
  facts: readonly Fact[],
  settings: Pick<Settings, 'rules' | 'read' | 'accept' | 'file'>,
  { clock, prompt }: { clock: Clock; prompt: Prompter | null },
): Finding[] =>
  judge(facts, {
    rules: allRules(),
    severities: severitiesOf(settings, prompt !== null),
    accept: settings.accept,
    config: settings.file,
    today: new Date(clock.now()).toISOString().slice(0, 10),
  })
