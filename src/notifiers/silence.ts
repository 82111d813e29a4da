import { ALERT_NAME } from './alert.ts'
import { fieldOf, parsed } from './answer.ts'
import { clip } from './clip.ts'
import type { Memory, Notice } from './outlet.ts'
import type { AlertmanagerSpec } from './spec.ts'
import { type Failed, json, type Try } from './try.ts'

/** Longer than this no silence stands unless a later command renews it: whoever forgets about it hears again. */
const SILENCE_MS = 4 * 3_600_000
const TEST_MS = 5 * 60_000

interface Place {
  base: string
  headers: Readonly<Record<string, string>>
  now: number
}

const iso = (ms: number): string => new Date(ms).toISOString()
const mark = ({ incident }: Notice): string => `incident ${incident}`

/** The app's alerts, and never our own. */
const matchersOf = (notice: Notice, silence: AlertmanagerSpec['silence']) => [
  ...Object.entries(silence === 'app' || silence === null ? { app: notice.app } : silence).map(([name, value]) => ({
    name,
    value,
    isRegex: false,
    isEqual: true,
  })),
  { name: 'alertname', value: ALERT_NAME, isRegex: false, isEqual: false },
]

/** What is left of the silence that was made: a person may have ended it, and then it stays ended. */
const before = async (one: Try, { base, headers, now }: Place, memory: Memory) => {
  if (!memory.silence) return { state: 'none' as const }
  const reply = await one.ask(`${base}/api/v2/silence/${encodeURIComponent(memory.silence)}`, { method: 'GET', headers })
  if (!reply.ok) return reply.status === 404 ? { state: 'none' as const } : { state: 'failed' as const, failed: reply.failed }
  const said = parsed(reply.body)
  const state = fieldOf(typeof said === 'object' && said !== null ? Reflect.get(said, 'status') : null, 'state')
  if (state !== 'expired') return { state: 'stands' as const, startsAt: fieldOf(said, 'startsAt') }
  return Number(memory.silencedUntil) > now ? { state: 'lifted' as const } : { state: 'none' as const }
}

/**
 * Makes the silence of an incident, or prolongs it. The id that comes back is the one to remember: Alertmanager gives a new one where it could not
 * keep the old.
 */
export const silence = async (
  one: Try,
  place: Place,
  { spec, notice, memory }: { spec: AlertmanagerSpec; notice: Notice; memory: Memory },
): Promise<{ memory: Memory; said: string } | Failed> => {
  const { base, headers, now } = place
  if (memory.lifted) return { memory, said: 'its silence was lifted by hand' }
  const stood = await before(one, place, memory)
  if (stood.state === 'failed') return stood.failed
  if (stood.state === 'lifted') return { memory: { lifted: 'yes' }, said: 'its silence was lifted by hand' }
  const until = now + (notice.test ? TEST_MS : SILENCE_MS)
  const reply = await one.ask(
    `${base}/api/v2/silences`,
    json(
      {
        ...(stood.state === 'stands' ? { id: memory.silence } : {}),
        matchers: matchersOf(notice, spec.silence),
        startsAt: stood.state === 'stands' && stood.startsAt ? stood.startsAt : iso(now),
        endsAt: iso(until),
        createdBy: 'safe-deploy',
        comment: `${clip(notice.app, 100)} is halted; its own alerts wait until that ends (${mark(notice)})`,
      },
      headers,
    ),
  )
  if (!reply.ok) return reply.failed
  const id = fieldOf(parsed(reply.body), 'silenceID')
  if (id === '') return one.fail('answered a silence without an id', { final: true })
  return { memory: { silence: id, silencedUntil: String(until) }, said: `silence ${id}` }
}

/** Silences of this incident that another machine made, and of which nobody remembered the id. */
const leftOver = async (one: Try, { base, headers }: Place, notice: Notice): Promise<string[]> => {
  const reply = await one.ask(`${base}/api/v2/silences`, { method: 'GET', headers })
  const all = reply.ok ? parsed(reply.body) : null
  return (Array.isArray(all) ? all : []).flatMap((each: unknown) => {
    const state = typeof each === 'object' && each !== null ? fieldOf(Reflect.get(each, 'status'), 'state') : 'expired'
    const ours = fieldOf(each, 'createdBy') === 'safe-deploy' && fieldOf(each, 'comment').includes(`(${mark(notice)})`)
    return ours && state !== 'expired' ? [fieldOf(each, 'id')] : []
  })
}

/** Ends every silence of an incident; one that is gone already is fine. Null, or why one may still stand. */
export const unsilence = async (one: Try, place: Place, notice: Notice, memory: Memory): Promise<Failed | null> => {
  const ids = new Set([...(memory.silence ? [memory.silence] : []), ...(await leftOver(one, place, notice))])
  const ended = await Promise.all(
    [...ids].map((id) => one.ask(`${place.base}/api/v2/silence/${encodeURIComponent(id)}`, { method: 'DELETE', headers: place.headers })),
  )
  for (const reply of ended) {
    // Older ones answer 500 for an id that they do not know.
    const gone = !reply.ok && (reply.status === 404 || (reply.status === 500 && /not found/i.test(reply.body)))
    if (!reply.ok && !gone) return reply.failed
  }
  return null
}
