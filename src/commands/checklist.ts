import { exampleProblems } from '../checklist/examples.ts'
import { readPack } from '../checklist/read-pack.ts'
import type { Rule } from '../checklist/rule.ts'
import { packs } from '../checklist/rules.ts'
import { problemLine } from '../config/problem.ts'
import { next, refuse } from '../errors.ts'
import type { Emit } from '../events.ts'
import { count } from '../words.ts'

/** A pack file of the user's: its path as typed or found, and its text; null where there is none that can be read. */
export interface PackFile {
  path: string
  text: string | null
}

interface Tested {
  path: string
  rules: readonly Rule[]
  problems: string[]
}

/**
 * `safe-deploy checklist test`: are the packs well-formed, and do their rules fire and keep silent as their examples say?
 * @param own packs of the project's own; those that ship are tested with them
 * @returns exit code 0
 * @throws CONFIG with every problem
 */
export const testChecklist = async (own: readonly PackFile[], emit: Emit): Promise<number> => {
  const shipped = packs().map((pack): Tested => ({ path: `checklists/${pack.id}.yml (ships)`, rules: pack.rules, problems: [] }))
  const tested = await Promise.all([...(await Promise.all(own.map(readOwn))), ...shipped].map(tryExamples))
  const problems = tested.flatMap((one) => one.problems)
  if (problems.length > 0) {
    throw refuse('CONFIG', {
      what: `${count(problems.length, 'problem')} in ${count(tested.length, 'rule pack')}.`,
      why: problems,
      next: [next('tests them again', ['safe-deploy', 'checklist', 'test', ...own.map(({ path }) => path)])],
    })
  }
  const rules = tested.flatMap((one) => one.rules)
  const examples = rules.reduce((sum, { examples: { fires, silent } }) => sum + fires.length + silent.length, 0)
  emit({
    type: 'report',
    title: 'Rule packs',
    lines: [`${count(rules.length, 'rule')} in ${count(tested.length, 'pack')}, ${count(examples, 'example')}: all hold.`],
    data: { packs: tested.map(({ path }) => path), rules: rules.length, examples },
  })
  return 0
}

const readOwn = async ({ path, text }: PackFile): Promise<Tested> => {
  if (text === null) return { path, rules: [], problems: [`${path}: there is no such file, or it cannot be read`] }
  const { pack, problems } = await readPack(text, path)
  return { path, rules: pack?.rules ?? [], problems: problems.map(problemLine) }
}

const tryExamples = async (tested: Tested): Promise<Tested> => {
  const found = await Promise.all(tested.rules.map(exampleProblems))
  return { ...tested, problems: [...tested.problems, ...found.flat().map((problem) => `${tested.path}: ${problem}`)] }
}
