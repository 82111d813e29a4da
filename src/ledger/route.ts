import type { Git } from '../ports.ts'

/** How git gets to a remote: a URL under a name of ours, with what the user's clone and environment say of transport, and nothing else of theirs. */
export interface Route {
  /** As a person names it: `origin`, or a URL without credentials. */
  name: string
  /** What it fetches from, without credentials. */
  url: string
  env: Readonly<Record<string, string>>
}

/** The name under which git finds the remote in `env`. */
export const OURS = 'ledger'

type Env = Readonly<Record<string, string | undefined>>

interface Entry {
  scope: string
  key: string
  value: string
}

/** Variables that say how to connect. All other GIT_* belong to whoever set them, for a repository of theirs. */
const TRANSPORT =
  /^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|PROXY_COMMAND|SSL_\w+|HTTP_\w+|ALLOW_PROTOCOL|CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM)$/
/** Where a job puts its token: `git -c` and GIT_CONFIG_COUNT. Read together with the clone's own config, then carried. */
const CONFIG = /^GIT_CONFIG_(?:COUNT|PARAMETERS|KEY_\d+|VALUE_\d+)$/
/** Settings of a clone that say how to connect; actions/checkout keeps its token in http.*.extraheader there. The user's own are read by git anyway. */
const CARRIED = /^(?:http|credential|url|protocol|ssh)\.|^core\.(?:sshcommand|gitproxy)$/
const LOCAL_SCOPES = new Set(['local', 'worktree', 'command'])
const REMOTE_KEYS = ['url', 'pushurl', 'proxy', 'proxyauthmethod', 'uploadpack', 'receivepack']

/** Nobody is ever asked for credentials: not in the terminal, not by a window. A job's askpass answers by itself. */
const unasked = (env: Env, ci: boolean): Record<string, string> => ({
  SSH_ASKPASS_REQUIRE: 'never',
  GCM_INTERACTIVE: 'never',
  ...(ci && env.GIT_ASKPASS ? { GIT_ASKPASS: env.GIT_ASKPASS } : { GIT_ASKPASS: '', SSH_ASKPASS: '' }),
})

const pick = (env: Env, names: RegExp): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value !== undefined && names.test(name) ? [[name, value]] : [])))

/**
 * Finds a remote.
 * @param deps `git` in the user's clone; `env` is the process's environment; `ci`: what a job set up may answer for credentials
 * @param wanted name of a remote of the clone, or a URL or path
 * @returns null where there is no such remote, and it is no URL
 */
export const routeTo = async (deps: { git: Git; env: Env; ci: boolean }, wanted: string): Promise<Route | null> => {
  const { git, env, ci } = deps
  const transport = pick(env, TRANSPORT)
  const ran = await git.run(['config', '--null', '--show-scope', '--list'], { env: { ...transport, ...pick(env, CONFIG) } })
  const entries = parse(ran.stdout.toString('utf8'))
  const named = REMOTE_KEYS.flatMap((key) => {
    // Several URLs are mirrors of one repository: there is one lock, so there is one place.
    const found = entries.find((entry) => entry.key === `remote.${wanted}.${key}`)
    return found ? [{ key, value: found.value }] : []
  })
  const url = named.find(({ key }) => key === 'url')?.value ?? (isUrl(wanted) ? wanted : null)
  if (url === null) return null
  const isNamed = named.length > 0
  const carried = entries.filter(({ scope, key }) => LOCAL_SCOPES.has(scope) && CARRIED.test(key))
  const settings = [
    ...carried.map(({ key, value }): [string, string] => [key, value]),
    [`remote.${OURS}.url`, url] as [string, string],
    ...named.filter(({ key }) => key !== 'url').map(({ key, value }): [string, string] => [`remote.${OURS}.${key}`, value]),
  ]
  return {
    name: isNamed ? wanted : withoutCredentials(wanted),
    url: withoutCredentials(url),
    env: { ...transport, ...unasked(env, ci), ...asEnvironment(settings) },
  }
}

/** Names of the clone's remotes. */
export const remoteNames = async (git: Git): Promise<string[]> =>
  (await git.run(['remote'])).stdout.toString('utf8').split('\n').filter(Boolean)

/** By environment, so that tokens stand on no command line. */
const asEnvironment = (settings: readonly [string, string][]): Record<string, string> => ({
  GIT_CONFIG_COUNT: String(settings.length),
  ...Object.fromEntries(
    settings.flatMap(([key, value], n) => [
      [`GIT_CONFIG_KEY_${n}`, key],
      [`GIT_CONFIG_VALUE_${n}`, value],
    ]),
  ),
})

const parse = (text: string): Entry[] => {
  const parts = text.split('\0')
  const entries: Entry[] = []
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [key = '', ...value] = parts[i + 1]!.split('\n')
    entries.push({ scope: parts[i]!, key, value: value.join('\n') })
  }
  return entries
}

const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:|^[./~]|^[^/\s]+:/i.test(text)

/** A URL as it may be shown. */
export const withoutCredentials = (url: string): string => url.replace(/(:\/\/)[^/@\s]*@/g, '$1')
