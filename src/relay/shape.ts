/** Checks that a value from outside is of a shape, and gives it that type. @throws Error naming the place that is not */
export type Read<T> = (value: unknown, place: string) => T

const wrong = (place: string, wanted: string): never => {
  throw new Error(`${place} is not ${wanted}.`)
}

export const text: Read<string> = (value, place) => (typeof value === 'string' ? value : wrong(place, 'a text'))

export const number: Read<number> = (value, place) =>
  typeof value === 'number' && Number.isFinite(value) ? value : wrong(place, 'a number')

export const flag: Read<boolean> = (value, place) => (typeof value === 'boolean' ? value : wrong(place, 'true or false'))

export const oneOf =
  <T extends string>(...words: readonly T[]): Read<T> =>
  (value, place) =>
    words.find((word) => word === value) ?? wrong(place, `one of ${words.join(', ')}`)

export const orNull =
  <T>(read: Read<T>): Read<T | null> =>
  (value, place) =>
    value === null ? null : read(value, place)

export const optional =
  <T>(read: Read<T>): Read<T | undefined> =>
  (value, place) =>
    value === undefined ? undefined : read(value, place)

export const list =
  <T>(read: Read<T>): Read<T[]> =>
  (value, place) =>
    Array.isArray(value) ? value.map((item, i) => read(item, `${place}[${i}]`)) : wrong(place, 'a list')

const object: Read<Readonly<Record<string, unknown>>> = (value, place) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : wrong(place, 'an object')

/** An object with exactly these fields; others are dropped, what is missing and optional stays away. */
export const record =
  <T extends object>(fields: { [K in keyof T]-?: Read<T[K]> }): Read<T> =>
  (value, place) => {
    const from = object(value, place)
    const read = Object.entries<Read<unknown>>(fields).map(([name, field]) => [name, field(from[name], `${place}.${name}`)] as const)
    return Object.fromEntries(read.filter(([, found]) => found !== undefined)) as T
  }

/** An object whose keys may be anything. */
export const table =
  <T>(read: Read<T>): Read<Record<string, T>> =>
  (value, place) =>
    Object.fromEntries(Object.entries(object(value, place)).map(([name, item]) => [name, read(item, `${place}.${name}`)]))

/** A map, as a list of pairs. */
export const mapOf =
  <K, T>(key: Read<K>, read: Read<T>): Read<Map<K, T>> =>
  (value, place) =>
    new Map(list((pair, at) => pairOf(pair, at, key, read))(value, place))

const pairOf = <K, T>(pair: unknown, place: string, key: Read<K>, read: Read<T>): [K, T] => {
  const [name, item] = Array.isArray(pair) ? pair : []
  return [key(name, place), read(item, `${place} ${String(name)}`)]
}
