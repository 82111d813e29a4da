import { refuse } from './yaml-lines.ts'

/** What a lockfile in YAML holds: every scalar is text. */
export type Yaml = string | null | Yaml[] | YamlMap
export interface YamlMap {
  [key: string]: Yaml
}

/**
 * Sets a key of a map, `__proto__` too.
 * @throws UnreadableLock where the map has it already: a merge went wrong
 */
export const put = (map: YamlMap, key: string, value: Yaml, text: string, at: number): void => {
  if (Object.hasOwn(map, key)) refuse(text, at)
  if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
  else map[key] = value
}
