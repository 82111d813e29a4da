import { createHash } from 'node:crypto'
import { fieldOf, parsed } from './answer.ts'
import { clip } from './clip.ts'
import type { Happening, Notice, Outlet } from './outlet.ts'
import type { SpecOf } from './spec.ts'
import { json, makeOutlet, told, type World } from './try.ts'
import { countsOf, headOf, textOf } from './words.ts'

/** PagerDuty's own bounds. */
const LONGEST_KEY = 255
const LONGEST_SUMMARY = 1024

const ACTIONS: Partial<Record<Happening, string>> = {
  opened: 'trigger',
  another: 'trigger',
  acknowledged: 'acknowledge',
  ended: 'resolve',
}

/** One key an incident, the same on every machine. */
export const dedupKey = ({ app, incident }: Pick<Notice, 'app' | 'incident'>): string => {
  const key = `safe-deploy/${app}/${incident}`
  return key.length <= LONGEST_KEY ? key : `safe-deploy/${createHash('sha256').update(key).digest('hex')}`
}

const payloadOf = (notice: Notice, severity: string) => ({
  summary: clip(headOf(notice), LONGEST_SUMMARY),
  source: clip(notice.app, 255),
  severity: notice.test ? 'info' : severity,
  timestamp: notice.since,
  component: clip(notice.app, 255),
  ...(notice.outcome ? { class: notice.outcome } : {}),
  custom_details: { text: textOf(notice, 'ops'), why: clip(notice.why, 1000), serving: notice.serving, attempts: countsOf(notice.counts) },
})

/**
 * PagerDuty Events v2: a halt triggers, an acknowledgement acknowledges, the end resolves, all under the key of the incident; counters tell nobody.
 * @param key the integration's, a secret
 */
export const pagerDuty = (world: World, id: string, { severity, api }: SpecOf<'pagerduty'>, key: string): Outlet =>
  makeOutlet(
    world,
    { name: 'PagerDuty', secrets: [key] },
    {
      id,
      hears: ['opened', 'another', 'acknowledged', 'ended'],
      idempotent: true,
      stays: true,
      tell: async (one, notice) => {
        const action = ACTIONS[notice.happening] ?? 'trigger'
        const event = { routing_key: key, event_action: action, dedup_key: dedupKey(notice) }
        const more = { payload: payloadOf(notice, severity), client: 'safe-deploy', ...(notice.url ? { client_url: notice.url } : {}) }
        const reply = await one.ask(`${api}/v2/enqueue`, json(action === 'trigger' ? { ...event, ...more } : event))
        if (!reply.ok) return reply.failed
        const status = fieldOf(parsed(reply.body), 'status')
        if (reply.status === 202 || status === 'success') return told(`${reply.status}, ${action} taken`)
        return one.fail(`answered ${reply.status}, which is not how it takes events: is api right?`, { final: true })
      },
    },
  )
