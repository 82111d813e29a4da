import { describe, expect, test } from 'vitest'
import type { Notice } from '../../src/notifiers/outlet.ts'
import { slackMessage } from '../../src/notifiers/slack-text.ts'
import { countsOf, textOf } from '../../src/notifiers/words.ts'
import { ended, notice } from './notice.ts'

const counts = (over: Partial<Notice['counts']>): string => countsOf({ failures: 0, refused: 0, rollbacks: 0, atLeast: false, ...over })

describe('what a notice says', () => {
  test('a halt: what happened, what serves, the suspect, the ways out', () => {
    expect(textOf(notice(), 'ops')).toMatchInlineSnapshot(`
      "everflow is halted: what was deployed does not work.
      Why: 2 of 3 checks fail: password authentication failed
      Serves now: v118 (3f2c9a1b77de)
      Suspect: app/settings.py: env_file=".env" is gone
      Ways out:
      • back to the last known good: safe-deploy rollback --app=everflow
      It answers at: https://everflow.fly.dev
      By: kim (terminal)
      Since 2026-11-28 12:00 UTC. Incident 01JHALT"
    `)
  })

  test('the end: how, how long, how often, and the cause as acknowledged', () => {
    expect(textOf(ended(), 'ops')).toMatchInlineSnapshot(`
      "everflow is no longer halted: it was rolled back, by kim.
      It took 53 minutes, 6 attempts: 3 failed, 2 refused, 1 rollback did not hold.
      It had been halted because: 2 of 3 checks fail: password authentication failed
      Why it is over: back to v118
      Cause: the env file was not loaded any more
      Serves now: v118 (3f2c9a1b77de)
      It answers at: https://everflow.fly.dev
      Since 2026-11-28 12:00 UTC. Incident 01JHALT"
    `)
  })

  test('another kind, an acknowledgement and a test each say so', () => {
    expect(textOf(notice({ happening: 'another', outcome: 'partial' }), 'ops')).toMatch(/^everflow failed in another way: .* in part\./)
    expect(textOf(notice({ happening: 'acknowledged', cause: 'the env file' }), 'ops')).toMatch(
      /^everflow is halted, and it was acknowledged: [\s\S]*Cause: the env file/,
    )
    expect(textOf(notice({ test: true }), 'ops')).toBe('everflow: only a test of notices, by kim (terminal). Nothing happened.')
  })

  test('customers hear that it did not work and when it is over, and nothing of how or why', () => {
    expect(textOf(notice(), 'customer')).toMatchInlineSnapshot(`
      "everflow: an update did not work out.
      It is being looked into, and no other update goes out until it is settled.
      Known since 2026-11-28 12:00 UTC."
    `)
    expect(textOf(ended(), 'customer')).toMatchInlineSnapshot(`
      "everflow: this is settled.
      The version that worked before is back in place.
      It took 53 minutes."
    `)
    expect(textOf(notice({ test: true }), 'customer')).toBe('everflow: only a test message. Nothing happened.')
  })

  test('what is not known is not made up', () => {
    const text = textOf(notice({ serving: null, suspect: null, url: null, ways: [], outcome: null }), 'ops')
    expect(text).toContain('Serves now: not known')
    expect(text).not.toMatch(/Suspect|Ways out|answers at|null|undefined/)
    expect(textOf(ended({ cause: null }), 'ops')).toContain('Cause: nobody said')
    expect(textOf(ended({ since: 'soon' }), 'ops')).toContain('a time that is not known')
  })
})

describe('counts', () => {
  test.each([
    [{ failures: 3, refused: 2, rollbacks: 1 }, '6 attempts: 3 failed, 2 refused, 1 rollback did not hold'],
    [{ failures: 1 }, '1 attempt: 1 failed'],
    [{ refused: 50, failures: 1, atLeast: true }, 'at least 51 attempts: 1 failed, 50 refused'],
    [{ rollbacks: 2 }, '2 attempts: 2 rollbacks did not hold'],
    [{}, '0 attempts'],
  ])('%o', (given, said) => {
    expect(counts(given)).toBe(said)
  })

  test('more than one attempt is told of while it is halted, too', () => {
    expect(textOf(notice({ happening: 'counted', counts: { failures: 1, refused: 4, rollbacks: 0, atLeast: true } }), 'ops')).toContain(
      'So far: at least 5 attempts: 1 failed, 4 refused.',
    )
    expect(textOf(notice(), 'ops')).not.toContain('So far')
  })
})

