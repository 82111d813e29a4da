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
export const testChecklist = async (given: readonly PackFile[], emit: Emit): Promise<number> => {
  const named: PackFile[] = given.length > 0 ? [...given] : packs().map((pack) => ({ path: `checklists/${pack.id}.yml`, value: pack }))
  const found = await Promise.all(named.map(async ({ path, value }) => (await problemsOf(value)).map((problem) => `${path}: ${problem}`)))
  const problems = found.flat()
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

const problemsOf = async (value: unknown): Promise<string[]> => {
  const problems = packProblems(value)
  return problems.length > 0 ? problems : (await Promise.all((value as Pack).rules.map(exampleProblems))).flat()
}
