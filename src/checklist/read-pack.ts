import { parsePack } from '../config/parse-pack.ts'
import type { Problem } from '../config/problem.ts'
import type { Pack, Rule } from './rule.ts'
import { allRules } from './rules.ts'

/** A pack of the project's own, or all that is wrong with it. */
export interface OwnPack {
  pack: Pack | null
  problems: Problem[]
}

/**
 * Reads a rule pack that a project wrote: its shape, its expressions, and that it takes no id of a rule that ships.
 * @param file its path, for messages
 */
export const readPack = async (text: string, file: string): Promise<OwnPack> => {
  const { pack, problems, lineOf } = parsePack(text, file)
  if (pack === null) return { pack: null, problems }
  const taken = new Set(allRules().map(({ id }) => id))
  const { expressionProblem } = await import('./own-rules.ts')
  const found = pack.rules.flatMap((rule, i): Problem[] => {
    const at = (key: PropertyKey[], found: string, expected: string): Problem => ({
      ...{ file, line: lineOf(['rules', i, ...key]), path: ['rules', i, ...key].map(String).join('.') },
      ...{ found, expected, nearest: null },
    })
    return [
      ...(taken.has(rule.id) ? [at(['id'], `the id ${rule.id}, which a rule that ships has`, 'an id of your own')] : []),
      ...(pack.rules.findIndex(({ id }) => id === rule.id) < i ? [at(['id'], `the id ${rule.id} a second time`, 'each id once')] : []),
      ...expressionsOf(rule).flatMap(([key, expression]) => {
        const why = expressionProblem(expression)
        return why === null
          ? []
          : [at(['when', key], why, 'an RE2 expression: no look-around, no back-references; they have no bound in time')]
      }),
    ]
  })
  return { pack: found.length === 0 ? pack : null, problems: found }
}

const expressionsOf = ({ when }: Rule): [key: string, expression: string][] =>
  'changed' in when ? (['added', 'removed'] as const).flatMap((key) => (when[key] === undefined ? [] : [[key, when[key]]])) : []
