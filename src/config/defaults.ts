/** What holds where safe-deploy.yml says nothing. The schema's descriptions name the same numbers. */

/** Fly names a build and a rollout of large images in minutes; half an hour ends only what hangs. */
export const TIMEOUT_MS = 30 * 60_000
export const SMOKE_MS = 2 * 60_000
export const PROBE_MS = 60_000
export const PROGRESS_MS = 5 * 60_000
/** With probes the new version is watched after it first looked good; without any there is nothing to watch with. */
export const BAKE_MS = 30_000
export const BUDGET = { unproven: 4, perMs: 60 * 60_000 } as const

/** Names of fly's config, in the order fly looks for them; it does not look in parent folders. */
export const FLY_FILES = ['fly.toml', 'fly.json', 'fly.yaml'] as const

/** Names of our own config, in one folder. */
export const CONFIG_FILES = ['safe-deploy.yml', 'safe-deploy.yaml'] as const
