import picomatch from 'picomatch'
import { RE2JS } from 're2js'
import { fact } from '../change/sight.ts'
import type { Change, ChangedLine, Fact, FileChange } from '../model.ts'
import type { Rule, When } from './rule.ts'

type ByChange = Extract<When, { changed: unknown }>

/** Files of one rule that are worth saying. */
const MOST = 20

/** Why an expression cannot be used, in words, or null. RE2 matches in linear time, whatever is written. */
export const expressionProblem = (expression: string): string | null => {
  try {
    RE2JS.compile(expression)
    return null
  } catch (error) {
    return `an expression that cannot be used (${error instanceof Error ? error.message : 'unknown reason'})`
  }
}

/** What rules about changed files see in a change: a fact for each file that meets one. Other rules are passed over. */
export const factsOfRules = (rules: readonly Rule[], change: Change): Fact[] =>
  rules.flatMap((rule) => ('changed' in rule.when ? factsOfRule(rule.id, rule.when, change) : []))

const factsOfRule = (id: string, when: ByChange, change: Change): Fact[] => {
  const inGlobs = picomatch([...when.changed], { dot: true })
  const added = matcherOf(when.added)
  const removed = matcherOf(when.removed)
  return change.files
    .filter(({ path, from }) => inGlobs(path) || (from !== undefined && inGlobs(from)))
    .flatMap((file) => {
      const lines = [added && file.added.find(added), removed && file.removed.find(removed)]
      return lines.includes(undefined) ? [] : [factOf(id, file, lines.find((line) => line) ?? null)]
    })
    .slice(0, MOST)
}

const factOf = (rule: string, { path, status }: FileChange, line: ChangedLine | null): Fact =>
  fact('own-rule', path, { rule, file: path, how: HOW[status], line: line?.n ?? '' }, path, line?.n)

const HOW: Readonly<Record<FileChange['status'], string>> = { A: 'added', M: 'changed', D: 'removed', R: 'renamed', T: 'changed' }

const matcherOf = (expression: string | undefined): ((line: ChangedLine) => boolean) | null => {
  if (expression === undefined) return null
  const compiled = RE2JS.compile(expression)
  return ({ text }) => compiled.matcher(text).find()
}
