import type { Host } from '../hosts/host.ts'

/** Reads a file of the repository, or with `~/` one of the user's; null where there is none. */
export type ReadSettings = (path: string) => string | null

const CLAUDE = ['.claude/settings.json', '.claude/settings.local.json', '~/.claude/settings.json']

/** Settings that may say `disableAllHooks`. */
const ALL_HOOKS: Readonly<Partial<Record<Host, readonly string[]>>> = {
  claude: CLAUDE,
  copilot: ['.github/hooks/safe-deploy.json', '.github/copilot/settings.json', '~/.copilot/settings.json'],
}

const CODEX = ['.codex/config.toml', '~/.codex/config.toml']

/** `hooks = false` under `[features]`, in any of TOML's ways to write it but inline tables over several lines. */
const turnsHooksOff = (toml: string): boolean => {
  let table = ''
  for (const line of toml.split(/\r?\n/)) {
    const header = /^\s*\[\s*([^[\]]+?)\s*\]/.exec(line)?.[1]
    if (header !== undefined) table = `${header}.`
    const key = /^\s*([\w.\s"-]+?)\s*=\s*false\b/.exec(line)?.[1]
    if (key !== undefined && (table + key).replace(/[\s"]/g, '') === 'features.hooks') return true
    if (/^\s*features\s*=\s*\{[^}]*\bhooks\s*=\s*false\b/.test(line) && table === '') return true
  }
  return false
}

/** The settings file that turns a host's hooks off, or null. Managed settings and command line flags are not seen. */
export const disabledBy = (host: Host, read: ReadSettings): string | null => {
  if (host === 'codex') return CODEX.find((path) => turnsHooksOff(read(path) ?? '')) ?? null
  return ALL_HOOKS[host]?.find((path) => /"disableAllHooks"\s*:\s*true\b/.test(read(path) ?? '')) ?? null
}
