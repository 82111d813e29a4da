import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type JsonSchema, jsonSchema, keysAt, pathsOf } from '../../src/config/json-schema.ts'
import { built } from '../support/built.ts'

/** Dotted paths of keys that say nothing of themselves. */
const silent = (schema: JsonSchema, at = ''): string[] => [
  ...Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
    ...(inner.description ? [] : [at + key]),
    ...silent(inner, `${at}${key}.`),
  ]),
  ...[
    schema.items,
    ...(schema.anyOf ?? []),
    typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined,
  ].flatMap((one) => (one ? silent(one, at) : [])),
]

test('every key says what it means', () => {
  expect(silent(jsonSchema())).toEqual([])
})

test('the build ships the schema that reads the file', () => {
  const shipped: unknown = JSON.parse(readFileSync(join(built(), 'dist', 'safe-deploy.schema.json'), 'utf8'))
  expect(shipped).toEqual(JSON.parse(JSON.stringify(jsonSchema())))
})

test('it names the keys of a place, also within lists and apps', () => {
  const schema = jsonSchema()
  expect(keysAt(schema, ['verify', 'probes', 3])).toContain('progress')
  expect(keysAt(schema, ['apps', 'web', 'budget'])).toEqual(['unproven', 'per'])
  expect(keysAt(schema, ['rules'])).toEqual([])
  expect(pathsOf(schema, 'smoke')).toEqual(['test.smoke'])
})
