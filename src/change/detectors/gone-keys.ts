import type { Fact, FileChange } from '../../model.ts'
import { hasReadKeys } from '../gone/key-files.ts'
import { isSet, type KeyRead, readsOf } from '../gone/key-reads.ts'
import { type GoneKey, goneKeys } from '../gone/keys.ts'
import { atMost, fact, type Glimpse, type Sight, someOf, type Wants } from '../sight.ts'

/** Files of settings of which a change removes lines. */
const filesOf = ({ change, whole }: Glimpse): FileChange[] =>
  whole
    ? []
    : change.files.filter(
        ({ status, path, removed, generated }) =>
          (status === 'M' || status === 'R') && !generated && removed.length > 0 && hasReadKeys(path),
      )

const before = (file: FileChange): string => file.from ?? file.path

const keysOf = (file: FileChange, { text }: Glimpse): GoneKey[] => goneKeys(file, text('base', before(file)) ?? '')

/** The files as they were, and every line that names one of their keys. */
export const wantGoneKeys = (glimpse: Glimpse): Wants => {
  const files = filesOf(glimpse)
  return {
    texts: files.map((file) => ['base', before(file)] as const),
    mentions: files.flatMap((file) => keysOf(file, glimpse).map(({ key }) => key)),
  }
}

/** Keys that a change takes out of a file of settings and that code still reads; one fact a file. */
export const detectGoneKeys = (sight: Sight): Fact[] =>
  atMost(
    filesOf(sight).flatMap((file) => {
      const read = keysOf(file, sight).flatMap((gone) => {
        const mentions = sight.mentions(gone.key)
        // Set anywhere else, it moved.
        if (mentions.some((mention) => isSet(mention, gone.key))) return []
        const reads = readsOf(gone, before(file), mentions)
        return reads.length > 0 ? [{ gone, reads }] : []
      })
      return read.length === 0 ? [] : [keyFact(file, read)]
    }),
  )

const keyFact = (file: FileChange, read: readonly { gone: GoneKey; reads: readonly KeyRead[] }[]): Fact => {
  const surest = read.find(({ reads }) => reads[0]!.grade === 'likely') ?? read[0]!
  const shown = [surest, ...read.filter((one) => one !== surest)]
  const { mention, grade } = surest.reads[0]!
  const places = shown.flatMap(({ reads }) => reads.map((one) => `${one.mention.path}:${one.mention.line}`))
  const data = { key: someOf(shown.map(({ gone }) => gone.path)), file: file.path, reader: someOf([...new Set(places)]), grade }
  return fact('config-key-removed', file.path, data, mention.path, mention.line)
}
