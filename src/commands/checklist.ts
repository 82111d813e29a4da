import { exampleProblems } from '../checklist/examples.ts'
import { packProblems } from '../checklist/read-pack.ts'
import type { Pack } from '../checklist/rule.ts'
import { packs } from '../checklist/rules.ts'
import { next, refuse } from '../errors.ts'
import type { Emit } from '../events.ts'
import { count } from '../words.ts'

/** A pack file of the user's: its path, and its content as parsed YAML. */
export interface PackFile {
  path: string
  value: unknown
}

/**
 * `safe-deploy checklist test`: are the packs well-formed, and do their rules fire and keep silent as their examples say?
 * @param given packs to test; none: those that ship
 * @returns exit code 0
 * @throws CONFIG with every problem
 */
export const testChecklist = (given: readonly PackFile[], emit: Emit): number => {
  const named: PackFile[] = given.length > 0 ? [...given] : packs().map((pack) => ({ path: `checklists/${pack.id}.yml`, value: pack }))
  const problems = named.flatMap(({ path, value }) => problemsOf(value).map((problem) => `${path}: ${problem}`))
  if (problems.length > 0) {
    throw refuse('CONFIG', {
      what: `${count(problems.length, 'problem')} in ${count(named.length, 'rule pack')}.`,
      why: problems,
      next: [next('tests them again', ['safe-deploy', 'checklist', 'test', ...given.map(({ path }) => path)])],
    })
  }
  const rules = named.flatMap(({ value }) => (value as Pack).rules)
  const examples = rules.reduce((sum, { examples: { fires, silent } }) => sum + fires.length + silent.length, 0)
  emit({
    type: 'report',
    title: 'Rule packs',
    lines: [`${count(rules.length, 'rule')} in ${count(named.length, 'pack')}, ${count(examples, 'example')}: all hold.`],
    data: { packs: named.map(({ path }) => path), rules: rules.length, examples },
  })
  return 0
}

const problemsOf = (value: unknown): string[] => {
  const problems = packProblems(value)
  return problems.length > 0 ? problems : (value as Pack).rules.flatMap(exampleProblems)
}
