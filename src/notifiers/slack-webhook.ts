import type { Outlet } from './outlet.ts'
import { slackMessage } from './slack-text.ts'
import type { Audience } from './spec.ts'
import { json, makeOutlet, told, type World } from './try.ts'

/**
 * Slack’s incoming webhook: it gives no id back, so nothing can be edited and only posts are told. It took a message when it answers 200 and `ok`.
 * @param url a secret
 */
export const slackWebhook = (world: World, id: string, url: string, audience: Audience): Outlet =>
  makeOutlet(
    world,
    { name: 'Slack', secrets: [url] },
    {
      id,
      hears: audience === 'customer' ? ['opened', 'ended'] : ['opened', 'another', 'ended'],
      idempotent: false,
      tell: async (one, notice) => {
        const reply = await one.ask(url, json(slackMessage(notice, audience)))
        if (!reply.ok) return reply.failed
        if (reply.body.trim() === 'ok') return told('200 ok')
        return one.fail(`answered ${reply.status}, but not ok: is this the URL of an incoming webhook?`, { final: true })
      },
    },
  )
