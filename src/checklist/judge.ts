import type { Accepted } from '../config/settings.ts'
import type { Answer, Fact, Finding, Severity } from '../model.ts'
import type { Rule } from './rule.ts'

/** What the user said about rules. `today` is YYYY-MM-DD. */
export interface Judging {
  rules: readonly Rule[]
  /** Severity by rule id: the user's, above the rule's own. */
  severities: Readonly<Record<string, Severity>>
  accept: readonly Accepted[]
  /** The config's path, named as who answered. */
  config: string | null
  today: string
}

const WEIGHT: Record<Severity, number> = { block: 4, ask: 3, warn: 2, note: 1, off: 0 }

/**
 * Facts to findings, by the rules: heaviest first, otherwise in the order they were seen. A fact may meet several rules; one
 * without a rule is lost, which a test forbids.
 */
export const judge = (facts: readonly Fact[], judging: Judging): Finding[] => {
  const findings = facts.flatMap((fact) => rulesFor(judging.rules, fact).flatMap((rule) => found(rule, fact, judging)))
  return firstOfEach(findings).sort((a, b) => WEIGHT[b.severity] - WEIGHT[a.severity])
}

/** A finding is known by its rule and subject; the first speaks. */
const firstOfEach = (findings: Finding[]): Finding[] => {
  const seen = new Set<string>()
  return findings.filter((finding) => !seen.has(findingKey(finding)) && seen.add(findingKey(finding)))
}

/** `rule:subject`, stable across runs. */
const findingKey = (finding: Pick<Finding, 'rule' | 'subject'>): string => `${finding.rule}:${finding.subject}`

/** The rules that speak about a fact. */
export const rulesFor = (rules: readonly Rule[], fact: Fact): Rule[] =>
  rules.filter(({ id, when }) => {
    if ('always' in when) return fact.kind === 'every-deploy'
    if ('changed' in when) return fact.kind === 'own-rule' && fact.data.rule === id
    return when.fact === fact.kind && Object.entries(when.where ?? {}).every(([key, value]) => fact.data[key] === value)
  })

const found = (rule: Rule, fact: Fact, judging: Judging): Finding[] => {
  const severity = judging.severities[rule.id] ?? rule.severity
  if (severity === 'off') return []
  const finding: Finding = {
    rule: rule.id,
    subject: fact.subject,
    severity,
    stage: rule.stage,
    ...(fact.place ? { place: fact.place } : {}),
    fact: fill(rule.say, fact),
    why: fill(rule.why, fact),
    fix: rule.fix.map((line) => fill(line, fact)),
    ...(rule.answer === undefined ? {} : { agents: rule.answer }),
  }
  const answer = severity === 'block' ? undefined : acceptedBy(finding, judging)
  return [answer ? { ...finding, answer } : finding]
}

/** `{name}` from the fact's data; what the fact does not say stays empty. */
const fill = (template: string, fact: Fact): string =>
  template.replace(/\{(\w+)\}/g, (_, key: string) => (key === 'subject' ? fact.subject : (fact.data[key] ?? '')))

const acceptedBy = (finding: Finding, { accept, config, today }: Judging): Answer | undefined => {
  const entry = accept.find(
    ({ rule, subject, until, says }) =>
      rule === finding.rule &&
      (subject === finding.subject || subject === '*') &&
      (until === null || today <= until) &&
      (says === null || finding.fact.includes(says)),
  )
  return entry && { by: 'config', reason: entry.because, who: config ?? 'safe-deploy.yml' }
}
