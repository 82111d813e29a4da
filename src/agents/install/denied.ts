import type { Host } from '../hosts/host.ts'

/** How an installed hook ended. */
export interface Answer {
  exit: number | null
  stdout: string
  stderr: string
}

const jsonOf = (text: string): Record<string, unknown> => {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

const claudes = ({ exit, stdout }: Answer): boolean => {
  const specific = jsonOf(stdout).hookSpecificOutput as Record<string, unknown> | undefined
  return exit === 2 || (exit === 0 && specific?.permissionDecision === 'deny')
}

/** What each host takes for a denial (facts/agents.md §1.0): all else it lets through. */
const DENIALS: Readonly<Record<Host, (answer: Answer) => boolean>> = {
  claude: claudes,
  // One that ends with 2 and says nothing counts as failed, and the command runs.
  codex: (answer) => claudes(answer) && (answer.exit === 0 || answer.stderr.trim() !== ''),
  cursor: ({ exit, stdout }) => exit === 2 || (exit === 0 && jsonOf(stdout).permission === 'deny'),
  copilot: ({ exit, stdout }) => exit === 0 && jsonOf(stdout).permissionDecision === 'deny',
  gemini: ({ exit, stdout }) => exit === 2 || (exit === 0 && jsonOf(stdout).decision === 'deny'),
  antigravity: ({ stdout }) => ['deny', 'force_ask'].includes(String(jsonOf(stdout).decision)),
  windsurf: ({ exit }) => exit === 2,
  // Our plugin throws for whatever is not 0.
  opencode: ({ exit, stdout }) => exit !== 0 || stdout.includes('deny'),
}

/** Would the host refuse the command after this answer? */
export const isDenied = (host: Host, answer: Answer): boolean => DENIALS[host](answer)

/** The launcher itself refused, for want of an answer: then every command is refused, and the guard is not there. */
export const withoutAnswer = ({ stdout, stderr }: Answer): string | null =>
  /the hook gave no answer \(([^)]*)\)/.exec(stdout + stderr)?.[1] ?? null
