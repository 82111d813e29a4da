import type { Git } from '../ports.ts'
import { bare, type Rewrite, rewritten, sameRepository, withoutCredentials } from './address.ts'

/** How git gets to a remote: a URL under a name of ours, with what the user's clone and environment say of transport, and nothing else of theirs. */
export interface Route {
  /** As a person names it: `origin`, or a URL without credentials. */
  name: string
  /** What it fetches from, without credentials. */
  url: string
  env: Readonly<Record<string, string>>
}

/** Where nothing is said, the remote that every clone has. */
export const USUAL = 'origin'

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
const CARRIED = /^(?:http|credential|protocol|ssh)\.|^core\.(?:sshcommand|gitproxy)$/
const LOCAL_SCOPES = new Set(['local', 'worktree', 'command'])
const REMOTE_KEYS = ['proxy', 'proxyauthmethod', 'uploadpack', 'receivepack']

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
  // Several URLs are mirrors of one repository: there is one lock, so there is one place.
  const of = (key: string): string | null => entries.find((entry) => entry.key === `remote.${wanted}.${key}`)?.value ?? null
  const url = of('url') ?? (isUrl(wanted) ? wanted : null)
  if (url === null) return null
  const places = placesOf(entries, url, of('pushurl'))
  return {
    name: of('url') === null ? withoutCredentials(wanted) : wanted,
    url: withoutCredentials(url),
    env: {
      ...transport,
      ...unasked(env, ci),
      ...asEnvironment([
        ...entries.filter(({ scope, key }) => LOCAL_SCOPES.has(scope) && CARRIED.test(key)).map(({ key, value }): Setting => [key, value]),
        ...places,
        ...REMOTE_KEYS.flatMap((key): Setting[] => (of(key) === null ? [] : [[`remote.${OURS}.${key}`, of(key)!]])),
        // Options that a user gives to every push of theirs, such as to open a merge request.
        ['push.pushOption', ''],
      ]),
    },
  }
}

type Setting = [key: string, value: string]

/**
 * Where is fetched from and pushed to, with the user's rewrites done and credentials taken out. What is pushed elsewhere than to the repository that is
 * read would lock nothing: a fork that `pushurl` names is left aside.
 */
const placesOf = (entries: readonly Entry[], url: string, pushurl: string | null): Setting[] => {
  const instead = rewritesOf(entries, 'insteadof')
  const from = rewritten(url, instead) ?? url
  const pushed = pushurl === null ? rewritten(url, rewritesOf(entries, 'pushinsteadof')) : (rewritten(pushurl, instead) ?? pushurl)
  const to = pushed !== null && sameRepository(from, pushed) ? pushed : from
  return [[`remote.${OURS}.url`, from] as const, [`remote.${OURS}.pushurl`, to] as const].flatMap(([key, value]): Setting[] => {
    const place = bare(value)
    // Rewritten to itself: a shorter prefix that would put credentials back in has no say any more.
    return [[key, place.url], [`url.${place.url}.insteadOf`, place.url], ...place.settings]
  })
}

const rewritesOf = (entries: readonly Entry[], kind: string): Rewrite[] =>
  entries.flatMap(({ key, value }) => {
    const base = /^url\.([\s\S]*)\.([a-z]+)$/.exec(key)
    return base?.[2] === kind ? [{ base: base[1]!, prefix: value }] : []
  })

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
