import type { Alert } from './entry.ts'
import type { RelayState } from './window.ts'
import type { World } from './world.ts'

const EVERY_MS = 60_000
const TIMEOUT_MS = 5_000
/** An alert that nobody renews ends after this. */
const LASTS_MS = 24 * 3_600_000
/** Ends that could not be told are tried again so often, a minute apart; what lasts longer ends by itself. */
const MOST_TRIES = 24 * 60

/** Keeps alerts of open windows alive. */
export interface Alerts {
  /** Something opened: renewed at once. */
  poke(): void
  /** These are over: they end now. */
  end(alerts: readonly Alert[]): void
  stop(): Promise<void>
}

type Parts = Pick<World, 'clock' | 'sleep' | 'http' | 'note'> & Pick<World['policy'], 'alertmanager'>

interface Ended {
  alert: Alert
  at: number
  tries: number
}

/** Alerts of a state's open windows. */
export const alertsOf = ({ windows }: RelayState): Alert[] =>
  [...windows.values()].flatMap(({ reasons }) => [...reasons.values()].flatMap(({ alert }) => alert ?? []))

/** Renews the alerts of open windows every minute at an Alertmanager, and ends them when their window is released. @param open those of now */
export const startAlerts = ({ alertmanager, ...world }: Parts, open: () => Alert[]): Alerts => {
  const over = new AbortController()
  const state = { poked: new AbortController(), ended: [] as Ended[], why: null as string | null }
  const send = async (alerts: readonly object[]): Promise<string | null> => {
    if (!alertmanager || alerts.length === 0) return null
    const { url, headers } = alertmanager
    const body = JSON.stringify(alerts)
    const request = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body, timeoutMs: TIMEOUT_MS } as const
    try {
      const { status } = await world.http.send(`${url.replace(/\/+$/, '')}/api/v2/alerts`, request)
      return status >= 200 && status < 300 ? null : `it answers ${status}`
    } catch (error) {
      return (error as Error).message
    }
  }
  const turn = async (): Promise<void> => {
    const now = world.clock.now()
    const ended = state.ended.splice(0)
    const living = new Set(open().map(keyOf))
    const gone = ended.filter(({ alert }) => !living.has(keyOf(alert)))
    const why = await send([
      ...open().map((alert) => lasting(alert, now, now + LASTS_MS)),
      ...gone.map(({ alert, at }) => lasting(alert, at, at)),
    ])
    if (why !== null) state.ended.push(...gone.flatMap((one) => (one.tries < MOST_TRIES ? [{ ...one, tries: one.tries + 1 }] : [])))
    if (why !== null && state.why === null)
      world.note({ what: 'trouble', text: `Alertmanager takes no alerts: ${why}; they are sent again every minute` })
    state.why = why
  }
  const run = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await world.sleep(EVERY_MS, state.poked.signal)
      state.poked = new AbortController()
      if (!over.signal.aborted || state.ended.length > 0) await turn()
    }
  }
  const running = alertmanager ? run() : Promise.resolve()
  const poke = () => state.poked.abort()
  return {
    poke,
    end: (alerts) => {
      if (!alertmanager) return
      state.ended.push(...alerts.map((alert) => ({ alert, at: world.clock.now(), tries: 0 })))
      if (alerts.length > 0) poke()
    },
    stop: async () => {
      over.abort()
      poke()
      await running
    },
  }
}

/** The identity of an alert: its labels. */
const keyOf = ({ labels }: Alert): string => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Without a beginning, Alertmanager takes the end for one; of two that overlap it keeps the earlier. */
const lasting = (alert: Alert, from: number, until: number): object => ({
  ...alert,
  startsAt: new Date(from).toISOString(),
  endsAt: new Date(until).toISOString(),
})
