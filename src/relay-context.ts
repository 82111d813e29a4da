import { makeGit } from './adapters/git.ts'
import { makeHttp } from './adapters/http.ts'
import { describeRepository } from './adapters/repository.ts'
import type { Call } from './commands/call.ts'
import { textOf } from './commands/flags.ts'
import type { RelayContext, RelayHere } from './commands/relay-each.ts'
import type { Settings } from './config/settings.ts'
import { isGuardError, next, refuse } from './errors.ts'
import { privateFolder } from './ledger/private.ts'
import { bare, keysOf, outletId, type Read, readerOf, unusable } from './notifiers/reach.ts'
import type { RelaySpec } from './notifiers/spec.ts'
import { makeRelayClient, type RelayClient } from './relay/client.ts'
import { settingsOf } from './settings-of.ts'
import { actorOf } from './who.ts'

/** Env key of the admin token where no config names one. */
const TOKEN_KEY = 'SAFE_DEPLOY_RELAY_TOKEN'
/** What an answer may take: an act soon, so that one that hangs does not keep the next from it for long; reading goes through the whole journal. */
const ACT_MS = 5_000
const READ_MS = 30_000
const READING: readonly string[] = ['relay held', 'relay show']

/** What the commands that ask a relay work with: relays of the config, or the one of `--url`; outside a repository as well. */
export const relayContext = async (call: Call): Promise<RelayContext> => {
  const read = readerOf(call.env)
  const url = urlOf(call)
  const settings = await settingsHere(call, url !== null)
  const app = settings?.display ?? textOf(call.flags, 'app')
  const named = (settings?.notify ?? []).filter((spec): spec is RelaySpec => spec.kind === 'relay')
  const specs = [...new Map(named.map((spec) => [outletId(spec), spec])).values()]
  const secrets = [...specs.flatMap(keysOf), TOKEN_KEY].flatMap((key) => read({ env: key }) || [])
  // What was typed may be said again.
  call.hide(secrets.filter((value) => url === null || bare(value) !== url))
  const timeoutMs = READING.includes(call.command) ? READ_MS : ACT_MS
  const here: Here = { read, app, client: (name, base, token) => makeRelayClient({ name, url: base, token, http: makeHttp(), timeoutMs }) }
  const relays = url === null ? specs.map((spec) => fromSpec(spec, here)) : [fromUrl(url, specs, here)]
  if (relays.length === 0) throw whichRelay(settings ? [`${settings.file ?? 'safe-deploy.yml'} names no relay under notify`] : [])
  if (app !== null) call.emit({ type: 'run.started', command: call.command, app, attempt: null })
  return {
    relays,
    app,
    by: async () => {
      const { name, via } = await actorOf(call, makeGit({ cwd: call.cwd, env: call.env }), call.terminal)
      return call.mask(`${name} (${via})`)
    },
    retype: (...words) => ['safe-deploy', 'relay', ...words, ...(url === null ? [] : [`--url=${url}`]), ...globals(call)],
    now: call.clock.now(),
    emit: call.emit,
  }
}

const globals = ({ flags }: Call): string[] =>
  ['app', 'config'].flatMap((name) => {
    const value = textOf(flags, name)
    return value === null ? [] : [`--${name}=${value}`]
  })

/** The base URL of `--url`. What could hold a secret is not repeated. @throws USAGE */
const urlOf = (call: Call): string | null => {
  const given = textOf(call.flags, 'url')
  if (given === null) return null
  const at = URL.canParse(given) ? new URL(given) : null
  if (!at || !/^https?:$/.test(at.protocol) || at.username || at.password || at.search || at.hash) {
    throw refuse('USAGE', {
      what: '--url is not the base URL of a relay: http:// or https://, a host, and no user, password or query.',
      next: [next('for example', ['safe-deploy', 'relay', 'status', '--url=http://relay.flycast'])],
    })
  }
  return bare(given)
}

/** The settings of where we are. With `--url` the place may say nothing: no repository, no app. */
const settingsHere = async (call: Call, may: boolean): Promise<Settings | null> => {
  try {
    const repo = await describeRepository(makeGit({ cwd: call.cwd, env: call.env }))
    const git = makeGit({ cwd: repo.root, env: call.env })
    return await settingsOf(call, { git, root: repo.root, folder: privateFolder(repo.commonDir) })
  } catch (error) {
    if (may && isGuardError(error)) return null
    throw isGuardError(error) && error.refusal.code === 'NOT_A_REPOSITORY' ? whichRelay([error.refusal.what]) : error
  }
}

const whichRelay = (why: string[]) =>
  refuse('USAGE', {
    what: 'Which relay? None is named here.',
    why: [
      ...why,
      'in safe-deploy.yml: notify: [{ relay: { url: $RELAY_URL, token: $RELAY_ADMIN_TOKEN } }]',
      `or --url, with its admin token in $${TOKEN_KEY}`,
    ],
    next: [
      next('for example', ['safe-deploy', 'relay', 'status', '--url=http://relay.flycast']),
      next('set one up', ['safe-deploy', 'relay', 'init']),
    ],
  })

interface Here {
  read: Read
  app: string | null
  client(name: string, url: string, token: string): RelayClient
}

const fromSpec = (spec: RelaySpec, { read, app, client }: Here): RelayHere => {
  const name = outletId({ ...spec, app: null })
  const unset = keysOf(spec).filter((key) => read({ env: key }) === '')
  const why = unset.length > 0 ? `${unset.map((key) => `$${key}`).join(' and ')} not set here` : unusable(spec, read)
  const open = () => {
    if (why !== null) throw refuse('RELAY_UNREACHABLE', { what: `${name}: ${why}.`, who: 'whoever may set these env keys' })
    return client(name, bare(read(spec.url)), read(spec.token))
  }
  return { name, app: spec.app ?? app, open }
}

const fromUrl = (url: string, specs: readonly RelaySpec[], { read, app, client }: Here): RelayHere => {
  const spec = specs.find((one) => bare(read(one.url)) === url && read(one.token) !== '')
  const name = `relay ${new URL(url).host}`
  const token = spec ? read(spec.token) : read({ env: TOKEN_KEY })
  const open = () => {
    if (token === '') throw refuse('USAGE', { what: `No admin token for ${name}.`, why: [`put it into $${TOKEN_KEY}`] })
    if (/[^\x21-\x7e]/.test(token)) throw refuse('USAGE', { what: `$${TOKEN_KEY} holds something that is no token.` })
    return client(name, url, token)
  }
  return { name, app: spec?.app ?? app, open }
}
