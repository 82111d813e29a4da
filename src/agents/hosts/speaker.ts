import type { Host } from './host.ts'

/** Whose answer is due: a host, or one that runs the hook files of another and answers in its own way. */
export type Speaker = Host | 'vscode' | 'copilot-pascal'

/** What a host sends, as an object whose values are still to be looked at. */
export type Payload = Readonly<Record<string, unknown>>

const ISO_TIME = /^\d{4}-\d\d-\d\dT/

/**
 * Signs that only one host leaves in a payload, in the order in which they decide. Several run the hook file that was written for Claude, with
 * payloads of their own.
 */
const SIGNS: readonly (readonly [speaker: Speaker, sign: (payload: Payload) => boolean])[] = [
  ['antigravity', (payload) => 'toolCall' in payload],
  ['windsurf', (payload) => 'agent_action_name' in payload],
  ['cursor', (payload) => 'cursor_version' in payload],
  ['copilot', (payload) => 'toolName' in payload || 'toolArgs' in payload],
  ['gemini', (payload) => payload.hook_event_name === 'BeforeTool'],
  ['codex', (payload) => 'turn_id' in payload],
  ['vscode', (payload) => 'sessionId' in payload && 'hookEventName' in payload],
  ['copilot-pascal', ({ hook_event_name, timestamp }) => hook_event_name !== undefined && ISO_TIME.test(String(timestamp))],
]

/** Who really speaks: the payload where it is plainly another host's, else who the hook was installed for. */
export const speakerOf = (installed: Host, payload: Payload): Speaker => SIGNS.find(([, sign]) => sign(payload))?.[0] ?? installed

/** Kept here as well: the names alone would be one more file for every call of the hook. */
export const KNOWN: Readonly<Record<Host, true>> = {
  claude: true,
  cursor: true,
  codex: true,
  copilot: true,
  gemini: true,
  antigravity: true,
  windsurf: true,
  opencode: true,
}

/** Is it one that `safe-deploy hook` takes? */
export const isKnown = (name: string): name is Host => Object.hasOwn(KNOWN, name)
