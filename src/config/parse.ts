import { expectation, problemsOf } from './issues.ts'
import { jsonSchema } from './json-schema.ts'
import { type Problem, problemLine } from './problem.ts'
import { type Written, writtenSchema } from './schema.ts'
import { readYaml } from './yaml.ts'

/** A config as written, or everything that is wrong with it. */
export interface Parsed {
  written: Written | null
  /** What is left when every top-level key with a problem is taken out; for a rollback, which no broken config may block. */
  salvaged: Written | null
  problems: Problem[]
}

const salvage = (value: unknown, problems: readonly Problem[]): Written | null => {
  if (typeof value !== 'object' || value === null) return null
  const bad = new Set(problems.map(({ path }) => path.split('.')[0]))
  const left = Object.fromEntries(Object.entries(value).filter(([key]) => !bad.has(key)))
  return writtenSchema.safeParse({ ...left, version: 1 }).data ?? null
}

/**
 * Reads the text of safe-deploy.yml.
 * @param file its name, for messages
 * @returns all problems at once, each with its line; `written` only when there are none.
 */
export const parseConfig = (text: string, file: string): Parsed => {
  const yaml = readYaml(text, file)
  if (yaml.problems.length > 0) return { written: null, salvaged: null, problems: yaml.problems }
  const checked = writtenSchema.safeParse(yaml.value, { error: expectation })
  if (checked.success) return { written: checked.data, salvaged: checked.data, problems: [] }
  const all = problemsOf(checked.error, yaml.value, jsonSchema())
    .map(({ path, ...rest }) => ({ file, line: yaml.lineOf(path), path: path.map(String).join('.'), ...rest }))
    .sort((a, b) => a.line - b.line)
  const once = new Map(all.map((problem) => [problemLine(problem), problem]))
  return { written: null, salvaged: salvage(yaml.value, all), problems: [...once.values()] }
}