/** Every text of others in a notice, as hostile as it gets. */
const everywhere = (text: string): Notice =>
  ended({
    ...{ app: text, by: text, why: text, serving: text, suspect: text, cause: text, incident: text, url: text },
    ended: { at: '2026-11-28T12:53:00.000Z', how: 'adopted', by: text, because: text },
    ways: Array.from({ length: 9 }, () => ({ says: text, type: text })),
  })

const both = (text: string): Notice[] => [
  everywhere(text),
  { ...everywhere(text), happening: 'opened', ended: null },
  { ...everywhere(text), test: true },
]

describe('in Slack', () => {
  test.each([
    '<!channel>',
    '<!here|x>',
    '<@U012AB3CD>',
    '<#C012>',
    '<!subteam^S1>',
    '<https://evil.example|docs>',
    '@channel',
    '@here now',
    '@Everyone',
  ])('%s pings nobody, wherever it stands', (text) => {
    for (const one of both(text)) {
      for (const audience of ['ops', 'customer'] as const) {
        const message = slackMessage(one, audience)
        expect(message.text).not.toMatch(/[<>]/)
        expect(message.text).not.toMatch(/@(?:channel|here|everyone)/i)
        expect(message).toMatchObject({ link_names: false, unfurl_links: false })
      }
    }
  })

  test('an ampersand is written out once, and ordinary text stays as it is', () => {
    expect(slackMessage(notice({ why: 'a && b < c' }), 'ops').text).toContain('Why: a &amp;&amp; b &lt; c\n')
    expect(slackMessage(notice({ why: 'mail kim@here.example' }), 'ops').text).toContain('mail kim@\u2060here.example')
    expect(slackMessage(notice(), 'ops').text).toContain('`safe-deploy rollback --app=everflow`')
  })

  test('a command with a backtick is not put between backticks', () => {
    expect(slackMessage(notice({ ways: [{ says: 'x', type: 'a `b`' }] }), 'ops').text).toContain('x: a `b`\n')
  })
})

describe('length', () => {
  test.each([
    ['long', 'x'.repeat(20_000)],
    ['all of it to be written out', '&<>'.repeat(5000)],
    ['of many bytes', '🔥é'.repeat(5000)],
    ['of lines', 'line\n\r\u2028'.repeat(5000)],
  ])('text that is %s stays within 3,000 characters and 3,900 bytes', (_, text) => {
    for (const one of both(text)) {
      for (const said of [textOf(one, 'ops'), slackMessage(one, 'ops').text, textOf(one, 'customer')]) {
        expect(said.length).toBeLessThanOrEqual(3000)
        expect(Buffer.byteLength(said)).toBeLessThanOrEqual(3900)
        expect(said).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/)
        expect(said).not.toMatch(/&(?!(?:amp|lt|gt);)[a-z]*…/)
      }
    }
  })

  test('text of others is one line without control characters or turned writing', () => {
    const text = textOf(notice({ why: 'a\nWays out:\n\u001b[31mb\u202ec\u0000' }), 'ops')
    expect(text).toContain('Why: a Ways out: [31mbc')
    expect(text.split('\n').filter((line) => line === 'Ways out:')).toHaveLength(1)
  })

  test('a command that would be cut is left out, as it would not work', () => {
    const ways = [
      { says: 'long', type: `safe-deploy ack --cause=${'x'.repeat(300)}` },
      { says: 'short', type: 'safe-deploy adopt' },
    ]
    expect(textOf(notice({ ways }), 'ops')).toContain('Ways out:\n• short: safe-deploy adopt\n')
    expect(textOf(notice({ ways }), 'ops')).not.toContain('• long')
  })
})
