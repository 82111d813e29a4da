import type { Git } from '../ports.ts'
import { type FixSizes, readFixSizes } from './fix-sizes.ts'
import { readPaths, type TreeText } from './listing.ts'
import { readMentions } from './mentions.ts'
import { type Detector, type Glimpse, type Mention, nameOf, type Wants } from './sight.ts'

/** What one answer makes a detector ask next is bounded: a manifest, what it names, what that names. */
const MAX_ROUNDS = 4

/** Under this name it is said that mentions could not be looked up: every detector that wanted some has seen none. */
export const MENTIONS = 'mentions'

/** What detectors asked for and got, and those that failed while they asked. */
interface Gathered {
  text: Glimpse['text']
  unread: Glimpse['unread']
  mentions: Glimpse['mentions']
  failed: Map<string, string>
  fixSizes: FixSizes | null
}

/** The trees that are compared, and where a file of neither is looked up. */
export interface Sources {
  base: string | null
  candidate: string
  /** Files that are in no tree, e.g. ignored by git. */
  fallback: (path: string) => string | null
}

/**
 * Reads all that the detectors want of a change: a few git calls a round, whatever their number.
 * @param glimpse what is known before; its readers are made here
 * @param first files that somebody wants in any case
 */
export const gather = async (
  deps: { git: Git; objectsDir: string | null },
  detectors: readonly Detector[],
  glimpse: Omit<Glimpse, 'text' | 'unread' | 'mentions' | 'was'>,
  sources: Sources,
  was: (text: Glimpse['text']) => Promise<Glimpse['was']>,
  first: readonly string[],
): Promise<Gathered & { was: Glimpse['was'] }> => {
  const { git, objectsDir } = deps
  const texts = new Map<string, TreeText | null>()
  const lines = new Map<string, readonly Mention[]>()
  const failed = new Map<string, string>()
  let fixSizes: FixSizes | null = null
  const found = readers(texts, lines, sources, glimpse.listing)
  const isThere = placesOf(glimpse)
  const take = async (wants: Wants): Promise<void> => {
    const unknown = (wants.texts ?? []).filter(([side, path]) => !isKnown(side, path))
    const names = unknown.filter(([side, path]) => isThere(side, path)).map(([side, path]) => [sources[side] ?? '', path] as const)
    const words = [...new Set(wants.mentions ?? [])].filter((word) => !lines.has(word))
    const [read, mentioned, sizes] = await Promise.all([
      readPaths(git, names, objectsDir),
      readMentions(git, sources.candidate, words, objectsDir),
      wants.fixSizes && fixSizes === null ? readFixSizes(git, glimpse.candidate.commit, objectsDir) : fixSizes,
    ])
    for (const [side, path] of unknown) texts.set(`${sources[side]}:${path}`, read.get(`${sources[side]}:${path}`) ?? null)
    if (mentioned === null) failed.set(MENTIONS, 'git grep took longer than 30 seconds')
    for (const word of words) lines.set(word, mentioned?.get(word) ?? [])
    fixSizes = sizes
  }
  const isKnown = (side: 'base' | 'candidate', path: string): boolean => sources[side] === null || texts.has(`${sources[side]}:${path}`)
  const isNew = ({ texts: files = [], mentions = [], fixSizes: sizes }: Wants): boolean =>
    files.some(([side, path]) => !isKnown(side, path)) || mentions.some((word) => !lines.has(word)) || (sizes === true && fixSizes === null)
  await take({ texts: first.flatMap((path) => [['base', path] as const, ['candidate', path] as const]) })
  const seen: Glimpse = { ...glimpse, ...found, was: await was(found.text) }
  // Who got nothing new has nothing new to ask for.
  let asking = detectors
  for (let round = 0; round < MAX_ROUNDS && asking.length > 0; round++) {
    const wants = await Promise.all(asking.map((detector) => wantsOf(detector, seen, failed)))
    asking = asking.filter((_, i) => isNew(wants[i]!))
    await take(together(wants))
  }
  return { ...found, failed, fixSizes, was: seen.was }
}

/** Which side has a file, by the names alone: git need not be asked for what is not there. Where they are not all known, it may be. */
const placesOf = ({ listing, change }: Pick<Glimpse, 'listing' | 'change'>): ((side: 'base' | 'candidate', path: string) => boolean) => {
  if (listing.size === 0 || change.unseen !== null) return () => true
  const came = new Set(change.files.flatMap(({ status, path }) => (status === 'A' || status === 'R' ? [path] : [])))
  const went = new Set(change.files.flatMap(({ status, path, from }) => from ?? (status === 'D' ? path : [])))
  return (side, path) => (side === 'candidate' ? listing.has(path) : went.has(path) || (listing.has(path) && !came.has(path)))
}

const wantsOf = async (detector: Detector, seen: Glimpse, failed: Map<string, string>): Promise<Wants> => {
  try {
    return (await detector.wants?.(seen)) ?? {}
  } catch (error) {
    failed.set(detector.name, nameOf(error))
    return {}
  }
}

const together = (wants: readonly Wants[]): Wants => ({
  texts: wants.flatMap((one) => one.texts ?? []),
  mentions: wants.flatMap((one) => one.mentions ?? []),
  fixSizes: wants.some((one) => one.fixSizes),
})

const readers = (
  texts: ReadonlyMap<string, TreeText | null>,
  lines: ReadonlyMap<string, readonly Mention[]>,
  sources: Sources,
  listing: Glimpse['listing'],
): Pick<Gathered, 'text' | 'unread' | 'mentions'> => {
  const at = (side: 'base' | 'candidate', path: string) => (sources[side] === null ? null : (texts.get(`${sources[side]}:${path}`) ?? null))
  return {
    text: (side, path) => {
      const found = at(side, path)
      if (found && 'text' in found) return found.text
      return side === 'candidate' && !listing.has(path) ? sources.fallback(path) : null
    },
    unread: (side, path) => {
      const found = at(side, path)
      return found && 'why' in found ? found.why : null
    },
    mentions: (text) => lines.get(text) ?? [],
  }
}
