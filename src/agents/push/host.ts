import type { Repository } from './repository.ts'

/** Where a remote lies, as far as its address tells. `none`: a host that runs no pipelines of ours. */
export type Host = 'github' | 'gitlab' | 'none' | 'unknown'

/** Other platforms' remotes, and code hosts with pipelines of their own kind. */
const OTHERS =
  /heroku\.com|scalingo\.com|clever-cloud\.com|^dokku@|gigalixir\.com|render\.com|huggingface\.co|bitbucket\.org|dev\.azure\.com|codecommit/i

export const hostOf = (url: string | null): Host =>
  url === null ? 'unknown' : /github\./i.test(url) ? 'github' : /gitlab/i.test(url) ? 'gitlab' : OTHERS.test(url) ? 'none' : 'unknown'

/** `owner/name` of a repository on GitHub; null where the address does not tell. */
export const nameAt = (url: string | null): string | null =>
  /github\.[\w.]+[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/i.exec(url ?? '')?.[1] ?? null

/** The host's default branch, as this clone remembers it; else the one that is called so as a rule, where it is there. */
export const mainBranch = (remote: string, repository: Repository): string | null => {
  const ref = repository.symbolic(`refs/remotes/${remote}/HEAD`)
  const prefix = `refs/remotes/${remote}/`
  if (ref?.startsWith(prefix)) return ref.slice(prefix.length)
  return ['main', 'master'].find((name) => repository.hasRef(`${prefix}${name}`) || repository.hasRef(`refs/heads/${name}`)) ?? null
}

/** An address without the name and token that may stand in it. */
export const plainUrl = (text: string): string => text.replace(/\/\/[^/@\s]*@/, '//')
