import type { Host } from './host.ts'

/** The command in it. */
export const CANARY = 'fly deploy'

/** A payload of each host, shaped as it sends one, in which a deploy is about to be run past the guard. */
const CANARIES: Readonly<Record<Host, (cwd: string) => unknown>> = {
  claude: (cwd) => ({
    session_id: 'canary',
    cwd,
    permission_mode: 'default',
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_input: { command: CANARY },
    tool_use_id: 'canary',
  }),
  cursor: (cwd) => ({
    conversation_id: 'canary',
    generation_id: 'canary',
    hook_event_name: 'beforeShellExecution',
    cursor_version: '3.0.0',
    workspace_roots: [cwd],
    command: CANARY,
    cwd,
  }),
  codex: (cwd) => ({
    session_id: 'canary',
    turn_id: 'canary',
    transcript_path: null,
    cwd,
    hook_event_name: 'PreToolUse',
    permission_mode: 'default',
    tool_name: 'Bash',
    tool_input: { command: CANARY },
    tool_use_id: 'canary',
  }),
  copilot: (cwd) => ({ sessionId: 'canary', timestamp: 0, cwd, toolName: 'bash', toolArgs: JSON.stringify({ command: CANARY }) }),
  gemini: (cwd) => ({
    session_id: 'canary',
    cwd,
    hook_event_name: 'BeforeTool',
    timestamp: '2026-01-01T00:00:00Z',
    tool_name: 'run_shell_command',
    tool_input: { command: CANARY },
  }),
  antigravity: (cwd) => ({
    toolCall: { name: 'run_command', args: { CommandLine: CANARY, Cwd: cwd } },
    workspacePaths: [cwd],
    conversationId: 'canary',
  }),
  windsurf: (cwd) => ({
    agent_action_name: 'pre_run_command',
    trajectory_id: 'canary',
    execution_id: 'canary',
    tool_info: { command_line: CANARY, cwd },
  }),
  opencode: (cwd) => ({ tool: 'bash', sessionID: 'canary', args: { command: CANARY }, cwd }),
}

/**
 * What to pipe into an installed hook to see that it denies: one JSON text, `fly deploy` in the shell of that host.
 * @param cwd an absolute folder; the answer does not depend on it
 */
export const canaryFor = (host: Host, cwd: string): string => JSON.stringify(CANARIES[host](cwd))
