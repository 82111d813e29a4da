import type { Question } from '../agents/install/instructions.ts'
import { next, refuse } from '../errors.ts'
import type { Emit } from '../events.ts'
import type { RepoFiles } from '../ports.ts'

/** What `init --agents` and `uninstall` need of the world. */
export interface AgentsContext {
  files: RepoFiles
  /** Those of the shipped pack deploy-discipline. */
  questions: readonly Question[]
  /** Which of these paths git ignores. */
  ignored(paths: readonly string[]): Promise<string[]>
  /** An agent runs this, as far as its shell shows. */
  agent: boolean
  dryRun: boolean
  emit: Emit
}

/**
 * Does the same with one file after the other.
 * @param again the command that goes on from where it stopped
 * @throws AGENTS_UNWRITABLE naming the file that could not be changed, and those that were
 */
export const eachFile = <T extends { path: string }>(list: readonly T[], again: string[], act: (one: T) => void): void => {
  const done: string[] = []
  for (const one of list) {
    try {
      act(one)
      done.push(one.path)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === undefined) throw error
      throw refuse(
        'AGENTS_UNWRITABLE',
        {
          what: `${one.path} could not be changed: ${code}.`,
          why: [done.length > 0 ? `changed before it: ${done.join(', ')}; each of them is whole` : 'nothing was changed'],
          who: 'whoever owns these files',
          next: [next('goes on from there', again)],
        },
        error,
      )
    }
  }
}
