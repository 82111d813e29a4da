/** What a text holds at a path, as a number; else why not. */
export type Value = { ok: true; value: number } | { ok: false; why: string }

const toNumber = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string' || value.trim() === '') return null
  const number = Number(value.trim())
  return Number.isFinite(number) ? number : null
}

const step = (from: unknown, key: string): unknown => {
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, key)) return undefined
  return (from as Record<string, unknown>)[key]
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The number in an answer.
 * @param path dotted, list positions as digits (`runs.0.total`); null: the whole text is the number
 */
export const readValue = (text: string, path: string | null): Value => {
  if (path === null) {
    const value = toNumber(text)
    return value === null ? { ok: false, why: 'the answer is no number' } : { ok: true, value }
  }
  const document = parsed(text)
  if (document === undefined) return { ok: false, why: 'the answer is no JSON' }
  const found = path.split('.').reduce(step, document)
  const value = toNumber(found)
  if (value === null) return { ok: false, why: found === undefined ? `${path} is not in the answer` : `${path} is no number` }
  return { ok: true, value }
}
