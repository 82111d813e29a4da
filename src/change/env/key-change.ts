import type { ChangedLine, FileChange } from '../../model.ts'
import { mayHave } from '../lines.ts'
import type { Glimpse, Wants } from '../sight.ts'
import { isAttachedKey, isPlatformKey } from './by-convention.ts'
import { READS } from './direct-api.ts'
import type { EnvRead } from './env-read.ts'
import { givesOf, isNamed } from './provided.ts'
import { readsOf } from './reads-of.ts'
import { roleOf } from './role.ts'
import { keyFiles, learnedWrappers, unknownCallees } from './wrapper-names.ts'

/** A read, and the file it is in. */
export interface FileRead extends EnvRead {
  file: string
}

/** What a change does to the keys that are read, by key. */
export interface KeyChange {
  /** Read now, and on no line that was there before. */
  fresh: FileRead[]
  /** Read before with a default or with nothing, now asked for. */
  stricter: FileRead[]
  /** Read by no changed file any more. */
  gone: FileRead[]
}

/** Files of one change that are looked into, and keys. */
const MAX_FILES = 400
const MAX_NEIGHBOURS = 8
/** Of a whole tree. */
const MAX_ALL = 6000
/** Texts for people, in every language. */
const WORDS = /(?:^|\/)(?:locales?|i18n|translations?|lang)\//
const MAX_KEYS = 60

