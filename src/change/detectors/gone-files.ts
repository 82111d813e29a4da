import type { Fact } from '../../model.ts'
import { count } from '../../words.ts'
import { type Gone, goneFiles, howGone } from '../gone/files.ts'
import type { Tree } from '../gone/naming.ts'
import { namedAtStart, startupFiles } from '../gone/startup.ts'
import { readOf, type StillRead, stillReading, wordsFor } from '../gone/still-read.ts'
import { treeOf } from '../gone/tree.ts'
import { wholeFolders } from '../gone/whole-folders.ts'
import { atMost, fact, type Glimpse, type Sight, someOf, type Wants } from '../sight.ts'
import { isByConvention } from './convention-files.ts'

/** Above this many, whole folders are looked up instead of their files, and what starts the app is read through. */
const MANY = 30

const goneOf = ({ change }: Glimpse): Gone[] => goneFiles(change).filter(({ path }) => !isByConvention(path))

/** What is looked up: each file that went; of many, the folders that went whole, then files up to the bound. */
const lookedUp = (gone: readonly Gone[], listing: Glimpse['listing']): readonly Gone[] => {
  if (gone.length <= MANY) return gone
  const folders = [...wholeFolders(gone, listing).keys()]
  const single = gone.filter(({ path }) => !folders.some((folder) => path.startsWith(`${folder}/`)))
  return [...folders.map((path): Gone => ({ path, to: null, folder: true })), ...single].slice(0, MANY)
}

/** Every text that may name a file that went, and of many files, what starts the app. */
export const wantGoneFiles = (glimpse: Glimpse): Wants => {
  const gone = goneOf(glimpse)
  return {
    mentions: lookedUp(gone, glimpse.listing).flatMap(({ path }) => wordsFor(path, glimpse.listing)),
    texts: gone.length <= MANY ? [] : startupFiles(glimpse).map((path) => ['candidate', path] as const),
  }
}

/** Files that a change deletes or moves and that the candidate still names. */
export const detectGoneFiles = (sight: Sight): Fact[] => {
  const ignored = new Set(sight.ignored)
  // What git ignores now and is here still goes to the builder.
  const gone = goneOf(sight).filter(({ path }) => !ignored.has(path))
  if (gone.length === 0) return []
  const tree = treeOf(sight, gone)
  const each = lookedUp(gone, sight.listing).map((one): Found => [one, stillReading(one, sight, tree)])
  const found = [...(gone.length <= MANY ? [] : atStart(gone, sight, tree)), ...each].filter(([, read]) => read.length > 0)
  return atMost(byReader(found).map((group) => stillRead(sight, group)))
}

/** A file that went, and lines that read it, surest first. */
type Found = [gone: Gone, read: readonly StillRead[]]

/** Of many files that went, those that what starts the app names. */
const atStart = (gone: readonly Gone[], sight: Sight, tree: Tree): Found[] => {
  const found = new Map<string, [Gone, StillRead[]]>()
  for (const [one, mention] of namedAtStart(gone, sight)) {
    const grade = readOf(one, mention, sight, tree)
    if (grade === null || grade === 'made' || grade === 'maybe') continue
    const read = found.get(one.path)?.[1] ?? []
    found.set(one.path, [one, [...read, { mention, grade }]])
  }
  return [...found.values()]
}

/** Those with the same place to change, together: one answer is enough. */
const byReader = (found: readonly Found[]): Found[][] => {
  const groups = new Map<string, Found[]>()
  const seen = new Set<string>()
  for (const one of found) {
    if (seen.has(one[0].path)) continue
    seen.add(one[0].path)
    const { mention, grade } = one[1][0]!
    const key = `${mention.path} ${grade}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()]
}

const stillRead = ({ change }: Sight, group: readonly Found[]): Fact => {
  const [one, read] = group[0]!
  const { mention, grade } = read[0]!
  const places = [...new Set(group.flatMap(([, all]) => all.map((each) => `${each.mention.path}:${each.mention.line}`)))]
  const inside = change.files.filter(({ path, from }) => (from ?? path).startsWith(`${one.path}/`)).length
  const file = inside > 0 ? `${one.path}/ (${count(inside, 'file')})` : one.path
  const others = group.slice(1).map(([{ path }]) => path)
  const how = `${inside > 0 ? 'gone' : howGone(one)}${others.length > 0 ? ` (with ${someOf(others)})` : ''}`
  const data = { file, how, reader: someOf(places), verb: places.length > 1 ? 'name' : 'names', grade }
  return fact('file-still-read', one.path, data, mention.path, mention.line)
}
