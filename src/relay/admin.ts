import type { Knock, Reply } from '../ports-relay.ts'
import { alertIn, BadInput, type Input, inputOf, optionalTextIn, reasonIn, textIn, ttlIn } from './admin-input.ts'
import type { Desk } from './desk.ts'
import { flushNow } from './due.ts'
import { quiet, release } from './end.ts'
import { askedBy, show } from './show.ts'
import { iso, knownKinds, viewOfChannel, viewOfHeld, viewOfWindow } from './views.ts'

const json = (status: number, value: object): Reply => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: `${JSON.stringify(value)}\n`,
})

const wrong = (status: number, error: string): Reply => json(status, { error })

/** What a call does. `GET` or `POST`, and the path, with what follows its last slash where it ends in one. */
const ROUTES: Readonly<Record<string, (desk: Desk, call: { input: Input; rest: string; query: string }) => Reply | Promise<Reply>>> = {
  'GET /v1/status': (desk) => json(200, statusOf(desk)),
  'GET /v1/held': (desk, { query }) => json(200, viewOfHeld(desk.state, new URLSearchParams(query).get('app'))),
  'GET /v1/held/': async (desk, { rest, query }) => showKind(desk, rest, query),
  'POST /v1/quiet': (desk, { input }) => openWindow(desk, input),
  'POST /v1/release': (desk, { input }) => releaseWindow(desk, input),
  'POST /v1/flush': (desk, { input }) => flush(desk, input),
}

/** Without a key: whether it takes messages. */
export const health = ({ book }: Pick<Desk, 'book'>): Reply =>
  json(200, { ok: true, ...(book.trouble() === null ? {} : { journal: 'failing' }) })

export const unauthorized = (): Reply => {
  const reply = wrong(401, 'This needs the admin token: Authorization: Bearer …')
  return { ...reply, headers: { ...reply.headers, 'www-authenticate': 'Bearer' } }
}

/** Answers a call of somebody who may. Never throws. */
export const answerAdmin = async (desk: Desk, { method, path, query }: Knock, body: Buffer): Promise<Reply> => {
  const below = path.startsWith('/v1/held/') ? '/v1/held/' : path
  const route = ROUTES[`${method} ${below}`]
  if (!route) return wrong(404, `There is no ${method} ${path.slice(0, 100)}.`)
  try {
    return await route(desk, { input: method === 'GET' ? {} : inputOf(body), rest: path.slice(below.length), query })
  } catch (error) {
    return error instanceof BadInput ? wrong(400, error.message) : wrong(500, `The relay could not do that: ${(error as Error).message}`)
  }
}

const statusOf = ({ world, since, book, journal, state, counts, delivery }: Desk): object => {
  const [now, stats, why] = [world.clock.now(), journal.stats(), book.trouble()]
  return {
    version: world.version,
    since: iso(since),
    journal: { ok: why === null, bytes: stats.bytes, torn: stats.torn, damaged: stats.damaged, failed: stats.failed, why },
    channels: world.policy.channels.map((channel) =>
      viewOfChannel(channel, { state, now, counts: counts(channel.name), trouble: delivery.trouble }),
    ),
  }
}

const showKind = async ({ journal, state }: Desk, kind: string, query: string): Promise<Reply> => {
  const shown = /^[0-9a-z]{1,12}$/.test(kind) ? await show(journal, askedBy(kind, query), knownKinds(state)) : null
  if (shown === null) return wrong(404, 'There is no such kind in the journal.')
  return 'kinds' in shown ? json(409, { error: 'More than one kind begins so.', ...shown }) : json(200, shown)
}

/** An app of the config. @throws BadInput */
const appIn = ({ world }: Desk, app: string): string | null => (world.policy.channels.some((channel) => channel.app === app) ? app : null)

const noApp = (app: string): Reply => wrong(404, `No channel of this relay belongs to ${app}.`)

const openWindow = async (desk: Desk, input: Input): Promise<Reply> => {
  const { policy, clock } = desk.world
  const app = textIn(input, 'app', 200)
  const asked = ttlIn(input)
  const ttlMs = Math.min(asked, policy.maxTtlMs)
  const call = {
    ...{ app, ttlMs, reason: reasonIn(input) ?? 'person', because: textIn(input, 'because', 500), by: textIn(input, 'by', 200) },
    ...{ incident: optionalTextIn(input, 'incident', 200), alert: alertIn(input) },
  }
  if (appIn(desk, app) === null) return noApp(app)
  const kept = await desk.writeAll(quiet(desk.state, policy, call, clock.now(), desk.newId()))
  const window = desk.state.windows.get(app)
  return json(200, {
    window: window ? viewOfWindow(window) : null,
    ...(asked > ttlMs ? { cut: true, said: `cut to ${policy.maxTtlMs / 1000} s, the longest window of this relay` } : {}),
    ...(kept ? {} : { warning: NOT_KEPT }),
  })
}

const NOT_KEPT = 'The journal fails: while it does, nothing is held.'

const releaseWindow = async (desk: Desk, input: Input): Promise<Reply> => {
  const { policy, clock } = desk.world
  const [app, by] = [textIn(input, 'app', 200), textIn(input, 'by', 200)]
  if (appIn(desk, app) === null) return noApp(app)
  const entries = release(desk.state, policy, { app, reason: reasonIn(input), by }, clock.now())
  const kept = await desk.writeAll(entries)
  const window = desk.state.windows.get(app)
  return json(200, {
    released: entries.length > 0,
    window: window ? viewOfWindow(window) : null,
    ...(kept ? {} : { warning: NOT_KEPT }),
  })
}

const flush = async (desk: Desk, input: Input): Promise<Reply> => {
  const app = optionalTextIn(input, 'app', 200)
  if (app !== null && appIn(desk, app) === null) return noApp(app)
  const posts = flushNow(desk.state, desk.world.policy, desk.world.clock.now(), app)
  await desk.writeAll(posts)
  return json(200, { posts: posts.length })
}
