import { detect } from '../change/detectors/all.ts'
import type { Fact } from '../model.ts'
import { sightOfExample } from './example-sight.ts'
import { rulesFor } from './judge.ts'
import type { Example, Rule } from './rule.ts'

/** How many examples of each kind show what a rule means. */
const ENOUGH = 2

/** Facts of an example: as given, or as every detector, and the rule itself, see them in its files. */
const factsOfExample = async (rule: Rule, example: Example): Promise<Fact[]> => {
  if ('fact' in example) return [{ data: {}, ...example.fact }]
  const sight = await sightOfExample(example)
  const own = 'changed' in rule.when ? (await import('./own-rules.ts')).factsOfRules([rule], sight.change) : []
  return [...own, ...(await detect(sight))]
}

/** Examples of a rule that do not hold, as sentences. */
export const exampleProblems = async (rule: Rule): Promise<string[]> => {
  const { fires, silent } = rule.examples
  const seen = (examples: readonly Example[]) => Promise.all(examples.map((example) => factsOfExample(rule, example)))
  const [spoken, quiet] = await Promise.all([seen(fires), seen(silent)])
  const meets = (fact: Fact): boolean => rulesFor([rule], fact).length > 0
  return [
    ...tooFew(rule),
    ...spoken.flatMap((facts, i) => (facts.some(meets) ? [] : [`${rule.id}: example ${i + 1} of \`fires\` is silent`])),
    ...quiet.flatMap((facts, i) => (facts.some(meets) ? [`${rule.id}: example ${i + 1} of \`silent\` fires`] : [])),
    ...unfilled(rule, spoken.flat().filter(meets)),
  ]
}

const tooFew = ({ id, examples }: Rule): string[] =>
  (['fires', 'silent'] as const).flatMap((kind) =>
    examples[kind].length < ENOUGH ? [`${id}: \`${kind}\` has ${examples[kind].length} of at least ${ENOUGH} examples`] : [],
  )

/** Placeholders that the data of an example leaves empty. */
const unfilled = (rule: Rule, facts: readonly Fact[]): string[] => {
  const asked = [...new Set([...[rule.say, rule.why, ...rule.fix].join(' ').matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))]
  return facts.flatMap((fact) =>
    asked.filter((key) => key !== 'subject' && !(key in fact.data)).map((key) => `${rule.id}: {${key}} is not in its fact`),
  )
}
