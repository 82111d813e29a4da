import type { Answerer, Forwarded, Journal, Knock, Reply } from '../ports-relay.ts'
import { answerAdmin, health, unauthorized } from './admin.ts'
import { alertsOf, startAlerts } from './alerts.ts'
import { makeBook } from './book.ts'
import { makeDelivery } from './deliver.ts'
import type { Desk } from './desk.ts'
import { makeDoors } from './doors.ts'
import { due, nextDue, waiting } from './due.ts'
import type { Entry } from './entry.ts'
import { makeNewId } from './new-id.ts'
import { bytesOf, isRedirect, plain, replyOf } from './pass-on.ts'
import type { Channel } from './policy.ts'
import { makeRate } from './rate.ts'
import { forgetFlights } from './state.ts'
import { takeMessage } from './take.ts'
import { endingAlerts, noteOf } from './tell.ts'
import type { Counts } from './views.ts'
import { startWaker, type Waker } from './waker.ts'
import type { RelayState } from './window.ts'
import { wordOf } from './word.ts'
import type { World } from './world.ts'

/** A journal that was well for less than this has not healed: what it says of itself is not told again. */
const WELL_MS = 5_000

export interface Relay {
  answerer: Answerer
  state: RelayState
  /** Starts nothing more, waits for what is under way, closes the journal. */
  stop(): Promise<void>
}

/**
 * Begins to relay by what the journal knew.
 * @param state of the entries of the journal
 */
export const startRelay = (world: World, journal: Journal, state: RelayState): Relay => {
  forgetFlights(state)
  const newId = makeNewId(() => world.clock.now())
  const well = { since: Number.NEGATIVE_INFINITY }
  const book = makeBook(state, journal, world, {
    onFail: (why) => {
      world.note({ what: 'journal', text: `The journal fails (${why}): everything is handed on, nothing is held.` })
      if (world.running() - well.since >= WELL_MS) void writeAll(wordOf(world.policy.channels, failing(why), world.clock.now(), newId))
    },
    onHeal: () => {
      well.since = world.running()
      world.note({ what: 'journal', text: 'The journal is written again.' })
    },
  })
  const write = (entry: Entry): Promise<boolean> => {
    const [note, ended] = [noteOf(state, entry), endingAlerts(state, entry)]
    const written = book.write(entry)
    if (note) world.note(note)
    alerts.end(ended)
    if (entry.t === 'quiet' && entry.alert) alerts.poke()
    if (entry.t === 'post') delivery.poke()
    waker.poke()
    return written
  }
  const writeAll = async (entries: readonly Entry[]): Promise<boolean> => (await Promise.all(entries.map(write))).every((kept) => kept)
  const delivery = makeDelivery({ world, waiting: () => waiting(state), write })
  const alerts = startAlerts({ ...world, alertmanager: world.policy.alertmanager }, () => alertsOf(state))
  const waker: Waker = startWaker({
    now: world.clock.now,
    sleep: world.sleep,
    next: () => nextDue(state, world.policy),
    act: () => {
      try {
        void writeAll(due(state, world.policy, world.clock.now()))
      } catch (error) {
        world.note({ what: 'trouble', text: `What is due could not be made: ${(error as Error).message}` })
      }
      if (state.windows.size === 0) world.clock.settle()
    },
  })
  const tallies = new Map(world.policy.channels.map(({ name }) => [name, { passed: 0, limited: 0 }]))
  const counts = (channel: string): Counts => tallies.get(channel)!
  const desk = { world, since: world.clock.now(), state, journal, book: { ...book, write }, delivery, counts, newId, writeAll }
  const { why } = journal.stats()
  if (why !== null) book.fail(why)
  delivery.poke()
  return {
    answerer: answererOf(desk),
    state,
    stop: async () => {
      await Promise.all([waker.stop(), alerts.stop(), delivery.stop()])
      await journal.close()
    },
  }
}

const failing = (why: string): string =>
  `safe-deploy relay: its journal cannot be written (${why}). Until it can, every message is handed on as it comes and nothing is held. \`safe-deploy relay status\` says more.`

/** Who asks what: the doors of a relay. */
const answererOf = (desk: Desk): Answerer => {
  const { policy, running } = desk.world
  const doors = makeDoors(policy)
  const rates = new Map(policy.channels.map(({ name }) => [name, makeRate(policy.ratePerS, running)]))
  const went = makeWent(desk)
  const known = new WeakMap<Knock, Channel>()
  return {
    refuses: (knock) => {
      if (knock.path === '/health') return health(desk)
      if (knock.path.startsWith('/v1/')) return doors.isAdmin(knock.headers.authorization) ? null : unauthorized()
      const channel = doors.channelOf(knock.path)
      if (!channel) return plain(404, 'no_service')
      known.set(knock, channel)
      if (knock.method !== 'POST') return plain(405, 'method_not_allowed', { allow: 'POST' })
      if (rates.get(channel.name)?.()) return null
      desk.counts(channel.name).limited += 1
      return plain(429, 'rate_limited', { 'retry-after': '1' })
    },
    answer: async (knock, body) => {
      if (knock.path.startsWith('/v1/')) return answerAdmin(desk, knock, body)
      // Another relay may have let it in, which had no journal yet.
      const channel = known.get(knock) ?? doors.channelOf(knock.path)
      return channel ? relay(desk, channel, knock, body, went) : plain(404, 'no_service')
    },
  }
}

type Went = (channel: Channel, result: Forwarded) => void

/** Whatever goes wrong in here, the message goes out. */
const relay = async (desk: Desk, channel: Channel, knock: Knock, body: Buffer, went: Went): Promise<Reply> => {
  try {
    return await takeMessage({ ...desk, went }, channel, knock, body)
  } catch (error) {
    desk.world.note({ what: 'trouble', channel: channel.name, text: `${channel.name}: a bug of the relay: ${(error as Error).message}` })
    return replyOf(await desk.world.forwarder.post(channel.to, bytesOf(knock, body)))
  }
}

/** Counts what went out, and says once that a webhook takes nothing, and that it does again. */
const makeWent = ({ world, counts }: Desk): Went => {
  const down = new Set<string>()
  return ({ name }, result) => {
    counts(name).passed += 1
    const why = result.ok ? (result.status >= 500 || isRedirect(result.status) ? `it answers ${result.status}` : null) : result.why
    if (why === null && !down.delete(name)) return
    if (why !== null && down.has(name)) return
    if (why !== null) down.add(name)
    world.note({
      what: 'trouble',
      channel: name,
      text: why === null ? `${name}: its webhook takes messages again` : `${name}: its webhook: ${why}`,
    })
  }
}
