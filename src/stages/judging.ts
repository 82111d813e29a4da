import { judge } from '../checklist/judge.ts'
import type { Rule } from '../checklist/rule.ts'
import { allRules } from '../checklist/rules.ts'
import { severitiesOf } from '../checklist/severities.ts'
import { judgeSettings } from '../config/judge.ts'
import type { Settings } from '../config/settings.ts'
import type { State } from '../ledger/state.ts'
import type { Fact, Finding } from '../model.ts'
import type { Clock, Prompter } from '../ports.ts'
import type { Desk } from './desk.ts'

/**
 * Facts to findings, by every rule that ships, those of the project's own, and what the settings say about them; uncommitted work weighs less where a
 * person looks.
 */
export const judgeFacts = (
  facts: readonly Fact[],
  settings: Pick<Settings, 'rules' | 'read' | 'accept' | 'file'>,
  { clock, prompt }: { clock: Clock; prompt: Prompter | null },
  own: readonly Rule[] = [],
): Finding[] =>
  judge(facts, {
    rules: [...allRules(), ...own],
    severities: severitiesOf(settings, prompt !== null),
    accept: settings.accept,
    config: settings.file,
    today: new Date(clock.now()).toISOString().slice(0, 10),
  })

/**
 * Settings that judge what is done now: rules, overrides, protection, budget and acknowledgement of the known good, so that a change cannot lift the
 * rules it breaks. Where the known good's cannot be read here, the work tree's hold.
 */
export const judgedSettings = async (desk: Desk, state: State | null): Promise<Settings> => {
  const good = state?.core.good[0]
  return judgeSettings(desk.settings, good ? await desk.settingsAt(good.tree, good.commit) : null)
}
