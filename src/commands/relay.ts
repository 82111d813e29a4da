import { isGuardError, refuse } from '../errors.ts'
import type { Signals, StopSignal } from '../ports.ts'
import type { Answerer, Listening } from '../ports-relay.ts'

/** What happened, for the log. */
interface Note {
  what: string
  text: string
  app?: string
  channel?: string
}

/** A relay that runs. */
interface Relay {
  answerer: Answerer
  stop(): Promise<void>
}

export interface RelaySources {
  listen: { host: string; port: number }
  /** Opens the journal and begins by what it knows. @throws RELAY_RUNS; system errors */
  begin(): Promise<Relay>
  /** The same without a disk: everything is handed on. @param why the system's code */
  beginWithout(why: string): Relay
  serve(at: { host: string; port: number }, answerer: Answerer): Promise<Listening>
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  signals: Pick<Signals, 'onStop'>
  note(note: Note): void
  /** Ends the process, whatever is under way. */
  exit(signal: StopSignal): void
}

/** What is under way may take so long once it is told to stop. */
const GRACE_MS = 10_000
/** How often a journal that could not be opened is tried again. */
const AGAIN_MS = 10_000

/**
 * `safe-deploy relay`: relays until it is told to stop. TERM, INT and HUP end it in order; a second one at once.
 * @returns 0 after a stop in order
 * @throws RELAY_RUNS; RELAY_NOT_LISTENING
 */
export const relay = async (sources: RelaySources): Promise<number> => {
  const over = new AbortController()
  const stopped = new Promise<StopSignal>((done) => {
    sources.signals.onStop((signal) => {
      if (over.signal.aborted) sources.exit(signal)
      over.abort()
      done(signal)
    })
  })
  const now = { relay: await beginAnyhow(sources) }
  const answerer: Answerer = {
    refuses: (knock) => now.relay.answerer.refuses(knock),
    answer: (knock, body) => now.relay.answerer.answer(knock, body),
  }
  const listening = await serve(sources, answerer).catch(async (error) => {
    await now.relay.stop()
    throw error
  })
  sources.note({
    what: 'listening',
    text: `Listening on ${listening.host.includes(':') ? `[${listening.host}]` : listening.host}:${listening.port}`,
  })
  const mending = mend(sources, now, over.signal)
  const signal = await stopped
  sources.note({ what: 'stopped', text: `${signal}: takes nothing new, finishes what is under way` })
  await Promise.all([listening.stop(GRACE_MS), mending])
  await now.relay.stop()
  sources.note({ what: 'stopped', text: 'Stopped: everything that was taken is on disk or delivered' })
  return 0
}

interface Standing {
  relay: Relay & { without?: true }
}

const beginAnyhow = async (sources: RelaySources): Promise<Standing['relay']> => {
  try {
    return await sources.begin()
  } catch (error) {
    if (isGuardError(error)) throw error
    const { code, message } = error as NodeJS.ErrnoException
    return { ...sources.beginWithout(code ?? message), without: true }
  }
}

/** A journal that could not be opened is tried again; until then everything is handed on. */
const mend = async (sources: RelaySources, now: Standing, over: AbortSignal): Promise<void> => {
  while (now.relay.without && !over.aborted) {
    await sources.sleep(AGAIN_MS, over)
    const old = now.relay
    const next = over.aborted ? null : await sources.begin().catch(() => null)
    if (next === null) continue
    now.relay = next
    sources.note({ what: 'journal', text: 'The journal is open: from now on messages can be held.' })
    await old.stop()
  }
}

const serve = async ({ listen, serve: listenOn }: RelaySources, answerer: Answerer): Promise<Listening> => {
  try {
    return await listenOn(listen, answerer)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw refuse('RELAY_NOT_LISTENING', {
      what: `The relay cannot listen on ${listen.host}, port ${listen.port}: ${code ?? message}.`,
      why: code === 'EADDRINUSE' ? ['Another program listens there; nothing was relayed.'] : ['Nothing was relayed.'],
      who: 'whoever runs this machine: end the other program, or say another listen in the config of the relay',
    })
  }
}
