import type * as z from 'zod'
import { expectation, problemsOf } from './issues.ts'
import type { JsonSchema } from './json-schema.ts'
import { type Problem, problemLine } from './problem.ts'
import { readYaml, type Yaml } from './yaml.ts'

/** A YAML text that fits its schema, or everything that is wrong with it, by line. `value` is what was read, where it is YAML at all. */
export type Checked<T> = { ok: true; data: T; yaml: Yaml } | { ok: false; value: unknown; problems: Problem[] }

/**
 * Reads a YAML text by a schema.
 * @param file its name, for messages
 * @param json the same schema as JSON Schema: it names the keys that a place knows
 */
export const checkYaml = <T>(text: string, file: string, schema: z.ZodType<T>, json: () => JsonSchema): Checked<T> => {
  const yaml = readYaml(text, file)
  if (yaml.problems.length > 0) return { ok: false, value: undefined, problems: yaml.problems }
  const checked = schema.safeParse(yaml.value, { error: expectation })
  if (checked.success) return { ok: true, data: checked.data, yaml }
  const all = problemsOf(checked.error, yaml.value, json())
    .map(({ path, ...rest }) => ({ file, line: yaml.lineOf(path), path: path.map(String).join('.'), ...rest }))
    .sort((a, b) => a.line - b.line)
  const once = new Map(all.map((problem) => [problemLine(problem), problem]))
  return { ok: false, value: yaml.value, problems: [...once.values()] }
}
