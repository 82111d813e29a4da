import type { Table } from '../fly-file.ts'
import { comparable } from './js/open.ts'

/** How a version of pnpm's lockfile writes a package: `/name/1.0.0_peers`, `/name@1.0.0(peers)`, `name@1.0.0(peers)`. */
export type Spelling = 'slash' | 'slash-at' | 'bare'

/** A package as its lockfile names it. */
export interface Named {
  id: string
  name: string
  version: string | null
  entry: Table
}

export const spellingOf = (lockfileVersion: string): Spelling | null => {
  if (/^5\.\d(?:-inlineSpecifiers)?$/.test(lockfileVersion) || lockfileVersion === '5') return 'slash'
  if (/^6\.\d$/.test(lockfileVersion)) return 'slash-at'
  return /^9\.\d$/.test(lockfileVersion) ? 'bare' : null
}

/** A key without the peers that a copy was installed beside. */
export const withoutPeers = (spelling: Spelling, key: string): string => {
  if (spelling !== 'slash') return key.endsWith(')') ? key.slice(0, peersAt(key)) : key
  if (!key.startsWith('/')) return key
  const mark = key.indexOf('_', versionAt(key))
  return mark === -1 ? key : key.slice(0, mark)
}

/** Where the groups of parentheses at the end begin. */
const peersAt = (key: string): number => {
  let open = 0
  for (let at = key.length - 1; at > 0; at--) {
    if (key[at] === ')') open++
    else if (key[at] === '(' && --open === 0 && key[at - 1] !== ')') return at
  }
  return key.length
}

/** Where the version begins in `/name/1.0.0` and `/@scope/name/1.0.0`. */
const versionAt = (key: string): number => {
  const from = key.startsWith('/@') ? key.indexOf('/', 1) + 1 : 1
  return key.indexOf('/', from) + 1
}

/** What a key without peers means; one that is no registry's says its name in its entry, and has no version. */
export const namedBy = (spelling: Spelling, key: string, entry: Table): Named => {
  const from = spelling === 'bare' ? 0 : 1
  const cut = spelling === 'slash' ? versionAt(key) : key.indexOf('@', from + 1) + 1
  const version = (spelling === 'bare' || key.startsWith('/')) && cut > 0 ? comparable(key.slice(cut)) : null
  if (version !== null) return named(key.slice(from, cut - 1), version, entry)
  const name = typeof entry.name === 'string' ? entry.name : spelling === 'bare' && cut > 0 ? key.slice(0, cut - 1) : lastPart(key)
  return { id: key, name, version: isRegistry(key, entry) ? comparable(entry.version) : null, entry }
}

const named = (name: string, version: string, entry: Table): Named => ({ id: `${name}@${version}`, name, version, entry })
const lastPart = (key: string): string => key.slice(key.lastIndexOf('/') + 1)

/** Versions 5 and 6 put another registry's host before the key, `registry.example.com/name/1.0.0`. */
const isRegistry = (key: string, entry: Table): boolean => typeof entry.version === 'string' && key.endsWith(`/${entry.version}`)

/** The key that a reference means, `1.0.0(peers)` of a name or a whole key; null for a link. */
export const keyMeant = (spelling: Spelling, name: string, reference: string): string | null => {
  if (reference.startsWith('link:')) return null
  const bare = withoutPeersOf(spelling, reference)
  if (spelling === 'bare') return isWhole(bare) ? bare : `${name}@${bare}`
  if (bare.startsWith('file:') || bare.includes('/')) return withoutPeers(spelling, bare)
  return `/${name}${spelling === 'slash' ? '/' : '@'}${bare}`
}

const withoutPeersOf = (spelling: Spelling, reference: string): string => {
  if (spelling !== 'slash') return withoutPeers(spelling, reference)
  return /^\d/.test(reference) ? (reference.split('_', 1)[0] ?? '') : reference
}

/** `@scope/name@1.0.0` and `name@1.0.0` are whole keys; `1.0.0` and `https://host/a@b` are not. */
const isWhole = (reference: string): boolean => {
  if (reference.startsWith('@')) return true
  const [at, colon] = [reference.indexOf('@'), reference.indexOf(':')]
  return at !== -1 && (colon === -1 || at < colon)
}
