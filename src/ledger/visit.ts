import { isGuardError } from '../errors.ts'
import type { Git, GitRan, TreeFiles } from '../ports.ts'

/** Git in a repository that exists for one visit to a remote. */
export type Visiting = (...call: Parameters<Git['run']>) => Promise<GitRan>

export interface Visitor {
  git: Git
  files: TreeFiles
  /** The guard's own folder: inside the clone, so that what a user set for repositories by their place (`includeIf`) holds here too. */
  within: string
}

/**
 * Gives `work` a bare repository of its own, and takes it away again: the user's clone gets no ref, shallow file, FETCH_HEAD or setting, its own settings
 * (which a route carries) count once, and processes side by side share no lock.
 */
export const visit = async <T>(deps: Visitor, work: (git: Visiting) => Promise<T>): Promise<T> => {
  deps.files.makeFolder(deps.within)
  const { path, remove } = deps.files.temporary(deps.within)
  try {
    await deps.git.run(['init', '--quiet', '--bare', '--template=', path])
    return await work((args, options) => deps.git.run([`--git-dir=${path}`, ...args], options))
  } finally {
    remove()
  }
}

/** Why a visit could not even begin, such as a folder that cannot be written. What is refused with a way out stays refused. */
export const whyNot = (error: Error): string => {
  if (isGuardError(error)) throw error
  return error.message
}
