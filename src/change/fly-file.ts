import { parseToml } from './parse-toml.ts'

/** A table of a fly.toml, fly.json or fly.yaml, as parsed: nothing is known about its shape. */
export type Table = Readonly<Record<string, unknown>>

export type ParsedFly = { ok: true; table: Table } | { ok: false; why: string; line: number | null }

/** Bytes of a config that are read at all. */
const MAX = 1024 * 1024

/**
 * Parses fly's config by its name's ending; TOML is the default. The parsers load on first use.
 * @returns why and where it cannot be read, instead of throwing
 */
export const parseFly = async (path: string, text: string): Promise<ParsedFly> => {
  if (text.length > MAX) return { ok: false, why: 'it is larger than 1 MB', line: null }
  try {
    const value: unknown = await parserFor(path)(text.replace(/^\ufeff/, ''))
    return isTable(value) ? { ok: true, table: value } : { ok: false, why: 'it is not a table of settings', line: null }
  } catch (error) {
    const line = (error as { line?: unknown }).line
    const why = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
    return { ok: false, why, line: typeof line === 'number' ? line : null }
  }
}

const parserFor = (path: string): ((text: string) => Promise<unknown>) => {
  if (path.endsWith('.json')) return async (text) => JSON.parse(text)
  if (/\.ya?ml$/.test(path)) return async (text) => (await import('yaml')).parse(text, { maxAliasCount: 100 })
  return async (text) => parseToml(withoutEmptyGroups(text))
}

/** flyctl once wrote `processes = []`, and reads it beside a `[processes]` table, which TOML forbids. */
const withoutEmptyGroups = (text: string): string => (/^\[processes\]/m.test(text) ? text.replace(/^processes\s*=\s*\[\s*\]/m, '') : text)

export const isTable = (value: unknown): value is Table => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value as text for comparing: in which order a table names its keys says nothing. */
export const inOrder = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, one: unknown) =>
    isTable(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
  )

/** The table at a dotted path, or an empty one. */
export const tableAt = (table: Table, ...keys: string[]): Table => {
  let at: unknown = table
  for (const key of keys) at = isTable(at) ? at[key] : undefined
  return isTable(at) ? at : {}
}

/** A list of tables; fly takes a single table for some of them (`[mounts]`). */
export const tablesAt = (table: Table, key: string): Table[] => {
  const value = table[key]
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).filter(isTable)
}

/** A text, or null for anything else. */
export const textAt = (table: Table, key: string): string | null => (typeof table[key] === 'string' ? table[key] : null)
