import type { Host } from '../hosts/host.ts'
import { shellLine } from './deny-line.ts'
import { type Entry, LAUNCHER, type Shape } from './entries.ts'

/** Seconds that a host waits; the launcher denies before. */
const SECONDS = 10

const SHELL_TOOLS = 'Bash|PowerShell|Monitor'
const WRITING_TOOLS = 'Edit|Write|MultiEdit|NotebookEdit'

/**
 * Claude Code: the exec form, so that no shell reads the path, and the launcher itself as the program: a host that drops `args` starts it all the same.
 * Anchored, because a matcher with a `.` in it is a pattern that is looked for anywhere in a name.
 */
const claude = (): Entry[] => {
  const command = `\${CLAUDE_PROJECT_DIR}/${LAUNCHER}`
  const hook = { type: 'command', command, args: ['claude'], timeout: SECONDS, onFailure: 'block' }
  const context = { type: 'command', command, args: ['claude-context'], timeout: SECONDS }
  return [
    { path: ['hooks', 'PreToolUse'], value: { matcher: `^(${SHELL_TOOLS}|${WRITING_TOOLS})$|^mcp__.*fly`, hooks: [hook] } },
    { path: ['hooks', 'SessionStart'], value: { hooks: [context] } },
  ]
}

const cursor = (): Entry[] => {
  // Hooks of a project run from its top.
  const hook = { command: `sh ${LAUNCHER} cursor`, timeout: SECONDS, failClosed: true }
  return [
    { path: ['hooks', 'beforeShellExecution'], value: hook },
    { path: ['hooks', 'beforeMCPExecution'], value: hook },
    { path: ['hooks', 'preToolUse'], value: { ...hook, matcher: 'Write|Delete' } },
    { path: ['hooks', 'sessionStart'], value: { command: `sh ${LAUNCHER} cursor-context`, timeout: SECONDS } },
  ]
}

const codex = (): Entry[] => [
  {
    path: ['hooks', 'PreToolUse'],
    value: {
      matcher: '^(Bash|apply_patch)$|^mcp__.*fly',
      hooks: [{ type: 'command', command: shellLine('codex'), timeout: SECONDS }],
    },
  },
  { path: ['hooks', 'SessionStart'], value: { hooks: [{ type: 'command', command: shellLine('codex-context'), timeout: SECONDS }] } },
]

const copilot = (): Entry[] => [
  { path: ['hooks', 'preToolUse'], value: { type: 'command', bash: shellLine('copilot'), timeoutSec: SECONDS } },
  { path: ['hooks', 'sessionStart'], value: { type: 'command', bash: shellLine('copilot-context'), timeoutSec: SECONDS } },
]

const gemini = (): Entry[] => [
  {
    path: ['hooks', 'BeforeTool'],
    value: {
      matcher: '^(run_shell_command|write_file|replace)$|fly',
      // In milliseconds here.
      hooks: [{ name: 'safe-deploy', type: 'command', command: shellLine('gemini'), timeout: SECONDS * 1000 }],
    },
  },
]

/** One group a tool: whether a matcher is a pattern here is not written down. */
const antigravity = (): Entry[] =>
  ['run_command', 'write_to_file', 'replace_file_content'].map((matcher) => ({
    path: ['safe-deploy', 'PreToolUse'],
    value: { matcher, hooks: [{ type: 'command', command: shellLine('antigravity') }] },
  }))

const windsurf = (): Entry[] => {
  const hook = { command: shellLine('windsurf'), show_output: true }
  return ['pre_run_command', 'pre_mcp_tool_use', 'pre_write_code'].map((event) => ({ path: ['hooks', event], value: hook }))
}

/** The JSON file of a host, and what stands in it. OpenCode alone has a plugin instead. */
export const JSON_HOSTS: Readonly<Record<Exclude<Host, 'opencode'>, { file: string; shape: Shape }>> = {
  claude: { file: '.claude/settings.json', shape: { entries: claude(), root: {}, own: {} } },
  cursor: { file: '.cursor/hooks.json', shape: { entries: cursor(), root: { version: 1 }, own: {} } },
  // Any other key at its top makes Codex refuse the file.
  codex: {
    file: '.codex/hooks.json',
    shape: { entries: codex(), root: {}, own: { description: 'safe-deploy stands in front of deploys' } },
  },
  copilot: { file: '.github/hooks/safe-deploy.json', shape: { entries: copilot(), root: { version: 1 }, own: {} } },
  gemini: { file: '.gemini/settings.json', shape: { entries: gemini(), root: {}, own: {} } },
  antigravity: { file: '.agents/hooks.json', shape: { entries: antigravity(), root: {}, own: {} } },
  windsurf: { file: '.windsurf/hooks.json', shape: { entries: windsurf(), root: {}, own: {} } },
}

/** Files and folders that show that a host is used in a repository; a `/` at the end: a folder. */
export const MARKS: Readonly<Record<Host, readonly string[]>> = {
  claude: ['.claude/', 'CLAUDE.md'],
  cursor: ['.cursor/', '.cursorrules'],
  codex: ['.codex/'],
  copilot: ['.github/hooks/', '.github/copilot-instructions.md', '.github/copilot/'],
  gemini: ['.gemini/', 'GEMINI.md'],
  antigravity: ['.agents/hooks.json', '.antigravity/'],
  windsurf: ['.windsurf/', '.windsurfrules'],
  opencode: ['.opencode/', 'opencode.json', 'opencode.jsonc'],
}
