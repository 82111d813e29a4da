import type { FileChange } from '../model.ts'
import type { Git } from '../ports.ts'
import { makeDiffReader } from './diff-reader.ts'
import { readingBoth } from './objects.ts'

/** The empty tree, by length of an oid, exists in every repository; a diff from it shows everything. */
export const emptyTree = (like: string): string =>
  like.length === 64 ? '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321' : '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** Raw records first, then the patches in the same order. Plumbing: no user setting, driver or textconv changes it. */
const SHOW = ['diff-tree', '-r', '-z', '--raw', '-p', '-U0', '-M', '-l1000', '--no-abbrev', '--no-ext-diff', '--no-textconv', '--no-color']
/** Names alone: in a partial clone the content of old files is missing, and its trees are not. */
const NAMES = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev']
/** Beyond this the rest of the patch is counted as unseen. */
const MAX_PATCH = 256 * 1024 * 1024

/** The files of a change, in git's order, and why some of their lines are missing, if so. */
export interface Diff {
  files: FileChange[]
  unseen: string | null
}

/**
 * Everything that differs between two trees (or commits), in one git call, streamed.
 * @param objectsDir our own objects, where one of the trees may live; null where both are in the clone
 */
export const readDiff = async (git: Git, from: string, to: string, objectsDir: string | null): Promise<Diff> => {
  if (from === to) return { files: [], unseen: null }
  const reader = makeDiffReader()
  const ran = await git.run([...SHOW, from, to, '--'], { env: readingBoth(objectsDir), maxBytes: MAX_PATCH, onStdout: reader.take })
  const files = reader.end()
  if (ran.truncated) return { files, unseen: 'the change is larger than 256 MB; the end of it was not read' }
  if (ran.code === 0) return { files, unseen: null }
  if (/lazy fetching disabled|promisor/.test(ran.stderr)) return readNames(git, from, to, objectsDir)
  return { files, unseen: `git could not show all of it: ${ran.stderr.split('\n')[0] ?? ''}` }
}

/** Which files differ, and none of their lines. Nothing is fetched: that would be the user's clone. */
const readNames = async (git: Git, from: string, to: string, objectsDir: string | null): Promise<Diff> => {
  const reader = makeDiffReader()
  await git.run([...NAMES, from, to, '--'], { env: readingBoth(objectsDir), maxBytes: MAX_PATCH, onStdout: reader.take })
  return {
    files: reader.end().map((file) => ({ ...file, opaque: true })),
    unseen: `this clone is partial and lacks lines of it (git diff --stat ${from.slice(0, 10)} fetches them)`,
  }
}
