/** Whoever runs the hook, by the name that `safe-deploy hook` takes. */
export const HOSTS = ['claude', 'cursor', 'codex', 'copilot', 'gemini', 'antigravity', 'windsurf', 'opencode'] as const

export type Host = (typeof HOSTS)[number]

export const isHost = (name: string | undefined): name is Host => HOSTS.some((host) => host === name)
