import type * as z from 'zod'
import { type JsonSchema, keysAt, pathsOf } from './json-schema.ts'
import { nearest } from './nearest.ts'

/** A problem of a value, before it has a line. `key` asks for the line of a key that is not known. */
export interface ValueProblem {
  path: PropertyKey[]
  found: string
  expected: string
  nearest: string | null
}

type Issue = z.core.$ZodIssue

/** Problems that are looked into; a file of noise has thousands, and nobody reads so many. */
const MOST = 200

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
}

/** What zod would say, as words that read on after "expected". Given to safeParse; messages in the schema go first. */
export const expectation = (issue: z.core.$ZodRawIssue): string => {
  if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? issue.expected
  if (issue.code === 'invalid_value')
    return issue.values
      .map(String)
      .join(', ')
      .replace(/, ([^,]*)$/, ' or $1')
  if (issue.code === 'unrecognized_keys') return 'a key it knows'
  return 'something else'
}

const shorten = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text)

const SECRETS_OF_CHANNEL: readonly PropertyKey[] = ['token', 'to', 'ops']

/** What may be a secret though it should be the name of one: under `notify`, and in relay.yml where it names its secrets. */
const maySecret = (path: readonly PropertyKey[]): boolean =>
  path.includes('notify') ||
  path[0] === 'admin' ||
  path[0] === 'alertmanager' ||
  (path[0] === 'channels' && (path.length < 3 || path.some((key) => SECRETS_OF_CHANNEL.includes(key))))

/** What is there, in words. Of what may be a secret only that it is there. */
const describeFound = (value: unknown, path: readonly PropertyKey[]): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'an empty value'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map of keys'
  if (maySecret(path)) return typeof value === 'string' ? 'some text' : `a ${typeof value}`
  return typeof value === 'string' ? shorten(value) : String(value)
}

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), root)

const allKeys = (keys: string[]): string => (keys.length > 0 ? `one of ${[...new Set(keys)].join(', ')}` : 'no such key')

const unknownKeys = (issue: Extract<Issue, { code: 'unrecognized_keys' }>, path: PropertyKey[], schema: JsonSchema): ValueProblem[] => {
  const known = keysAt(schema, path)
  return issue.keys.slice(0, MOST).map((key) => ({
    path: [...path, key],
    found: `an unknown key ${shorten(key)}`,
    expected: allKeys(known),
    nearest: nearest(key, known) ?? pathsOf(schema, key)[0] ?? null,
  }))
}

const missing = (path: PropertyKey[], expected: string): ValueProblem => ({
  path: path.slice(0, -1),
  found: `no ${String(path.at(-1))}`,
  expected: `${String(path.at(-1))}: ${expected}`,
  nearest: null,
})

/** Of several forms a value may take, the one it nearly has: whose complaints lie inside it. */
const likelyBranch = (issue: Extract<Issue, { code: 'invalid_union' }>): readonly Issue[] | undefined =>
  issue.errors.find((branch) => branch.every((one) => one.path.length > 0 || one.code !== 'invalid_type'))

/** Problems of one issue, with its path from the top. */
const fromIssue = (issue: Issue, base: PropertyKey[], root: unknown, schema: JsonSchema): ValueProblem[] => {
  const path = [...base, ...issue.path]
  const value = valueAt(root, path)
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue, path, schema)
  if (issue.code === 'invalid_union') {
    const branch = typeof value === 'object' ? likelyBranch(issue) : undefined
    if (branch) return branch.flatMap((one) => fromIssue(one, path, root, schema))
  }
  if (issue.code === 'invalid_key') {
    return [{ path, found: `the key ${shorten(String(path.at(-1)))}`, expected: issue.issues[0]?.message ?? 'another key', nearest: null }]
  }
  if (value === undefined && path.length > 0) return [missing(path, issue.message)]
  const meant = issue.code === 'invalid_value' && typeof value === 'string' ? nearest(value, issue.values.map(String)) : null
  return [{ path, found: describeFound(value, path), expected: issue.message, nearest: meant }]
}

/** The problems that zod found in a value, in plain words: all of them, as far as anybody reads. */
export const problemsOf = (error: z.ZodError, root: unknown, schema: JsonSchema): ValueProblem[] =>
  error.issues
    .slice(0, MOST)
    .flatMap((issue) => fromIssue(issue, [], root, schema))
    .slice(0, MOST)
