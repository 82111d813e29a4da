import { isTable, type Table } from '../../fly-file.ts'
import { textsOf } from './json.ts'

/** What somebody asks for, as a manifest or a lockfile's entry writes it. */
export interface Wish {
  name: string
  spec: string
  dev: boolean
  /** A peer that need not be there: it pulls nothing in, whoever else does. */
  idle: boolean
}

/** A package.json, or null where it is none. */
export const parseManifest = (text: string | null): Table | null => {
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''))
    return isTable(value) ? value : null
  } catch {
    return null
  }
}

/**
 * What is asked for in production, one wish a name: what is installed anyway goes before peers.
 * @param optionalPeers names besides those of `peerDependenciesMeta`
 */
export const wishesOf = (entry: Table, optionalPeers: readonly string[] = []): Wish[] => {
  const wishes = new Map<string, Wish>()
  const idle = new Set([...optionalPeers, ...optionalOf(entry.peerDependenciesMeta)])
  for (const [name, spec] of textsOf(entry.peerDependencies)) wishes.set(name, { name, spec, dev: false, idle: idle.has(name) })
  for (const key of ['dependencies', 'optionalDependencies'])
    for (const [name, spec] of textsOf(entry[key])) wishes.set(name, { name, spec, dev: false, idle: false })
  return [...wishes.values()]
}

/** The wishes of the project's own manifest: those of production, then those of development. */
export const projectWishes = (entry: Table, optionalPeers: readonly string[] = []): Wish[] => [
  ...wishesOf(entry, optionalPeers),
  ...textsOf(entry.devDependencies).map(([name, spec]) => ({ name, spec, dev: true, idle: false })),
]

/** Names that a `…Meta` table marks optional. */
export const optionalOf = (meta: unknown): string[] =>
  isTable(meta)
    ? Object.keys(meta).filter((name) => {
        const one = meta[name]
        return isTable(one) && (one.optional === true || one.optional === 'true')
      })
    : []
