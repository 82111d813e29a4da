import { join } from 'node:path'
import type { Git, TreeFiles } from '../ports.ts'
import { decodePath, splitNul } from './paths.ts'

/** `1 XY S<commit><modified><untracked> … path` of `status --porcelain=v2`: something in the submodule is in none of its commits. */
const DIRTY = /^1 .. S.(?:M.|.U) (?:\S+ ){5}/

/**
 * Submodules that hold uncommitted work: it ships with the work tree, and no commit of anybody names it.
 * Costs a full status, so only clones with a `.gitmodules` pay for it.
 */
export const dirtySubmodules = async (git: Git, files: TreeFiles, root: string): Promise<string[]> => {
  if (files.look(join(root, '.gitmodules')) === null) return []
  const ran = await git.run(['status', '--porcelain=v2', '-z', '--untracked-files=no', '--ignore-submodules=none'], { cwd: root })
  return splitNul(ran.stdout).flatMap((record) => {
    const head = DIRTY.exec(record.toString('latin1'))
    return head ? [decodePath(record.subarray(head[0].length))] : []
  })
}
