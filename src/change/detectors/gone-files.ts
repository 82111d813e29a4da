import type { Fact } from '../../model.ts'
import { count } from '../../words.ts'
import { type Gone, goneFiles, howGone } from '../gone/files.ts'
import { type StillRead, stillReading, wordsFor } from '../gone/still-read.ts'
import { treeOf } from '../gone/tree.ts'
import { wholeFolders } from '../gone/whole-folders.ts'
import { atMost, fact, type Glimpse, type Sight, someOf, type Wants } from '../sight.ts'
import { isByConvention } from './convention-files.ts'

/** Above this many, whole folders are looked up instead of their files. */
const MANY = 30

/** What is looked up: each file that went; of many, the folders that went whole, then files up to the bound. */
const lookedUp = ({ change, listing }: Glimpse): Gone[] => {
  const gone = goneFiles(change).filter(({ path }) => !isByConvention(path))
  if (gone.length <= MANY) return gone
  const folders = [...wholeFolders(gone, listing).keys()]
  const single = gone.filter(({ path }) => !folders.some((folder) => path.startsWith(`${folder}/`)))
  return [...folders.map((path) => ({ path, to: null })), ...single].slice(0, MANY)
}

/** Every text that may name a file that went. */
export const wantGoneFiles = (glimpse: Glimpse): Wants => ({
  mentions: lookedUp(glimpse).flatMap(({ path }) => wordsFor(path, glimpse.listing)),
})

/** Files that a change deletes or moves and that the candidate still names. */
export const detectGoneFiles = (sight: Sight): Fact[] => {
  const gone = lookedUp(sight)
  if (gone.length === 0) return []
  const tree = treeOf(sight, goneFiles(sight.change))
  const ignored = new Set(sight.ignored)
  return atMost(
    gone.flatMap((one) => {
      // Git ignores it now, and it is here: it still goes to the builder.
      const read = ignored.has(one.path) ? [] : stillReading(one, sight, tree)
      return read.length === 0 ? [] : [stillRead(sight, one, read)]
    }),
  )
}

const stillRead = (sight: Sight, one: Gone, read: readonly StillRead[]): Fact => {
  const { mention, grade } = read[0]!
  const places = read.map((each) => `${each.mention.path}:${each.mention.line}`)
  const files = sight.change.files.filter(({ path, from }) => (from ?? path).startsWith(`${one.path}/`)).length
  const file = files > 0 ? `${one.path}/ (${count(files, 'file')})` : one.path
  return fact(
    'file-still-read',
    one.path,
    { file, how: files > 0 ? 'gone' : howGone(one), reader: someOf(places), grade },
    mention.path,
    mention.line,
  )
}
