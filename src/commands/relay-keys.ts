import { relayJsonSchema } from '../config/schema-relay-json.ts'
import { keysOfSchema } from './config-keys.ts'

/** The keys of relay.yml with what each means, a line each, nested ones indented. */
export const relayKeys = (): string[] => keysOfSchema(relayJsonSchema())
