import { checkYaml } from './checked.ts'
import { jsonSchema } from './json-schema.ts'
import type { Problem } from './problem.ts'
import { type Written, writtenSchema } from './schema.ts'

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
  const checked = checkYaml(text, file, writtenSchema, jsonSchema)
  if (checked.ok) return { written: checked.data, salvaged: checked.data, problems: [] }
  return { written: null, salvaged: salvage(checked.value, checked.problems), problems: checked.problems }
}
