import type { FileChange } from '../model.ts'
import type { Git, GitRan } from '../ports.ts'
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

/** Names with renames of equal content, which need no content to be read. */
const EXACT = ['diff-tree', '-r', '-z', '--raw', '-M100%', '--no-abbrev']
/** Files whose content is missing and that are left out one by one; where it is more, the clone is a partial one. */
const MAX_MISSING = 200

/** The files of a change, in git's order; why some of their lines are missing, if so; and files that differ but whose content is not in this clone. */
export interface Diff {
  files: FileChange[]
  unseen: string | null
  missing: string[]
}

/**
 * Everything that differs between two trees (or commits), in one git call, streamed.
 * @param objectsDir our own objects, where one of the trees may live; null where both are in the clone
 * @param onNames called when git has told all names, and goes on with their lines
 */
export const readDiff = async (git: Git, from: string, to: string, objectsDir: string | null, onNames = () => {}): Promise<Diff> => {
  if (from === to) return { files: [], unseen: null, missing: [] }
  const { ran, files } = await run(git, [...SHOW, from, to, '--'], objectsDir, {}, onNames)
  if (ran.truncated) return { files, unseen: 'the change is larger than 256 MB; the end of it was not read', missing: [] }
  if (ran.code === 0) return { files, unseen: null, missing: [] }
  if (/lazy fetching disabled|promisor/.test(ran.stderr)) return readNames(git, from, to, objectsDir)
  return (
    (await readWithout(git, from, to, objectsDir)) ?? {
      files,
      unseen: `git could not show all of it: ${ran.stderr.split('\n')[0] ?? ''}`,
      missing: [],
    }
  )
}

const run = async (
  git: Git,
  args: string[],
  objectsDir: string | null,
  env: Record<string, string> = {},
  onNames = () => {},
): Promise<{ ran: GitRan; files: FileChange[] }> => {
  const reader = makeDiffReader(onNames)
  const ran = await git.run(args, { env: { ...readingBoth(objectsDir), ...env }, maxBytes: MAX_PATCH, onStdout: reader.take })
  return { ran, files: reader.end() }
}

/**
 * The change without the files whose content this clone does not have: git gives up on the first of them, and takes all others along.
 * @returns null where that is not what is wrong
 */
const readWithout = async (git: Git, from: string, to: string, objectsDir: string | null): Promise<Diff | null> => {
  const { ran, files } = await run(git, [...EXACT, from, to, '--'], objectsDir)
  const oids = [...new Set(files.flatMap(({ oids: both, modes }) => both.filter((oid, i) => !/^0+$/.test(oid) && modes[i] !== '160000')))]
  const asked = await git.run(['cat-file', '--batch-check'], { input: `${oids.join('\n')}\n`, env: readingBoth(objectsDir) })
  const gone = new Set(
    asked.stdout
      .toString('utf8')
      .split('\n')
      .flatMap((line) => /^([0-9a-f]+) missing$/.exec(line)?.[1] ?? []),
  )
  const lacking = files.filter((file) => file.oids.some((oid) => gone.has(oid)))
  if (ran.code !== 0 || lacking.length === 0 || lacking.length > MAX_MISSING) return null
  const out = lacking.flatMap(({ path, from: old }) => [path, ...(old ? [old] : [])]).map((path) => `:(top,exclude,literal)${path}`)
  const rest = await run(git, [...SHOW, from, to, '--', ':(top)', ...out], objectsDir, { GIT_LITERAL_PATHSPECS: '0' })
  if (rest.ran.code !== 0) return null
  return {
    files: [...rest.files, ...lacking.map((file) => ({ ...file, opaque: true }))],
    unseen: null,
    missing: lacking.map(({ path }) => path),
  }
}

/** Which files differ, and none of their lines. Nothing is fetched: that would be the user's clone. */
const readNames = async (git: Git, from: string, to: string, objectsDir: string | null): Promise<Diff> => {
  const { files } = await run(git, [...NAMES, from, to, '--'], objectsDir)
  return {
    files: files.map((file) => ({ ...file, opaque: true })),
    unseen: `this clone is partial and lacks lines of it (git diff --stat ${from.slice(0, 10)} fetches them)`,
    missing: [],
  }
}
