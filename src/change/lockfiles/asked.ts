import type { Change } from '../../model.ts'
import { areaOf } from '../area.ts'
import type { Sight } from '../sight.ts'
import type { ChangedLock } from './changed-locks.ts'
import type { Ecosystem } from './lock.ts'
import { asksFor, names } from './mention.ts'
import { readerOf } from './readers.ts'

const BACK = /^\s*(?:revert|roll\s?back|downgrade|undo|restore|recover)\b|\brecover (?:the )?\S*lock|\brevert/i
/** Lines of manifests that are looked through for a name; a change with more is a rewrite. */
const MAX_LINES = 5000

/** Subjects of the commits that touch this lockfile; one whose files are not known counts as touching. */
const subjectsOf = ({ change, commitFiles }: Sight, lock: ChangedLock): string[] =>
  change.commits
    .filter(({ oid }) => commitFiles.get(oid)?.some((path) => path === lock.base || path === lock.candidate) ?? true)
    .map(({ subject }) => subject.slice(0, 500))

/**
 * Did people name a package: in the subject of a commit that touches the lockfile, or in a line of a manifest near it that the change adds
 * or takes away (a pin, an override, a constraint)?
 */
export const askedIn = (sight: Sight, lock: ChangedLock, ecosystem: Ecosystem): ((name: string) => boolean) => {
  const subjects = subjectsOf(sight, lock)
  const lines = manifestLines(sight.change, lock)
  const known = new Map<string, boolean>()
  return (name) => {
    const asked =
      known.get(name) ??
      (subjects.some((subject) => asksFor(subject, name, ecosystem)) || lines.some((line) => names(line, name, ecosystem)))
    known.set(name, asked)
    return asked
  }
}

/** Does a commit that touches the lockfile take something back? */
export const revertsIn = (sight: Sight, lock: ChangedLock): boolean => subjectsOf(sight, lock).some((subject) => BACK.test(subject))

const manifestLines = ({ files }: Change, lock: ChangedLock): string[] => {
  const folder = folderOf(lock.candidate)
  return files
    .filter(({ path }) => areaOf(path) === 'deps' && readerOf(path) === null && isNear(folderOf(path), folder))
    .flatMap(({ added, removed }) => [...added, ...removed].map(({ text }) => text.replace(/(?:^|\s)(?:#|\/\/)\s.*$/, '')))
    .slice(0, MAX_LINES)
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)

/** A manifest above a lockfile, or of a workspace below it. */
const isNear = (manifest: string, lock: string): boolean => manifest.startsWith(lock) || lock.startsWith(manifest)
