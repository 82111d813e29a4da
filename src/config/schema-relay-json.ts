import * as z from 'zod'
import type { JsonSchema } from './json-schema.ts'
import { relaySchema } from './schema-relay.ts'

/** The JSON Schema of relay.yml, for editors and for naming the keys that a place knows. */
export const relayJsonSchema = (): JsonSchema => z.toJSONSchema(relaySchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
