import type { Host } from '../hosts/host.ts'

/** What a host leaves to a person: hooks that nobody trusted do not run. */
const STEPS: Readonly<Partial<Record<Host, string>>> = {
  claude: 'Claude Code: 2.1.295 or newer, which also refuses where a hook cannot start; a folder must be trusted before its hooks run',
  cursor: 'Cursor: start it again',
  codex: 'Codex: type /hooks in it and trust the hook; until then, and after each change of it, Codex skips it',
  copilot:
    'Copilot: the cloud agent reads hooks from the default branch, so merge them; a hook that takes too long lets the command through',
  gemini: 'Gemini CLI: start it again and accept the hooks of this project',
  antigravity: 'Antigravity: start it again',
  windsurf: 'Windsurf: start it again; it lets a command through when a hook crashes',
  opencode: 'OpenCode: start it again',
}

/**
 * What is left to do by hand.
 * @param program whether safe-deploy is a dependency that is installed here
 */
export const personSteps = (hosts: readonly Host[], program: boolean): string[] => [
  'Left for a person:',
  '- commit these files: they hold for everybody who has them',
  ...(program
    ? []
    : ['- npm install --save-dev safe-deploy, or npm install --global safe-deploy: where neither is, the hooks refuse every command']),
  ...hosts.flatMap((host) => (STEPS[host] ? [`- ${STEPS[host]}`] : [])),
  '- safe-deploy doctor tries each hook',
]
