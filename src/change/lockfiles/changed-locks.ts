import type { FileChange } from '../../model.ts'
import { areaOf } from '../area.ts'
import type { Glimpse, Wants } from '../sight.ts'
import type { LockReader } from './lock.ts'
import { readerOf } from './readers.ts'

/** A lockfile that differs between the sides. */
export interface ChangedLock {
  reader: LockReader
  /** Its path at each side; they differ where it was renamed. */
  base: string
  candidate: string
}

/** Folders whose lockfiles install nothing that is deployed. */
const ASIDE =
  /(?:^|\/)(?:vendor|third[_-]?party|node_modules|samples?|demos?|playgrounds?|testdata|test[-_]apps?|benchmarks?|__fixtures__)\//i

/** Lockfiles that are on both sides, with other content, and that a reader knows. Those of tests, examples, documents and vendored code are left out. */
export const changedLocks = ({ change }: Pick<Glimpse, 'change'>): ChangedLock[] => change.files.flatMap((file) => changedLock(file) ?? [])

const changedLock = (file: FileChange): ChangedLock | null => {
  if (file.status === 'A' || file.status === 'D' || file.oids[0] === file.oids[1] || file.modes.includes('160000')) return null
  const reader = readerOf(file.path)
  if (reader === null || ASIDE.test(file.path) || ['test', 'docs'].includes(areaOf(file.path))) return null
  const base = file.from ?? file.path
  return base === file.path || readerOf(base) === reader ? { reader, base, candidate: file.path } : null
}

/** The lockfiles themselves, as blobs: patches of them are often cut or switched off; then the manifests that they name. */
export const wantedByLocks = (glimpse: Glimpse): Wants => ({
  texts: changedLocks(glimpse).flatMap((lock) =>
    (['base', 'candidate'] as const).flatMap((side) => [
      [side, lock[side]] as const,
      ...manifestsOf(glimpse, lock, side).map((path) => [side, path] as const),
    ]),
  ),
})

/** Files that a lockfile's reader wants beside it; none before its own text is there. */
export const manifestsOf = (glimpse: Glimpse, lock: ChangedLock, side: 'base' | 'candidate'): string[] => {
  const text = glimpse.text(side, lock[side])
  return text === null ? [] : lock.reader.beside(lock[side], text, pathsOf(glimpse, side))
}

/** Paths of a side. Those of the base are the candidate's, with what the change added taken out and what it removed put back. */
const pathsOf = ({ listing, change }: Glimpse, side: 'base' | 'candidate'): Iterable<string> => {
  if (side === 'candidate') return listing.keys()
  const paths = new Set(listing.keys())
  for (const { path, from, status } of change.files) {
    if (status === 'A' || status === 'R') paths.delete(path)
    if (status === 'D') paths.add(path)
    if (from) paths.add(from)
  }
  return paths
}
