import { hostname, userInfo } from 'node:os'
import { whoami } from './agents/actor.ts'
import type { Call } from './commands/call.ts'
import type { Actor } from './model.ts'
import type { Git } from './ports.ts'

/** Who acts, by git's user.name, else by the account. */
export const actorOf = async (call: Call, git: Git, terminal: boolean): Promise<Actor> => {
  const asked = await git.run(['config', '--get', 'user.name'])
  const name = asked.code === 0 ? asked.stdout.toString('utf8').trim() : ''
  return whoami(call.env, { name: name || accountName(call.env), host: hostname(), terminal })
}

/** The same without asking git, for what waits in this clone: it gets the name when it is appended. */
export const unnamed = (call: Call): Actor => whoami(call.env, { name: '', host: hostname(), terminal: call.terminal })

const accountName = (env: Call['env']): string => {
  if (env.GITHUB_ACTOR) return env.GITHUB_ACTOR
  if (env.USER) return env.USER
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}
