/** Hosts of a remote's URL and what it names there: `git@HOST:OWNER/NAME.git`, `https://HOST/OWNER/NAME`, `ssh://git@HOST/OWNER/NAME`. */
const REMOTE =
  /^(?:[a-z+]{2,8}:\/\/(?:[^@/\s]{1,200}@)?([^/:\s]{1,200})(?::\d{1,5})?\/|(?:[^@/\s]{1,200}@)?([^/:\s]{1,200}):)([\w.-]{1,100}\/[\w.-]{1,100}?)(?:\.git)?\/?$/i

/** The host that an API speaks for: `api.github.com` for github.com, an Enterprise server for itself. */
const hostOf = (api: string): string => new URL(api).hostname.replace(/^api\./, '')

/**
 * owner/name of a deployment: as the config says, else as the job says, else as the remote names it, where that is the same host.
 * @returns null where none of these says it
 */
export const repositoryOf = (
  said: { repository: string | null; api: string },
  env: Readonly<Record<string, string | undefined>>,
  remoteUrl: string | null,
): string | null => {
  if (said.repository) return said.repository
  if (/^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(env.GITHUB_REPOSITORY ?? '')) return env.GITHUB_REPOSITORY ?? null
  const [, byUrl, byScp, name] = REMOTE.exec(remoteUrl?.trim() ?? '') ?? []
  return name && (byUrl ?? byScp)?.toLowerCase() === hostOf(said.api).toLowerCase() ? name : null
}

/** The job's own page, for whoever wants its log. */
export const jobUrl = (env: Readonly<Record<string, string | undefined>>): string | null => {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env
  return server && repository && run && /^https:\/\//.test(server) && /^\d+$/.test(run)
    ? `${server}/${repository}/actions/runs/${run}`
    : null
}
