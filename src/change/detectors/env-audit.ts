import type { Fact } from '../../model.ts'
import { count } from '../../words.ts'
import { isPlatformKey } from '../env/by-convention.ts'
import { allReaders, allReads, type FileRead } from '../env/key-change.ts'
import { providers } from '../env/provided.ts'
import { givenKeys } from '../env/siblings.ts'
import { keyFiles, keysIn } from '../env/wrapper-names.ts'
import { type Detect, fact, type Glimpse, someOf, type Wants } from '../sight.ts'

/** Keys that are looked up, and named in one sentence. */
const MAX_KEYS = 400
const NAMED = 12

/** Every file that reads keys, those that write them down, and where each key stands. */
export const wantsOfEnvAudit = (seen: Glimpse): Wants =>
  seen.whole
    ? {
        texts: [...allReaders(seen), ...keyFiles(seen)].map((path): ['candidate', string] => ['candidate', path]),
        mentions: unsure(allReads(seen)).map(({ key }) => key),
      }
    : {}

/** Keys that are read without a default, each once. */
const unsure = (reads: readonly FileRead[]): FileRead[] => {
  const found = new Map<string, FileRead>()
  for (const read of reads) {
    if (read.need !== 'optional' && found.get(read.key)?.need !== 'required') found.set(read.key, read)
  }
  return [...found.values()].slice(0, MAX_KEYS)
}

/** One fact about keys that nobody provides, and one about those that no code reads. */
export const detectEnvAudit: Detect = (sight) => {
  // Where everything is new, one list says more than hundreds of findings.
  if (!sight.whole) return []
  const reads = allReads(sight)
  return [...unprovided(sight, reads), ...unread(sight, reads)]
}

const unprovided = (sight: Glimpse, reads: readonly FileRead[]): Fact[] => {
  const lacking = unsure(reads).filter(({ key }) => Object.values(providers(sight.mentions(key), key)).every((list) => list.length === 0))
  const sorted = [...lacking].sort((a, b) => Number(b.need === 'required') - Number(a.need === 'required'))
  const [first] = sorted
  if (!first) return []
  const required = sorted.filter(({ need }) => need === 'required').length
  const data = {
    count: count(sorted.length, 'key'),
    required,
    keys: someOf(
      sorted.map(({ key }) => key),
      NAMED,
    ),
  }
  return [fact('env-audit-unprovided', 'env keys', data, first.file, first.line)]
}

const unread = (sight: Glimpse, reads: readonly FileRead[]): Fact[] => {
  const read = new Set(reads.map(({ key }) => key))
  const given = keyFiles(sight).flatMap((path) => keysAt(path, sight.text('candidate', path) ?? ''))
  const names = [...new Set(given)].filter((key) => !read.has(key) && !isPlatformKey(key))
  return names.length === 0
    ? []
    : [fact('env-audit-unread', 'env keys', { count: count(names.length, 'key'), keys: someOf(names.sort(), NAMED) })]
}

const keysAt = (path: string, text: string): string[] => (path.endsWith('.toml') ? [...givenKeys(path, text).keys()] : keysIn(text))
