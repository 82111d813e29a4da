import { expectation, problemsOf } from './issues.ts'
import { packJsonSchema } from './json-schema.ts'
import { type Problem, problemLine } from './problem.ts'
import { packSchema, type WrittenPack } from './schema-pack.ts'
import { readYaml } from './yaml.ts'

/** A rule pack as written, or everything that is wrong with it. */
export interface ParsedPack {
  pack: WrittenPack | null
  problems: Problem[]
  /** The line of a key, from 1. */
  lineOf(path: readonly PropertyKey[]): number
}

/** Reads the text of a rule pack. @param file its name, for messages @returns all problems at once, each with its line */
export const parsePack = (text: string, file: string): ParsedPack => {
  const { value, problems, lineOf } = readYaml(text, file)
  if (problems.length > 0) return { pack: null, problems, lineOf }
  const checked = packSchema.safeParse(value, { error: expectation })
  if (checked.success) return { pack: checked.data, problems: [], lineOf }
  const all = problemsOf(checked.error, value, packJsonSchema()).map(({ path, ...rest }) => ({
    ...{ file, line: lineOf(path), path: path.map(String).join('.') },
    ...rest,
  }))
  const once = new Map(all.map((problem) => [problemLine(problem), problem]))
  return { pack: null, problems: [...once.values()].sort((a, b) => a.line - b.line), lineOf }
}
