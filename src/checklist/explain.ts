import { nearest } from '../config/nearest.ts'
import type { Rule } from './rule.ts'
import { allRules } from './rules.ts'

/** A rule for people, or the id that was probably meant. */
export type Explained = { known: true; rule: Rule } | { known: false; nearest: string | null }

/** What there is to say about a rule id. @param own rules of the project's own */
export const explain = (id: string, own: readonly Rule[] = []): Explained => {
  const rules = [...allRules(), ...own]
  const rule = rules.find((one) => one.id === id)
  return rule
    ? { known: true, rule }
    : {
        known: false,
        nearest: nearest(
          id,
          rules.map((one) => one.id),
        ),
      }
}

/** Sentences about rule ids that a config names and nobody knows. */
export const ruleProblems = (named: readonly string[]): string[] =>
  named.flatMap((id) => {
    const found = explain(id)
    if (found.known) return []
    return [`no rule is called ${id}${found.nearest ? `; did you mean ${found.nearest}?` : ''}`]
  })
