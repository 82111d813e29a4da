/** Whatever a line that reaches one of the guard's own files has to hold. Cheap: most lines hold none of it. */
const WORDS =
  /\.safe-deploy\b|safe-deploy[\\/]|allowed_signers|\.claude|claude-code|\.cursor|\.codex|\.copilot|\.agents|\.gemini|\.windsurf|\.codeium|\.opencode|\.github|\.git\b/i

/** May this line name a file of the guard? */
export const mentionsGuard = (line: string): boolean => WORDS.test(line)
