import type { Yaml } from './yaml-flow.ts'

/** What stands under a path of keys; undefined where there is nothing. */
export const pick = (from: Yaml | undefined | null, ...keys: readonly string[]): Yaml | undefined =>
  keys.reduce<Yaml | undefined>((held, key) => (held instanceof Map ? held.get(key) : undefined), from ?? undefined)

/** The text under a path of keys; empty where there is none or no text. */
export const textAt = (from: Yaml | undefined | null, ...keys: readonly string[]): string => {
  const found = pick(from, ...keys)
  return typeof found === 'string' ? found : ''
}

/** The pairs of a map; none where it is no map. */
export const pairsOf = (from: Yaml | undefined): readonly (readonly [string, Yaml])[] => (from instanceof Map ? [...from] : [])

/** Entries that one list may flatten to: names that stand for lists in lists could make it endless. */
const MOST = 2_000

/** A list, where one thing may stand for a list of it; lists in it are spread. */
export const listOf = (from: Yaml | undefined, room = { left: MOST }): Yaml[] => {
  if (from === undefined || from === '' || room.left <= 0) return []
  if (Array.isArray(from)) return from.flatMap((one: Yaml) => listOf(one, room))
  room.left -= 1
  return [from]
}

/** The texts of a list. */
export const textsOf = (from: Yaml | undefined): string[] => listOf(from).filter((one) => typeof one === 'string')

/** The values of a map that are texts. */
export const valuesOf = (from: Yaml | undefined): Record<string, string> =>
  Object.fromEntries(pairsOf(from).filter((pair): pair is readonly [string, string] => typeof pair[1] === 'string'))
