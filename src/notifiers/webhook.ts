import { createHash, createHmac } from 'node:crypto'
import type { Notice, Outlet } from './outlet.ts'
import type { Audience, SpecOf } from './spec.ts'
import { json, makeOutlet, told, type World } from './try.ts'
import { forCustomers, textOf } from './words.ts'

/** What is posted: the notice, and the same as text for services that show one. */
const webhookBody = (notice: Notice, audience: Audience): string =>
  JSON.stringify({ ...(audience === 'customer' ? forCustomers(notice) : notice), text: textOf(notice, audience) })

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8)

/** Equal for the same news, so that a receiver can drop what comes twice. */
const idempotencyKey = ({ incident, happening, counts, halt, cause }: Notice): string =>
  [incident, happening, halt ?? '-', counts.failures, counts.refused, counts.rollbacks, cause === null ? '-' : digest(cause)]
    .join(':')
    .replace(/[^\x21-\x7e]/g, '_')
    .slice(0, 255)

/** `sha256=` and the HMAC of timestamp, a dot and the body. */
const signature = (secret: string, timestamp: string, body: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`

/** A channel may stand behind it: whoever wants each count says so. */
const hearing = ({ audience, counts }: SpecOf<'webhook'>): Outlet['hears'] => {
  if (audience === 'customer') return ['opened', 'ended']
  return ['opened', 'another', ...(counts ? (['counted'] as const) : []), 'acknowledged', 'ended']
}

/** Any service that takes JSON: it took a notice when it answers 2xx. @param url a secret @param secret signs the body, or null */
export const webhook = (world: World, id: string, spec: SpecOf<'webhook'>, url: string, secret: string | null): Outlet =>
  makeOutlet(
    world,
    { name: 'The webhook', secrets: secret === null ? [url] : [url, secret] },
    {
      id,
      hears: hearing(spec),
      idempotent: false,
      tell: async (one, notice) => {
        const body = webhookBody(notice, spec.audience)
        const timestamp = String(Math.floor(world.clock.now() / 1000))
        const reply = await one.ask(url, {
          ...json(null, {
            'idempotency-key': idempotencyKey(notice),
            'x-safe-deploy-timestamp': timestamp,
            ...(secret === null ? {} : { 'x-safe-deploy-signature': signature(secret, timestamp, body) }),
          }),
          body,
        })
        return reply.ok ? told(String(reply.status)) : reply.failed
      },
    },
  )
