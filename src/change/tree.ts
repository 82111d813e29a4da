import { dirname, join } from 'node:path'
import { next, refuse } from '../errors.ts'
import type { Git, GitRan, TreeFiles } from '../ports.ts'
import { writingAside } from './objects.ts'
import { decodePath, splitNul } from './paths.ts'

export interface CloneFolders {
  root: string
  gitDir: string
  commonDir: string
}

/** Settings that would make `add` write beside the index, refuse a file, or leave out one that is there. */
const ADD = [
  '-c',
  'core.splitIndex=false',
  '-c',
  'core.safecrlf=false',
  '-c',
  'core.sparseCheckout=false',
  '-c',
  'advice.addEmbeddedRepo=false',
]
const MAX_HIDDEN = 10_000

/**
 * The tree of the work tree as it would ship: tracked, staged and untracked files that git does not ignore, written with a
 * copy of the index and our own object folder, so that the clone stays as it is. A copy, and not an empty index, because
 * that is 3 to 4 times as fast and keeps files that are tracked though ignored.
 * @returns the tree's oid, the paths whose edits git was told not to show (assume-unchanged, skip-worktree), and those that are in the tree but, by a
 * sparse checkout, not on disk
 * @throws WORK_TREE_UNREADABLE with git's own words
 */
export const writeTree = async (
  deps: { git: Git; files: TreeFiles },
  clone: CloneFolders,
  objectsDir: string,
): Promise<{ tree: string; hidden: string[]; absent: string[] }> => {
  const { git, files } = deps
  makePrivate(files, objectsDir)
  const temporary = files.temporary()
  try {
    const env = { ...writingAside(clone.commonDir, objectsDir), GIT_INDEX_FILE: join(temporary.path, 'index') }
    const inTree = async (args: string[], input?: Buffer): Promise<GitRan> =>
      mustWork(await git.run([...ADD, ...args], { cwd: clone.root, env, ...(input ? { input } : {}) }), objectsDir)
    if (!files.copy(join(clone.gitDir, 'index'), env.GIT_INDEX_FILE)) await inTree(['read-tree', 'HEAD'])
    const [marks] = await Promise.all([git.run(['ls-files', '-v', '-z'], { cwd: clone.root }), inTree(['add', '--all'])])
    const marked = hiddenPaths(marks.stdout)
    const onDisk = (path: Buffer): boolean => files.look(join(clone.root, path.toString('utf8'))) !== null
    const hidden = marked.filter(onDisk)
    if (hidden.length > 0) await showHidden(inTree, hidden)
    const tree = (await inTree(['write-tree'])).stdout.toString('utf8').trim()
    return { tree, hidden: hidden.map(decodePath), absent: marked.filter((path) => !onDisk(path)).map(decodePath) }
  } finally {
    temporary.remove()
  }
}

/** `ls-files -v` marks assume-unchanged by a small letter and skip-worktree by an S. */
const hiddenPaths = (listed: Buffer): Buffer[] =>
  splitNul(listed)
    .filter((record) => record[0] === 0x53 || (record[0] ?? 0) >= 0x61)
    .map((record) => record.subarray(2))
    .slice(0, MAX_HIDDEN)

const showHidden = async (inTree: (args: string[], input?: Buffer) => Promise<GitRan>, paths: Buffer[]): Promise<void> => {
  const input = Buffer.concat(paths.flatMap((path) => [path, Buffer.from([0])]))
  await inTree(['update-index', '--no-assume-unchanged', '-z', '--stdin'], input)
  await inTree(['update-index', '--no-skip-worktree', '-z', '--stdin'], input)
  await inTree(['add', '--all'])
}

const makePrivate = (files: TreeFiles, objectsDir: string): void => {
  try {
    files.makeFolder(objectsDir)
  } catch (error) {
    throw notPrivate(objectsDir, error instanceof Error ? error.message : String(error), error)
  }
}

/** The objects of what would ship are kept beside the clone's own; a read-only .git, say, has no place for them. */
const notPrivate = (objectsDir: string, why: string, cause?: unknown): Error =>
  refuse(
    'WORK_TREE_UNREADABLE',
    {
      what: 'What would ship cannot be noted in this clone’s .git folder, so nothing was deployed.',
      why: [why],
      who: `whoever may write to ${dirname(objectsDir)}`,
      next: [next('check everything the guard needs', ['safe-deploy', 'doctor'])],
    },
    cause,
  )

const mustWork = (ran: GitRan, objectsDir: string): GitRan => {
  if (ran.code === 0) return ran
  const [first = ''] = ran.stderr.split('\n')
  if (first.includes(objectsDir)) throw notPrivate(objectsDir, first)
  throw refuse('WORK_TREE_UNREADABLE', {
    what: 'Git could not read the work tree, so it is not known what would ship.',
    why: ran.stderr
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(0, 3),
    next: [next('shows what git stumbles over', ['git', 'add', '--all', '--dry-run'])],
  })
}
