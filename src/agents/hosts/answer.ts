import type { Speaker } from './speaker.ts'

/** What the hook leaves behind: bytes and an exit code, as one host understands them. */
export interface Answer {
  stdout: string
  stderr: string
  exit: number
}

const json = (value: unknown): string => `${JSON.stringify(value)}\n`
const says = (value: unknown): Answer => ({ stdout: json(value), stderr: '', exit: 0 })

const claudeShape = (reason: string) => ({
  hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: reason },
})
const flatShape = (reason: string) => ({ permissionDecision: 'deny', permissionDecisionReason: reason })
const cursorShape = (reason: string) => ({ permission: 'deny', user_message: reason, agent_message: reason })
const decisionShape = (reason: string) => ({ decision: 'deny', reason })

/** Never `allow`: it grants, or it marks the hook as failed. Where a host takes silence for a fault, the answer that decides nothing. */
const PASSES: Readonly<Partial<Record<Speaker, Answer>>> = {
  cursor: says({}),
  antigravity: says({ decision: 'ask' }),
}

const DENIES: Readonly<Record<Speaker, (reason: string) => Answer>> = {
  claude: (reason) => says(claudeShape(reason)),
  vscode: (reason) => says(claudeShape(reason)),
  cursor: (reason) => says(cursorShape(reason)),
  // An exit of 2 blocks only with words on stderr; the JSON blocks where that is not looked at.
  codex: (reason) => ({ stdout: json(claudeShape(reason)), stderr: `${reason}\n`, exit: 2 }),
  // Older ones take an exit of 2 for a warning.
  copilot: (reason) => says(flatShape(reason)),
  'copilot-pascal': (reason) => says({ ...flatShape(reason), ...claudeShape(reason) }),
  gemini: (reason) => says(decisionShape(reason)),
  antigravity: (reason) => says(decisionShape(reason)),
  windsurf: (reason) => ({ stdout: '', stderr: `${reason}\n`, exit: 2 }),
  opencode: (reason) => ({ stdout: json(decisionShape(reason)), stderr: `${reason}\n`, exit: 2 }),
}

const SILENCE: Answer = { stdout: '', stderr: '', exit: 0 }

/** Nothing is said against it. */
export const passTo = (speaker: Speaker): Answer => PASSES[speaker] ?? SILENCE

/** It is denied. @param speaker null: who asks is not known, so every shape at once */
export const denyTo = (speaker: Speaker | null, reason: string): Answer =>
  speaker ? DENIES[speaker](reason) : { stdout: json(everyShape(reason)), stderr: `${reason}\n`, exit: 2 }

const everyShape = (reason: string) => ({
  ...claudeShape(reason),
  ...flatShape(reason),
  ...cursorShape(reason),
  ...decisionShape(reason),
})
