import type { Actor } from '../model.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Variables that AI agents set in the shells they run. Presentation and honesty only: any process can unset them. Variables that a person's
 * own terminal carries too (an editor's trace id, tokens) are left out.
 */
const AGENT_MARKS: readonly string[] = [
  'CLAUDE_CODE_CHILD_SESSION',
  'CODEX_SANDBOX',
  'CODEX_CI',
  'CODEX_THREAD_ID',
  'CODEX_SHELL',
  'CURSOR_AGENT',
  'CURSOR_CONVERSATION_ID',
  'GEMINI_CLI',
  'ANTIGRAVITY_AGENT',
  'ANTIGRAVITY_TRAJECTORY_ID',
  'OPENCODE',
  'COPILOT_CLI',
  'COPILOT_AGENT_SESSION_ID',
  'COPILOT_RUN_APP',
  'AUGMENT_AGENT',
  'GROK_AGENT',
  'KIRO_SESSION_ID',
  'KILO_RUN_ID',
  'PI_CODING_AGENT',
  'AI_AGENT',
]

/** Set in an editor's terminal as well, where a person types: it counts only where nobody could. */
const WEAK_MARK = 'CLAUDECODE'

const CI_MARKS: readonly string[] = [
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'BUILDKITE',
  'CIRCLECI',
  'TRAVIS',
  'JENKINS_URL',
  'TEAMCITY_VERSION',
  'TF_BUILD',
  'BITBUCKET_BUILD_NUMBER',
  'CODEBUILD_BUILD_ID',
  'DRONE',
  'WOODPECKER_CI',
]

const set = (env: Env, name: string): boolean => {
  const value = env[name]
  return value !== undefined && value !== '' && value !== '0' && value.toLowerCase() !== 'false'
}

/** Does an AI agent run this? Advisory. */
export const isAgent = (env: Env, terminal: boolean): boolean =>
  (!terminal && set(env, WEAK_MARK)) ||
  AGENT_MARKS.some((name) => set(env, name)) ||
  env.AGENT === 'amp' ||
  env.CURSOR_EXTENSION_HOST_ROLE === 'agent-exec'

/** Does a CI system run this? */
export const isCi = (env: Env): boolean => set(env, 'CI') || CI_MARKS.some((name) => set(env, name))

/**
 * Who acts, as the record says it. An agent inside CI is an agent; without a terminal and without any mark it counts as an agent as well,
 * since nobody is there to be asked.
 * @param who `name` from git's user.name or the account, `host` of this machine, `terminal` whether a person could answer here
 */
export const whoami = (env: Env, who: { name: string; host: string; terminal: boolean }): Actor => ({
  name: who.name || 'unknown',
  host: who.host,
  via: isAgent(env, who.terminal) ? 'agent' : isCi(env) ? 'ci' : who.terminal ? 'terminal' : 'agent',
})
