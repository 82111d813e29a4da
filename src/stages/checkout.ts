import { join } from 'node:path'
import { next, refuse } from '../errors.ts'
import type { KnownGood } from '../model.ts'
import type { Desk } from './desk.ts'

/** A known good's files in a temporary folder, made without touching the user's clone. */
export interface Checkout {
  root: string
  remove(): void
}

/**
 * Checks a known good out into a temporary folder by a temporary index: no worktree is registered, no ref, hook or index of the user's is used.
 * The exact tree is taken where this clone still has it (a dirty known good), else its commit.
 * @throws NOTHING_TO_GO_BACK_TO naming who holds the commit, when it is not in this clone
 */
export const checkOut = async (desk: Desk, good: Pick<KnownGood, 'commit' | 'tree' | 'by'>): Promise<Checkout> => {
  const { path: root, remove } = desk.treeFiles.temporary()
  try {
    const env = { GIT_INDEX_FILE: join(root, '.index'), GIT_ALTERNATE_OBJECT_DIRECTORIES: desk.folder.objects }
    const tree = await obtainable(desk, [good.tree, good.commit], env)
    if (!tree) throw elsewhere(good)
    const files = join(root, 'files')
    const read = await desk.git.run(['read-tree', tree], { env })
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

const obtainable = async (desk: Desk, names: readonly string[], env: Record<string, string>): Promise<string | null> => {
  for (const name of names) {
    if (name && (await desk.git.run(['cat-file', '-e', `${name}^{tree}`], { env })).code === 0) return name
  }
  return null
}

const elsewhere = (good: Pick<KnownGood, 'commit' | 'by'>) =>
  refuse('NOTHING_TO_GO_BACK_TO', {
    what: `The commit of that known good (${good.commit.slice(0, 10) || 'unrecorded'}) is not in this clone, so its config is not known here.`,
    why: [`${good.by.name} deployed it from ${good.by.host}`],
    next: [
      next('fetch it, then roll back again', ['git', 'fetch', '--all']),
      next('or name another known good', ['safe-deploy', 'rollback'], ['--to']),
      next('see which there are', ['safe-deploy', 'history']),
    ],
  })
