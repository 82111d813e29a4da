import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type JsonSchema, jsonSchema, keysAt, pathsOf } from '../../src/config/json-schema.ts'
import { relayJsonSchema } from '../../src/config/schema-relay-json.ts'
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

test.each([
  ['safe-deploy.yml', jsonSchema],
  ['relay.yml', relayJsonSchema],
])('every key of %s says what it means', (_, schema) => {
  expect(silent(schema())).toEqual([])
})

test.each([
  ['safe-deploy.schema.json', jsonSchema],
  ['safe-deploy.relay.schema.json', relayJsonSchema],
])('the build ships %s, the schema that reads the file', (file, schema) => {
  const shipped: unknown = JSON.parse(readFileSync(join(built(), 'dist', file), 'utf8'))
  expect(shipped).toEqual(JSON.parse(JSON.stringify(schema())))
})

test('it names the keys of a place, also within lists and apps', () => {
  const schema = jsonSchema()
  expect(keysAt(schema, ['verify', 'probes', 3])).toContain('progress')
  expect(keysAt(schema, ['apps', 'web', 'budget'])).toEqual(['unproven', 'per'])
  expect(keysAt(schema, ['rules'])).toEqual([])
  expect(pathsOf(schema, 'smoke')).toEqual(['test.smoke'])
})
