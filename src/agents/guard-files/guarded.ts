import { posix } from 'node:path'

/**
 * The guard's own files: what it remembers, the hooks that call it, whose signatures count. Not safe-deploy.yml and the checklists: those are written
 * as any file is, the known good's judge a candidate, and READ asks about every change of them.
 */
const FILES: readonly RegExp[] = [
  /(?:^|\/)\.safe-deploy(?:\/|$)/,
  /\.git\/(?:worktrees\/[^/]+\/)?safe-deploy(?:\/|$)/,
  /(?:^|\/)safe-deploy\/ledger\.git(?:\/|$)/,
  /(?:^|\/)\.claude\/settings(?:\.local)?\.json$/,
  /(?:^|\/)(?:etc\/claude-code|Application Support\/ClaudeCode)\//i,
  /(?:^|\/)(?:\.cursor|etc\/cursor)\/hooks(?:\.json|\/safe-deploy[^/]*)$/,
  /(?:^|\/)\.codex\/(?:hooks\.json|config\.toml)$/,
  /(?:^|\/)(?:\.github|\.copilot)\/hooks(?:\/|$)/,
  /(?:^|\/)\.agents\/hooks\.json$/,
  /(?:^|\/)(?:\.gemini|etc\/gemini-cli)\/settings\.json$/,
  /(?:^|\/)\.gemini\/config\/hooks\.json$/,
  /(?:^|\/)(?:\.windsurf|\.codeium\/windsurf|etc\/windsurf)\/hooks\.json$/,
  /(?:^|\/)\.opencode\/plugins?\/safe-deploy\.[^/]*$/,
  /(?:^|\/)etc\/safe-deploy(?:\/|$)/,
  /(?:^|\/)allowed_signers$/,
]
/** Folders that hold them: whoever removes one removes them. */
const FOLDERS =
  /(?:^|\/)(?:\.git|\.claude|\.cursor|\.codex|\.copilot|\.agents|\.gemini|\.gemini\/config|\.windsurf|\.opencode(?:\/plugins?)?)$/

const plain = (path: string, cwd: string): string => {
  const slashed = path.replace(/^file:\/\//, '').replaceAll('\\', '/')
  return posix.normalize(/^(?:\/|~|\$|[A-Za-z]:)/.test(slashed) ? slashed : `${cwd}/${slashed}`).replace(/(?!^)\/$/, '')
}

/** Is this one of the guard's own files? A file system may not tell capitals apart. */
export const isGuarded = (path: string, cwd: string): boolean => {
  const whole = plain(path, cwd)
  return FILES.some((file) => new RegExp(file.source, 'i').test(whole))
}

/** Does this, removed or moved, take one of them along? */
export const holdsGuarded = (path: string, cwd: string): boolean => isGuarded(path, cwd) || FOLDERS.test(plain(path, cwd))
