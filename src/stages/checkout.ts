import { join } from 'node:path'
import { readingBoth } from '../change/objects.ts'
import { next, refuse } from '../errors.ts'
import type { Actor, KnownGood } from '../model.ts'
import type { Desk } from './desk.ts'

/** A known good's files in a temporary folder, made without touching the user's clone. */
export interface Checkout {
  root: string
  remove(): void
}

/** What is gone back to; `by` is whoever deployed it, and so holds its commit: null for what the guard did not see. */
type Wanted = Pick<KnownGood, 'commit' | 'tree'> & { by: Actor | null }

/**
 * Checks a known good out into a temporary folder by a temporary index: no worktree is registered, no ref, hook or index of the user's is used.
 * The exact tree is taken where this clone still has it (a dirty known good), else its commit, which is fetched where this clone lacks it.
 * @param image what it deployed; @param others known goods to name where this one's files cannot be had
 * @throws NOTHING_TO_GO_BACK_TO naming who holds the commit, and what can be gone back to from here
 */
export const checkOut = async (desk: Desk, good: Wanted, image: string | null, others: readonly KnownGood[]): Promise<Checkout> => {
  const { path: root, remove } = desk.treeFiles.temporary()
  try {
    const had = await have(desk, good)
    if ('why' in had) throw await elsewhere(desk, { good, why: had.why, image, others })
    const files = join(root, 'files')
    const env = { ...readingBoth(desk.folder.objects), GIT_INDEX_FILE: join(root, '.index') }
    const read = await desk.git.run(['read-tree', had.tree], { env })
    const written =
      read.code === 0
        ? await desk.git.run([`--work-tree=${root}`, 'checkout-index', '--all', '--force', `--prefix=${files}/`], { env })
        : read
    if (written.code !== 0)
      throw refuse('NOTHING_TO_GO_BACK_TO', {
        what: `The files of ${good.commit.slice(0, 10)} could not be checked out.`,
        why: [written.stderr.split('\n')[0] ?? ''],
      })
    return { root: files, remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** Its tree with all of its files, or why they cannot be had. */
const have = async (desk: Desk, { tree, commit }: Pick<Wanted, 'tree' | 'commit'>): Promise<{ tree: string } | { why: string }> => {
  let found = await firstHere(desk, [tree, commit])
  if (found === null) {
    const why = commit === '' ? 'nobody recorded its commit' : await desk.obtain.commit(commit)
    if (why !== null) return { why }
    found = await firstHere(desk, [tree, commit])
  }
  const why = found === null ? 'it was fetched, and holds no files' : await desk.obtain.files(found)
  return found === null || why !== null ? { why: why ?? '' } : { tree: found }
}

const firstHere = async (desk: Desk, names: readonly string[]): Promise<string | null> => {
  const env = readingBoth(desk.folder.objects)
  for (const name of names) {
    if (name && (await desk.git.run(['cat-file', '-e', `${name}^{tree}`], { env })).code === 0) return name
  }
  return null
}

interface Missed {
  good: Wanted
  why: string
  image: string | null
  others: readonly KnownGood[]
}

const elsewhere = async (desk: Desk, { good, why, image, others }: Missed) => {
  const older = await newestHad(
    desk,
    others.filter(({ commit }) => commit !== good.commit),
  )
  return refuse('NOTHING_TO_GO_BACK_TO', {
    what: `The files of that known good (${good.commit.slice(0, 10) || 'unrecorded'}) are not in this clone, so its config is not known here.`,
    why: [why, ...(good.by ? [`${good.by.name} deployed it from ${good.by.host}`] : [])],
    who: good.by ? `${good.by.name}, who can push that commit` : 'whoever has that commit, and can push it',
    next: [
      ...(older
        ? [next('go back further, to the newest whose files can be had', ['safe-deploy', 'rollback', `--to=${older.commit.slice(0, 12)}`])]
        : []),
      ...(image ? [next('put that image back with the config of this work tree', ['safe-deploy', 'rollback', `--image=${image}`])] : []),
      next('see which known goods there are', ['safe-deploy', 'history']),
    ],
  })
}

const newestHad = async (desk: Desk, goods: readonly KnownGood[]): Promise<KnownGood | null> => {
  for (const good of goods) if ('tree' in (await have(desk, good))) return good
  return null
}
