import * as z from 'zod'
import { writtenSchema } from './schema.ts'
import { packSchema } from './schema-pack.ts'

/** As much of a JSON Schema as the helpers here walk. */
export interface JsonSchema {
  properties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  items?: JsonSchema
  anyOf?: JsonSchema[]
  enum?: unknown[]
  const?: unknown
  description?: string
}

/** The JSON Schema of safe-deploy.yml (draft 2020-12), for editors and for naming the keys that a place knows. */
export const jsonSchema = (): JsonSchema => z.toJSONSchema(writtenSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema

/** The same of a rule pack. */
export const packJsonSchema = (): JsonSchema => z.toJSONSchema(packSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema

const step = (schema: JsonSchema, key: PropertyKey): JsonSchema[] => {
  const here =
    typeof key === 'number'
      ? schema.items
      : (schema.properties?.[String(key)] ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined))
  return [...(here ? [here] : []), ...(schema.anyOf ?? []).flatMap((branch) => step(branch, key))]
}

const keysOf = (schema: JsonSchema): string[] => [...Object.keys(schema.properties ?? {}), ...(schema.anyOf ?? []).flatMap(keysOf)]

/** The keys that may be written at a path; none where it holds no map of fixed keys. */
export const keysAt = (schema: JsonSchema, path: readonly PropertyKey[]): string[] =>
  path.reduce<JsonSchema[]>((at, key) => at.flatMap((one) => step(one, key)), [schema]).flatMap(keysOf)

/** Dotted paths at which a key of this name may be written, shortest first; lists are passed through. */
export const pathsOf = (schema: JsonSchema, name: string, at = ''): string[] =>
  Object.entries(schema.properties ?? {})
    .filter(([key]) => key !== 'apps')
    .flatMap(([key, inner]) => [
      ...(key === name ? [at + key] : []),
      ...[inner, inner.items, ...(inner.anyOf ?? [])].flatMap((one) => (one ? pathsOf(one, name, `${at}${key}.`) : [])),
    ])
    .sort((a, b) => a.split('.').length - b.split('.').length)
