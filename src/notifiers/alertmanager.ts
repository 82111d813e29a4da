import { alertOf } from './alert.ts'
import type { Memory, Notice, Outlet, Told } from './outlet.ts'
import { silence, unsilence } from './silence.ts'
import type { AlertmanagerSpec } from './spec.ts'
import { type Failed, json, makeOutlet, type Try, told, type World } from './try.ts'

/** An alert that nobody renews ends by itself: every later command of the incident renews it. */
const ALERT_MS = 24 * 3_600_000
const TEST_MS = 5 * 60_000

/** Spec with its env keys read. */
export interface Reached {
  base: string
  headers: Readonly<Record<string, string>>
  secrets: readonly string[]
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** Posts the alert; it fires until `endsAt`. An alert may not begin after it ends, and clocks of two machines differ. */
const fire = async (
  one: Try,
  { base, headers }: Reached,
  notice: Notice,
  times: { labels: AlertmanagerSpec['labels']; now: number; endsAt: number },
) => {
  const { labels, now, endsAt } = times
  const since = Date.parse(notice.since)
  const startsAt = Number.isNaN(since) ? now : Math.min(since, now)
  const alert = { ...alertOf(notice, labels), startsAt: iso(startsAt), endsAt: iso(endsAt) }
  const reply = await one.ask(`${base}/api/v2/alerts`, json([alert], headers))
  if (!reply.ok) return reply.failed
  // It answers nothing at all; a page is from something in front of it, such as a login.
  return /^\s*</.test(reply.body) ? one.fail(`answered ${reply.status} with a web page: is the URL right?`, { final: true }) : null
}

const both = (...failures: (Failed | null)[]): Failed | null => failures.find((failure) => failure !== null) ?? null

const tellWith =
  (world: World, spec: AlertmanagerSpec, reached: Reached) =>
  async (one: Try, notice: Notice, memory: Memory): Promise<Told> => {
    const now = world.clock.now()
    const place = { ...reached, now }
    if (notice.happening === 'ended') {
      const failed = both(
        spec.silence || memory.silence ? await unsilence(one, place, notice, memory) : null,
        await fire(one, reached, notice, { labels: spec.labels, now, endsAt: now }),
      )
      return failed ?? told(memory.silence ? 'alert ended, silence deleted' : 'alert ended')
    }
    const endsAt = now + (notice.test ? TEST_MS : ALERT_MS)
    const failed = await fire(one, reached, notice, { labels: spec.labels, now, endsAt })
    if (failed) return failed
    if (!spec.silence) return told(`alert until ${iso(endsAt)}`, memory)
    const made = await silence(one, place, { spec, notice, memory })
    return 'ok' in made ? made : told(`alert until ${iso(endsAt)}, ${made.said}`, made.memory)
  }

/**
 * Alertmanager v2: one alert an incident, which fires until the incident ends or nobody renews it; where that is wished, with a silence of the app's own
 * alerts, which is bounded, and deleted at the end. Memory: the id of the silence.
 */
export const alertmanager = (world: World, id: string, spec: AlertmanagerSpec, reached: Reached): Outlet =>
  makeOutlet(
    world,
    { name: 'Alertmanager', secrets: reached.secrets },
    {
      id,
      hears: ['opened', 'another', 'counted', 'acknowledged', 'renewed', 'ended'],
      idempotent: true,
      stays: true,
      tell: tellWith(world, spec, reached),
    },
  )
