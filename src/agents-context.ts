import { makeRepoFiles } from './adapters/repo-files.ts'
import { isAgent } from './agents/actor.ts'
import { disciplineQuestions } from './checklist/discipline.ts'
import type { AgentsContext } from './commands/agents-room.ts'
import type { Call } from './commands/call.ts'
import { given } from './commands/flags.ts'
import { openClone } from './wiring.ts'

/** What the commands for agents' hosts work with: the files of the repository, and git for what it ignores. No config, no ledger. */
export const agentsContext = async (call: Call): Promise<AgentsContext> => {
  const { git, repo } = await openClone(call)
  return {
    files: makeRepoFiles(repo.root),
    questions: disciplineQuestions(),
    ignored: async (paths) => {
      const ran = await git.run(['check-ignore', '-z', '--stdin'], { input: paths.join('\0'), env: { GIT_LITERAL_PATHSPECS: '0' } })
      return ran.stdout.toString('utf8').split('\0').filter(Boolean)
    },
    // Only by its marks: a script without a terminal may take them out as well.
    agent: isAgent(call.env, call.terminal),
    dryRun: given(call.flags, 'dry-run'),
    emit: call.emit,
  }
}
