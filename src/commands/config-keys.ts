import { type JsonSchema, jsonSchema } from '../config/json-schema.ts'

const DEPTH = 3

/** The keys of safe-deploy.yml with what each means, a line each, nested ones indented. */
export const configKeys = (): string[] => keyLines(jsonSchema(), 0)

/** The keys of any schema, a line each. */
export const keysOfSchema = (schema: JsonSchema): string[] => keyLines(schema, 0)

const keyLines = (schema: JsonSchema, depth: number): string[] =>
  depth === DEPTH
    ? []
    : branches(schema).flatMap((branch) =>
        Object.entries(branch.properties ?? {}).flatMap(([key, inner]) => [
          `${'  '.repeat(depth)}${key}${inner.description ? `: ${inner.description}` : ''}`,
          ...(key === 'apps' ? [] : keyLines(inner, depth + 1)),
        ]),
      )

const branches = (schema: JsonSchema): JsonSchema[] => [
  schema,
  ...(schema.items ? branches(schema.items) : []),
  ...(schema.anyOf ?? []).flatMap(branches),
]