/** What a changed line holds where a key may be read: an API's name, a key-like text, or an entry of a schema. */
const HINT = /env|\$\{[A-Z]|["'`][A-Z][A-Z0-9]*_[A-Z0-9_]+["'`]|^\s*["']?[A-Z][A-Z0-9_]+["']?\s*:/i
/** A field of a Python class. */
const FIELD = /^\s+[a-z]\w*\s*:\s*["'A-Za-z]/

/** The same among the lines of a piece, each behind its sign. */
const MAY_HINT = new RegExp(HINT.source.replace('^', '^[+-]'), 'im')
const MAY_FIELD = new RegExp(FIELD.source.replace('^', '^[+-]'), 'm')

/** Changed files that may read keys on a changed line, and run in production. */
const readers = ({ change, once }: Glimpse): FileChange[] =>
  once('changed readers', () => change.files.filter((file) => isReader(file.path) && !file.generated && hasHint(file)).slice(0, MAX_FILES))

const isReader = (path: string): boolean => READS.test(path) && !WORDS.test(path) && givesOf(path) === null && roleOf(path) === 'production'

const hasHint = (file: FileChange): boolean => {
  const isPython = file.path.endsWith('.py')
  const isHint = ({ text }: ChangedLine): boolean => text.length <= 4000 && (HINT.test(text) || (isPython && FIELD.test(text)))
  const mayHint = (piece: string): boolean => MAY_HINT.test(piece) || (isPython && MAY_FIELD.test(piece))
  return mayHave(file, mayHint) && (file.added.some(isHint) || file.removed.some(isHint))
}

/** Everything that telling a change of keys asks for; nothing where no changed file may read one. */
export const wantsOfKeys = (seen: Glimpse): Wants => {
  const files = seen.whole || seen.change.base === null ? [] : readers(seen)
  if (files.length === 0) return {}
  const callees = calleesOf(seen)
  const look = lookAt(seen, files)
  const keys = new Set([...look.fresh, ...look.stricter, ...look.gone].map(({ key }) => key))
  return {
    texts: [
      ...files.flatMap((file): [side: 'base' | 'candidate', path: string][] => [
        ...(file.status === 'A' ? [] : [['base', file.from ?? file.path] as ['base', string]]),
        ...(file.status === 'D' ? [] : [['candidate', file.path] as ['candidate', string]]),
      ]),
      ...(callees.size > 0 ? keyFiles(seen).map((path): ['candidate', string] => ['candidate', path]) : []),
    ],
    mentions: [...[...callees].map((callee) => `${callee}(`), ...keys, ...look.fresh.flatMap((read) => neighboursOf(seen, read))],
  }
}

/** Other keys that the file of a new read has read before, by which one sees whether the repository writes its keys down. */
export const neighboursOf = (seen: Glimpse, { file, key, need }: FileRead): string[] => {
  if (need !== 'required') return []
  const from = seen.change.files.find(({ path }) => path === file)?.from ?? file
  const others = readsIn(seen, 'base', from, new Set()).filter((read) => read.key !== key && !isAttachedKey(read.key))
  return [...keysOf(others)].slice(0, MAX_NEIGHBOURS)
}

/** All that the candidate's files read, whether it is new or not. Wrappers are those that their names give away. */
export const allReads = (seen: Glimpse): FileRead[] => allReaders(seen).flatMap((path) => readsIn(seen, 'candidate', path, new Set()))

/** Files of the candidate that may read keys in production; the lines of so large a change are not kept. */
export const allReaders = ({ listing }: Glimpse): string[] => {
  const found: string[] = []
  for (const path of listing.keys()) {
    if (isReader(path)) found.push(path)
    if (found.length === MAX_ALL) break
  }
  return found
}

/** Keys that a change newly reads, asks for more strictly, or no longer reads. */
export const keyChange = (seen: Glimpse): KeyChange => {
  const files = readers(seen)
  if (files.length === 0) return { fresh: [], stricter: [], gone: [] }
  const look = lookAt(seen, files)
  const isAdded = addedLines(files)
  const elsewhere = ({ key }: FileRead): boolean => isReadElsewhere(seen, key, isAdded)
  return { ...look, fresh: look.fresh.filter((read) => !elsewhere(read)), gone: look.gone.filter((read) => !elsewhere(read)) }
}

const lookAt = (seen: Glimpse, files: readonly FileChange[]): KeyChange => {
  const wrappers = learnedWrappers(seen, calleesOf(seen))
  const before = files.flatMap((file) => (file.status === 'A' ? [] : readsIn(seen, 'base', file.from ?? file.path, wrappers)))
  const now = files.flatMap((file) => (file.status === 'D' ? [] : readsIn(seen, 'candidate', file.path, wrappers)))
  const [was, is] = [keysOf(before), keysOf(now)]
  const strict = keysOf(before.filter(({ need }) => need === 'required'))
  const isAdded = addedLines(files)
  const touched = now.filter((read) => isAdded(read.file, read.line))
  return {
    fresh: eachOnce(touched.filter(({ key }) => !was.has(key))),
    stricter: eachOnce(touched.filter(({ key, need }) => need === 'required' && was.has(key) && !strict.has(key))),
    gone: eachOnce(before.filter(({ key }) => !is.has(key))),
  }
}

const calleesOf = (seen: Glimpse): Set<string> => seen.once('unknown callees', () => unknownCallees(readers(seen)))

const readsIn = (seen: Glimpse, side: 'base' | 'candidate', path: string, wrappers: ReadonlySet<string>): FileRead[] => {
  const text = seen.text(side, path)
  if (text === null) return []
  return seen.once(`reads with ${[...wrappers].join(' ')} of ${side} ${path}`, () =>
    readsOf(path, text, wrappers)
      .filter(({ key, build }) => !isPlatformKey(key) && !(build && key === 'BASE_URL'))
      .map((read) => ({ ...read, file: path })),
  )
}

const keysOf = (reads: readonly FileRead[]): Set<string> => new Set(reads.map(({ key }) => key))

/** The read that asks most speaks for a key. */
const eachOnce = (reads: readonly FileRead[]): FileRead[] => {
  const found = new Map<string, FileRead>()
  for (const read of reads) {
    const known = found.get(read.key)
    if (!known || (known.need !== 'required' && read.need === 'required')) found.set(read.key, read)
  }
  return [...found.values()].slice(0, MAX_KEYS)
}

type IsAdded = (path: string, line: number) => boolean

const addedLines = (files: readonly FileChange[]): IsAdded => {
  const changed = new Map(files.map((file) => [file.path, file]))
  const numbers = new Map<string, Set<number>>()
  return (path, line) => {
    const known = numbers.get(path) ?? new Set(changed.get(path)?.added.map(({ n }) => n))
    numbers.set(path, known)
    return known.has(line)
  }
}

/** Does a line that this change did not add name the key, in code that runs? */
const isReadElsewhere = (seen: Glimpse, key: string, isAdded: IsAdded): boolean =>
  seen
    .mentions(key)
    .some(
      (mention) =>
        givesOf(mention.path) === null && roleOf(mention.path) !== 'quiet' && !isAdded(mention.path, mention.line) && isNamed(mention, key),
    )
