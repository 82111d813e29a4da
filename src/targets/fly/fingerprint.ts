import { createHash, createHmac } from 'node:crypto'
import { isJson, type Json, object } from './document.ts'

/** What belongs to a release, a place or a size, and not to the app's configuration. Scaling, moving and restarting a machine change these. */
const LEFT_OUT = new Set(['image', 'guest', 'size', 'standbys', 'env', 'files', 'mounts', 'metadata'])
const OWN_METADATA = /^fly_(?:release|flyctl|bluegreen|canary)/

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJson(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  )
}

const canonical = (value: unknown): string => JSON.stringify(sorted(value))

const short = (hex: string): string => hex.slice(0, 24)

const without = (from: Json, drop: (key: string) => boolean): Json => Object.fromEntries(Object.entries(from).filter(([key]) => !drop(key)))

const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : [])

/** The configuration without any value of env or files: only their names. */
const shape = (config: Json): unknown => ({
  ...without(config, (key) => LEFT_OUT.has(key)),
  metadata: without(object(config, 'metadata'), (key) => OWN_METADATA.test(key)),
  mounts: list(config.mounts).map((mount) => ({ name: mount.name, path: mount.path })),
  env: Object.keys(object(config, 'env')).sort(),
  files: list(config.files).map((file) => file.guest_path),
})

/** Names the key without telling it, so that digests made with another key are known to be incomparable. */
const keyName = (key: string): string => short(createHmac('sha256', key).update('key').digest('hex')).slice(0, 8)

/**
 * Fingerprint of a machine's configuration, `SHAPE.KEY.VALUES`: an open digest of everything but values, and one of the env and file values, keyed
 * with the clone's key, for values are often short enough to be guessed.
 */
export const fingerprint = (config: Json, key: string): string => {
  const open = createHash('sha256')
    .update(canonical(shape(config)))
    .digest('hex')
  const values = createHmac('sha256', key)
    .update(canonical({ env: config.env, files: config.files }))
    .digest('hex')
  return `${short(open)}.${keyName(key)}.${short(values)}`
}

/** One fingerprint of many: the same groups with the same configurations, however many machines each. */
export const joinFingerprints = (parts: readonly { group: string; config: string }[]): string | null => {
  if (parts.length === 0) return null
  const of = (position: 0 | 2): string => {
    const lines = new Set(parts.map(({ group, config }) => `${group}=${config.split('.')[position] ?? ''}`))
    return short(
      createHash('sha256')
        .update([...lines].sort().join('\n'))
        .digest('hex'),
    )
  }
  return `${of(0)}.${parts[0]!.config.split('.')[1] ?? ''}.${of(2)}`
}

/** Do two fingerprints name the same configuration? Values count only where both were made with one key. */
export const sameConfig = (a: string, b: string): boolean => {
  const [shapeA, keyA, valuesA] = a.split('.')
  const [shapeB, keyB, valuesB] = b.split('.')
  return shapeA === shapeB && (keyA !== keyB || valuesA === valuesB)
}
