import { dirname, resolve } from 'node:path'
import { makeForwarder } from '../adapters/forward.ts'
import { guardFiles } from '../adapters/guard-files.ts'
import { makeHttp } from '../adapters/http.ts'
import { openJournal } from '../adapters/journal.ts'
import { listenRelay } from '../adapters/relay-server.ts'
import { ownVersion } from '../adapters/self.ts'
import { loadRelay } from '../config/relay.ts'
import { SIGNAL_EXITS } from '../ending.ts'
import { type GuardError, next, refuse } from '../errors.ts'
import type { Journal } from '../ports-relay.ts'
import type { Entry } from '../relay/entry.ts'
import { readsLikeFailure } from '../relay/failure-words.ts'
import type { Policy } from '../relay/policy.ts'
import { MAX_BODY } from '../relay/read-body.ts'
import { startRelay } from '../relay/serve.ts'
import { apply, freeze, newState } from '../relay/state.ts'
import { steadyClock } from '../relay/steady-clock.ts'
import type { Note, World } from '../relay/world.ts'
import type { Call } from './call.ts'
import { given, textOf } from './flags.ts'
import type { RelaySources } from './relay.ts'

/** Slack answers within this, or counts as not answering. */
const FORWARD_MS = 5_000

/** What `relay` needs: the machine's clocks, disk and network. Everything secret in the policy is hidden from what it says. */
export const relaySources = async (call: Call): Promise<RelaySources> => {
  const policy = await relayPolicy(call)
  call.hide(secretsOf(policy))
  const running = () => performance.now()
  const note = noteTo(call)
  const world: World = {
    policy,
    version: ownVersion(),
    clock: steadyClock(call.clock.now, running),
    running,
    sleep: call.clock.sleep,
    random: Math.random,
    forwarder: makeForwarder(FORWARD_MS),
    http: makeHttp(),
    note,
  }
  return {
    listen: policy.listen,
    begin: () => begin(world),
    beginWithout: (why) => startRelay(world, noJournal(why), newState()),
    serve: (at, answerer) => listenRelay(at, MAX_BODY, answerer),
    sleep: call.clock.sleep,
    signals: call.signals,
    note,
    exit: (signal) => process.exit(SIGNAL_EXITS[signal]),
  }
}

/** @throws CONFIG */
const relayPolicy = async (call: Call): Promise<Policy> => {
  const file = resolve(call.cwd, textOf(call.flags, 'config') ?? 'relay.yml')
  const text = await guardFiles.readText(file)
  if (text === null) throw noConfig(file)
  const policy = loadRelay(text, file, { env: call.env, readsLikeFailure })
  return { ...policy, data: resolve(dirname(file), policy.data) }
}

const noConfig = (file: string): GuardError =>
  refuse('CONFIG', {
    what: `There is no ${file}; the relay does not start.`,
    why: ['It says where messages go, and which env keys hold the secrets.'],
    next: [next('write one', ['safe-deploy', 'relay', 'init']), next('every key and what it means', ['safe-deploy', 'relay', '--help'])],
  })

const begin = async (world: World): Promise<ReturnType<typeof startRelay>> => {
  const { data, keepMs, keepBytes } = world.policy
  const state = newState()
  const journal = await openJournal({
    folder: data,
    keepMs,
    keepBytes,
    now: Date.now,
    snapshot: () => freeze(state),
    onEntry: (entry) => apply(state, entry as Entry),
  })
  const { torn, damaged } = journal.stats()
  if (torn + damaged > 0)
    world.note({
      what: 'journal',
      text: `Lines of the journal that were cut off (${torn}) or damaged (${damaged}) are left out.`,
    })
  return startRelay(world, journal, state)
}

/** A journal that could not be opened. */
const noJournal = (code: string): Journal => {
  const fails = () => Promise.reject(Object.assign(new Error(code), { code }))
  return {
    append: fails,
    scan: async function* () {},
    stats: () => ({ bytes: 0, segments: 0, torn: 0, damaged: 0, failed: 0, why: code }),
    tidy: fails,
    purge: fails,
    close: async () => {},
  }
}

const secretsOf = ({ admin, channels, alertmanager }: Policy): string[] => [
  admin,
  ...channels.flatMap(({ token, to, ops }) => [token, to, ...(ops === null ? [] : [ops])]),
  ...Object.values(alertmanager?.headers ?? {}),
]

/** Lines on stderr; with `--json` events on stdout. */
const noteTo =
  (call: Call) =>
  ({ text, ...data }: Note): void => {
    if (given(call.flags, 'json')) call.emit({ type: 'report', title: text, lines: [], data })
    else process.stderr.write(`${new Date(call.clock.now()).toISOString()} ${call.mask(text)}\n`)
  }
