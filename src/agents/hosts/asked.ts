import type { Payload, Speaker } from './speaker.ts'
import { strictJson } from './strict-json.ts'
import { kindOf, lineOf, pathsOf } from './tools.ts'

/** What a host is about to do. */
export type Asked =
  | { kind: 'shell'; line: string }
  | { kind: 'write'; paths: readonly string[] }
  /** Any other tool, by its name; with the server's, where that is said apart. */
  | { kind: 'tool'; name: string }
  /** Nothing that is judged here: another event, a tool of no interest. */
  | { kind: 'nothing' }
  | { kind: 'unreadable'; why: string }

interface Use {
  tool: unknown
  input: unknown
}

const NOTHING: Asked = { kind: 'nothing' }
const unreadable = (why: string): Asked => ({ kind: 'unreadable', why })

const fields = (value: unknown): Payload =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** Events in front of a tool, as hosts name them. Every other event is none of ours. */
const BEFORE_TOOL = new Set(['PreToolUse', 'preToolUse', 'BeforeTool'])

/** Which tool is about to run, by host; null: none. */
const USES: Readonly<Record<Speaker, (payload: Payload) => Use | null>> = {
  claude: (payload) => snake(payload),
  codex: (payload) => snake(payload),
  gemini: (payload) => snake(payload),
  vscode: (payload) => snake(payload),
  'copilot-pascal': (payload) => snake(payload),
  opencode: (payload) => ('tool' in payload ? { tool: payload.tool, input: payload.args } : snake(payload)),
  copilot: (payload) => ('toolName' in payload ? { tool: payload.toolName, input: payload.toolArgs } : snake(payload)),
  antigravity: (payload) =>
    'toolCall' in payload ? { tool: fields(payload.toolCall).name, input: fields(payload.toolCall).args } : snake(payload),
  windsurf: (payload) => ('agent_action_name' in payload ? actionOf(payload) : snake(payload)),
  cursor: (payload) => {
    const event = payload.hook_event_name
    if (event === 'beforeShellExecution' || (event === undefined && 'command' in payload)) return { tool: 'Shell', input: payload }
    return event === 'beforeMCPExecution' ? { tool: payload.tool_name, input: null } : snake(payload)
  },
}

/** Windsurf names the action, not a tool. */
const actionOf = ({ agent_action_name: action, tool_info: input }: Payload): Use | null => {
  const { mcp_server_name: server, mcp_tool_name: tool } = fields(input)
  if (action === 'pre_run_command') return { tool: 'run_command', input }
  if (action === 'pre_write_code') return { tool: 'write_to_file', input }
  if (action === 'pre_mcp_tool_use') return { tool: `mcp__${server}__${tool}`, input: null }
  return typeof action === 'string' ? null : { tool: action, input }
}

const snake = (payload: Payload): Use | null => {
  const event = payload.hook_event_name ?? payload.hookEventName
  if (typeof event === 'string' && !BEFORE_TOOL.has(event)) return null
  return { tool: payload.tool_name ?? payload.toolName, input: payload.tool_input ?? payload.toolInput }
}

/** Reads one payload. What is not shaped as that host shapes it is `unreadable`. */
export const askedOf = (speaker: Speaker, payload: Payload): Asked => {
  const use = USES[speaker](payload)
  if (use === null) return NOTHING
  if (typeof use.tool !== 'string') return unreadable('it names no tool')
  const kind = kindOf(use.tool)
  if (kind === 'other') return { kind: 'tool', name: use.tool.slice(0, 200) }
  const input = inputOf(speaker, use.input)
  if (kind === 'write') return { kind, paths: pathsOf(input) }
  const line = lineOf(input)
  return line === null ? unreadable(`it holds no command for ${use.tool.slice(0, 40)}`) : { kind, line }
}

/** Copilot writes the arguments as JSON in a string, which has to mean one thing as well. */
const inputOf = (speaker: Speaker, input: unknown): unknown => {
  if (speaker !== 'copilot' || typeof input !== 'string') return input
  const read = strictJson(input)
  return read.ok ? read.value : input
}

const firstOf = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined)

const ABSOLUTE = /^(?:\/|[A-Za-z]:[\\/])/

/**
 * The folder a command would run in: as the payload says it, else the top of its workspace, else what the host's variables say.
 * @returns null where nothing says an absolute path
 */
export const folderOf = (payload: Payload, env: Readonly<Record<string, string | undefined>>): string | null => {
  const said = [
    fields(fields(payload.toolCall).args).Cwd,
    fields(payload.tool_info).cwd,
    fields(payload.tool_input).workdir,
    payload.cwd,
    firstOf(payload.workspace_roots),
    firstOf(payload.workspacePaths),
    ...[env.CLAUDE_PROJECT_DIR, env.CURSOR_PROJECT_DIR, env.GEMINI_PROJECT_DIR],
  ]
  return said.find((one): one is string => typeof one === 'string' && ABSOLUTE.test(one)) ?? null
}
