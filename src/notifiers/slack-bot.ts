import { fieldOf, parsed } from './answer.ts'
import type { Memory, Notice, Outlet, Told } from './outlet.ts'
import { slackMessage } from './slack-text.ts'
import type { Audience, SpecOf } from './spec.ts'
import { type Failed, json, makeOutlet, type Try, told, type World } from './try.ts'

/** Slack is busy or broken; every other error stays until somebody changes something. */
const LATER = /^(?:rate_?limited|internal_error|fatal_error|service_unavailable|request_timeout|team_added_to_org|accesslimited)$/
/** Somebody took the message away, or Slack no longer lets it be edited. */
const GONE = /^(?:message_not_found|cant_update_message|edit_window_closed|channel_not_found|is_archived)$/

type Called = { ok: true; channel: string; ts: string } | { ok: false; failed: Failed; error: string }
type Call = (method: string, body: object) => Promise<Called>

/** A method of the Web API: an error comes as 200 with `ok: false`. */
const calling =
  (one: Try, api: string, token: string): Call =>
  async (method, body) => {
    const reply = await one.ask(`${api}/${method}`, json(body, { authorization: `Bearer ${token}` }))
    if (!reply.ok) return { ok: false, failed: reply.failed, error: '' }
    const said = parsed(reply.body)
    if (typeof said === 'object' && said !== null && Reflect.get(said, 'ok') === true) {
      return { ok: true, channel: fieldOf(said, 'channel'), ts: fieldOf(said, 'ts') }
    }
    const error = /^[\w.-]{1,60}$/.exec(fieldOf(said, 'error'))?.[0] ?? ''
    const why = error === '' ? `answered ${reply.status}, but not in its own words: is api right?` : `said ${error}`
    return { ok: false, failed: one.fail(why, { final: !LATER.test(error) }), error }
  }

/** An edit pings nobody: right for counts. A message that is gone is not posted again. */
const edit = async (call: Call, root: Memory, message: object): Promise<Failed | 'edited' | 'gone'> => {
  const called = await call('chat.update', { channel: root.channel, ts: root.ts, ...message })
  if (called.ok) return 'edited'
  return GONE.test(called.error) ? 'gone' : called.failed
}

/** @param keys of the memory that name the new message */
const post = async (call: Call, message: object, memory: Memory, ...keys: string[]): Promise<Told> => {
  const called = await call('chat.postMessage', message)
  if (!called.ok) return called.failed
  const { channel, ts } = called
  return told(`posted, ts ${ts}`, {
    ...memory,
    channel: channel || (memory.channel ?? ''),
    ...Object.fromEntries(keys.map((key) => [key, ts])),
  })
}

const tellWith =
  ({ channel, audience }: SpecOf<'slack-bot'>, call: Call) =>
  async (notice: Notice, memory: Memory): Promise<Told> => {
    const message = slackMessage(notice, audience)
    const over = notice.happening === 'ended'
    if (!memory.ts) return post(call, { channel, ...message }, memory, 'ts', ...(over ? ['end'] : []))
    // The edit first: told again after the post had failed, it does no harm.
    const edited = await edit(call, memory, message)
    if (typeof edited === 'object') return edited
    const isPost = notice.happening === 'another' || over
    if (!isPost || (over && memory.end)) {
      return told(edited === 'gone' ? 'its message is gone; nothing to edit' : `edited, ts ${memory.ts}`, memory)
    }
    const inThread = notice.happening === 'another' && edited === 'edited'
    const where = inThread ? { thread_ts: memory.ts, reply_broadcast: true } : {}
    return post(
      call,
      { channel: memory.channel || channel, ...where, ...message },
      memory,
      notice.happening === 'ended' ? 'end' : 'another',
    )
  }

const hearing = (audience: Audience): Outlet['hears'] =>
  audience === 'customer' ? ['opened', 'ended'] : ['opened', 'another', 'counted', 'acknowledged', 'ended']

/**
 * Slack by a bot token: one message an incident, edited as its counters grow. Another kind of failure is a reply to it that the channel sees, too; the
 * end is a message of its own. Memory: channel and ts.
 */
export const slackBot = (world: World, id: string, spec: SpecOf<'slack-bot'>, token: string): Outlet =>
  makeOutlet(
    world,
    { name: 'Slack', secrets: [token] },
    {
      id,
      hears: hearing(spec.audience),
      idempotent: false,
      tell: (one, notice, memory) => tellWith(spec, calling(one, spec.api, token))(notice, memory),
    },
  )
