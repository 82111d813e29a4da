import { describe, expect, test } from 'vitest'
import type { SlackPost } from '../../../src/sandbox/slack.ts'
import { type RelayProcess, startRelay } from '../../support/open-relay.ts'
import { SENDERS } from './senders.ts'

const FAILED = 'Pipeline failed: everflow - password authentication failed for user "everflow"'

const REFUSALS: readonly (readonly [status: number, body: string, headers?: Record<string, string>])[] = [
  [400, 'invalid_payload'],
  [403, 'action_prohibited'],
  [404, 'no_service'],
  [410, 'channel_is_archived'],
  [429, '{"retry_after":7,"ok":false,"error":"rate_limited"}', { 'content-type': 'application/json', 'retry-after': '7' }],
  [500, 'rollup_error'],
]

/** What Slack sees of a message, but for when it came. */
const seen = ({ body, headers, path }: SlackPost) => ({
  path,
  body: body.toString('latin1'),
  type: headers['content-type'],
  agent: headers['user-agent'],
})

const last = ({ slack }: RelayProcess) => seen(slack.posts().at(-1) as SlackPost)

describe.each(SENDERS.map((sender) => [sender.name, sender] as const))('%s', (_, { here, send }) => {
  const it = test.skipIf(!here)

  it('cannot tell the relay from Slack, and Slack cannot tell it from its sender', async () => {
    const relay = await startRelay()
    const direct = await send(relay.direct, 'a report: 1,204 rows')
    const [wanted, got] = [last(relay), await send(relay.webhook, 'a report: 1,204 rows')]
    expect(direct.ok).toBe(true)
    expect(got).toEqual(direct)
    expect(last(relay)).toEqual(wanted)
    expect(relay.texts()).toEqual(['a report: 1,204 rows', 'a report: 1,204 rows'])
  })

  it('hears that Slack says no, in the words of Slack', async () => {
    const relay = await startRelay()
    for (const [status, body, headers] of REFUSALS) {
      relay.slack.feels(() => ({ status, body, headers: { 'content-type': 'text/html', ...headers } }))
      const direct = await send(relay.direct, FAILED)
      expect(direct.ok, body).toBe(false)
      expect(await send(relay.webhook, FAILED)).toEqual(direct)
    }
  })

  it('is content while its app is quiet: the first is posted as it is, repeats are held', async () => {
    const relay = await startRelay()
    const direct = await send(relay.direct, FAILED)
    const wanted = last(relay)
    await relay.quiet()
    expect(await send(relay.webhook, FAILED)).toEqual(direct)
    expect(last(relay)).toEqual(wanted)
    expect(await send(relay.webhook, FAILED)).toEqual(direct)
    expect(await send(relay.webhook, FAILED)).toEqual(direct)
    expect(relay.slack.posts()).toHaveLength(2)
    expect(await relay.ask('/v1/held?app=everflow')).toMatchObject({ kinds: [{ count: 3, held: 2 }] })
  })
})
