import type { Question } from '../agents/install/instructions.ts'
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
