import type { Written, WrittenApp } from './schema.ts'

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Maps are merged key by key; lists and single values of the app take the place of the top level's. */
const over = (base: unknown, own: unknown): unknown => {
  if (own === undefined) return base
  if (!isMap(base) || !isMap(own)) return own
  return Object.fromEntries([...new Set([...Object.keys(base), ...Object.keys(own)])].map((key) => [key, over(base[key], own[key])]))
}

/** A target of another kind replaces the top level's; half of each would deploy nothing. */
const targetOver = (base: WrittenApp['target'], own: WrittenApp['target']): WrittenApp['target'] =>
  own && base && Object.keys(own)[0] !== Object.keys(base)[0] ? own : (over(base, own) as WrittenApp['target'])

/** What one app of `apps:` says, merged over the top level; with key null the top level alone. */
export const mergedApp = (written: Written | null, key: string | null): WrittenApp => {
  const { version: _version, apps, ...top } = written ?? { version: 1 as const }
  const own = key === null ? undefined : apps?.[key]
  if (!own) return top
  const target = targetOver(top.target, own.target)
  return { ...(over(top, own) as WrittenApp), ...(target ? { target } : {}) }
}
