import { makeClock } from './adapters/clock.ts'
import { appendDurable } from './adapters/files.ts'
import { isTerminal, makeOutput } from './adapters/output.ts'
import { hearSignals } from './adapters/signals.ts'
import { withoutShim } from './adapters/without-shim.ts'
import { isCi } from './agents/actor.ts'
import { carry } from './carry.ts'
import type { Call } from './commands/call.ts'
import { loadCommand } from './commands/load.ts'
import { type News, noNews, worthTelling } from './commands/news.ts'
import { type Line, type Picked, read } from './commands/parse.ts'
import { interrupted, refusalOf, SIGNAL_EXITS } from './ending.ts'
import type { Emit, Event } from './events.ts'
import { look } from './look.ts'
import { isSecretName, type Mask, makeMask, secretsIn } from './redact.ts'
import { masked } from './reporters/masked.ts'
import { pickReporter } from './reporters/pick.ts'
import type { Reporter } from './reporters/reporter.ts'
import { nameServing } from './words.ts'

/** The mask of one run; it grows as secrets are read. */
const growingMask = (env: NodeJS.ProcessEnv): { mask: Mask; hide: (values: Iterable<string>) => void } => {
  const secrets = new Set(Object.entries(env).flatMap(([name, value]) => (value && isSecretName(name) ? [value] : [])))
  const current = { mask: makeMask(secrets) }
  return {
    mask: (text) => current.mask(text),
    hide: (values) => {
      for (const value of values) secrets.add(value)
      current.mask = makeMask(secrets)
    },
  }
}

/**
 * Runs the command that was picked. The one place that turns an error into text and an exit code.
 * @returns the exit code
 */
export const invoke = async (process: NodeJS.Process, picked: Picked): Promise<number> => {
  const began = Date.now()
  // Each look into process.env itself is a call into the system.
  const env = withoutShim({ ...process.env })
  // Its stdout speaks another protocol.
  const stdout = makeOutput(picked.command?.name === 'mcp' ? process.stderr : process.stdout)
  const stderr = makeOutput(process.stderr)
  const json = picked.words.includes('--json')
  const command = picked.command?.name ?? null
  const { mask, hide } = growingMask(env)
  if (picked.rest.length > 0) hide(secretsIn(picked.rest))
  const clock = makeClock()
  const append = async (path: string, text: string) => appendDurable(path, text)
  const reporter = await pickReporter({ json, stdout, stderr, env, clock, terminal: process.stdout, append })
  const state: { intended: boolean; exit: number | null; call: Call | null } = { intended: false, exit: null, call: null }
  const news = noNews(began)
  const show = masked((event) => reporter.emit(event), mask)
  const emit: Emit = (event) => {
    if (event.type === 'recorded' && event.event.type === 'deploy.intended') state.intended = true
    hear(news, event, { env, clock })
    show(carry(event, picked))
  }
  const signals = hearSignals(process, (signal) => {
    // An outcome that was shown stays what it is, whoever is still being told of it.
    const exit = state.exit ?? SIGNAL_EXITS[signal]
    if (state.exit === null) emit({ type: 'refused', refusal: interrupted(signal, state.intended) })
    emit({ type: 'done', exit, ms: Date.now() - began, text: null, command })
    // Nothing was begun that must be looked after, and what is being read would keep the process alive.
    reporter.close().finally(() => process.exit(exit))
  })
  const ended = await attempt(async () => {
    const line = await read(picked)
    state.call = makeCall(process, toldBy(line), { env, emit, mask, hide, clock, signals, reporter, news })
    return (await loadCommand(line.command.name))(state.call)
  })
  const refusal = 'exit' in ended ? null : refusalOf(ended.error, state.intended, mask)
  if (refusal) emit({ type: 'refused', refusal })
  const exit = refusal ? refusal.exit : 'exit' in ended ? ended.exit : 0
  state.exit = exit
  if (worthTelling(news)) await (await import('./tell.ts')).tell({ env, clock, mask, hide, emit }, news, state.call)
  emit({ type: 'done', exit, ms: Date.now() - began, text: null, command })
  await reporter.close()
  return exit
}

/** What events say that outlets are told later; a relay hears at once that an attempt starts. */
const hear = (news: News, event: Event, world: Pick<Call, 'env' | 'clock'>): void => {
  if (event.type === 'halted' || event.type === 'live') {
    // Several apps are deployed one after the other.
    news.saw.set([...news.desks.keys()].at(-1) ?? '', { serving: event.serving && nameServing(event.serving), url: event.url ?? null })
  }
  if (event.type !== 'deploy.starts' || event.kind === 'run' || !worthTelling(news)) return
  news.windows.push(import('./tell-window.ts').then(({ openWindows }) => openWindows(world, news, event)))
}

const attempt = async (act: () => Promise<number>): Promise<{ exit: number } | { error: unknown }> => {
  try {
    return { exit: await act() }
  } catch (error) {
    return { error }
  }
}

type Parts = Pick<Call, 'env' | 'emit' | 'mask' | 'hide' | 'clock' | 'signals' | 'news'> & { reporter: Reporter }

type Told = Pick<Call, 'command' | 'line' | 'args' | 'flags' | 'rest'>

const toldBy = ({ command, words, args, flags, rest }: Line): Told => ({
  command: command.name,
  line: ['safe-deploy', ...command.name.split(' '), ...words, ...(rest.length > 0 ? ['--', ...rest] : [])],
  args,
  flags,
  rest,
})

const makeCall = (process: NodeJS.Process, told: Told, parts: Parts): Call => {
  const { reporter, ...rest } = parts
  const terminal = isTerminal(0) && isTerminal(1)
  const call: Call = {
    ...told,
    cwd: process.cwd(),
    pid: process.pid,
    node: process.versions.node,
    hush: () => reporter.hush(),
    terminal,
    interactive: terminal && !told.flags['no-input'] && !isCi(parts.env),
    prompter: async () => (await import('./wiring.ts')).prompterOf(process, call, reporter),
    as: (changed) => makeCall(process, { ...told, ...changed }, parts),
    look: async () => look(call),
    ...rest,
    lookEvery: async () => (await import('./look-every.ts')).lookEvery(call),
    refuseWhileHalted: async (keep) => (await import('./halted.ts')).refuseWhileHalted(call, keep),
    desk: async (app) => (await import('./wiring.ts')).openDesk(process, app ? { ...call, flags: { ...call.flags, app } } : call, reporter),
    range: async () => (await import('./open-range.ts')).openRange(call),
    apps: async () => (await import('./settings-of.ts')).appsOf(call),
  }
  return call
}
