import { join } from 'node:path'
import { type GuardError, next, refuse } from '../errors.ts'
import type { Git, TreeFiles } from '../ports.ts'
import type { ReadFile } from './sight.ts'

/** Enough to see that a file is larger than any parser here takes (1 MB). */
const MOST = 1_048_577

const unreadable = (path: string): GuardError =>
  refuse('CONFIG', {
    what: `${path} is there and cannot be read; nothing was deployed.`,
    who: 'whoever owns the file',
    next: [next('see who may read it', ['ls', '-l', path])],
  })

/** A folder is no config, and passes for none; so does a link to one. */
const isFolder = (files: Pick<TreeFiles, 'look' | 'list'>, full: string): boolean =>
  files.look(full)?.kind === 'folder' || files.list(full) !== null

/**
 * Reads files of the work tree.
 * @throws CONFIG for what is there and cannot be read, a link that leads nowhere among it: that must not pass for none
 */
export const diskReader =
  (files: Pick<TreeFiles, 'read' | 'look' | 'list'>, root: string): ReadFile =>
  async (path) => {
    const full = join(root, path)
    const bytes = files.read(full, MOST)
    if (bytes === null && files.look(full) !== null && !isFolder(files, full)) throw unreadable(path)
    return bytes?.toString('utf8') ?? null
  }

/** Reads files as a commit or tree has them. */
export const commitReader =
  (git: Git, treeish: string): ReadFile =>
  async (path) => {
    const { code, stdout, truncated } = await git.run(['cat-file', 'blob', `${treeish}:${path}`], { maxBytes: MOST })
    return code === 0 || truncated ? stdout.toString('utf8') : null
  }
