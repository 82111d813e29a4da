import { hostname, userInfo } from 'node:os'
import { makeGit } from './adapters/git.ts'
import { makePrompter } from './adapters/prompt.ts'
import { whoami } from './agents/actor.ts'
import type { Call } from './commands/call.ts'
import { refuse } from './errors.ts'
import type { Actor } from './model.ts'
import type { Git, Prompter } from './ports.ts'
import type { Reporter } from './reporters/reporter.ts'
import type { Desk } from './stages/desk.ts'

/** Asks a person, after the reporter has made room; null where nobody may be asked. */
export const prompterOf = (process: NodeJS.Process, call: Call, reporter: Reporter): Prompter | null => {
  if (!call.interactive) return null
  const prompter = makePrompter(process.stdin, process.stderr)
  return {
    text: async (question, initial) => {
      await reporter.hush()
      return prompter.text(question, initial)
    },
    confirm: async (question, initial) => {
      await reporter.hush()
      return prompter.confirm(question, initial)
    },
  }
}

/** Who acts, by git's user.name, else by the account. */
export const actorOf = async (call: Call, git: Git, terminal: boolean): Promise<Actor> => {
  const asked = await git.run(['config', '--get', 'user.name'])
  const name = asked.code === 0 ? asked.stdout.toString('utf8').trim() : ''
  return whoami(call.env, { name: name || accountName(call.env), host: hostname(), terminal })
}

const accountName = (env: Call['env']): string => {
  if (env.GITHUB_ACTOR) return env.GITHUB_ACTOR
  if (env.USER) return env.USER
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}

/** The user's clone, read by plumbing. */
export const gitOf = (call: Call): Git => makeGit({ cwd: call.cwd, env: call.env })

/** Everything a command works with. */
export const openDesk = async (_process: NodeJS.Process, call: Call, _reporter: Reporter): Promise<Desk> => {
  throw refuse('NOT_BUILT', { what: `safe-deploy ${call.command} is not wired yet.` })
}
