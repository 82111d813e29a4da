import { describe, expect, test } from 'vitest'
import { flushNow } from '../../src/relay/due.ts'
import { channelOf, MINUTE, play, policyOf, START } from './play.ts'

const policy = policyOf([channelOf()], { newKinds: 1_000 })
const quietPlay = (because = 'deploy 7 failed: probe /health') => {
  const relay = play(policy)
  relay.quiet({ because })
  return relay
}

describe('a digest', () => {
  test('says how many, of what, since when, why, and where to read all', () => {
    const relay = quietPlay()
    for (let i = 0; i < 4; i++) {
      relay.until(START + i * MINUTE)
      relay.say(`job ${i} failed`)
    }
    relay.until(START + 20 * MINUTE)
    const kind = relay.state.windows.get('everflow')!.channels.get('reports')!.kinds.keys().next().value
    expect(relay.shown.at(-1)!.text.split('\n')).toEqual([
      '*everflow*: 3 messages in 1 kind held since the last post here',
      '• *3×* (4 in all) 09:00:00–09:03:00 UTC: `job 0 failed`',
      `   \`safe-deploy relay show ${kind}\``,
      'Quiet since 09:00:00 UTC: deploy 7 failed: probe /health (by ada, incident h-1)',
      'All of them: `safe-deploy relay held --app everflow`',
    ])
  })

  test('shows ten kinds at most, those with most messages, and the rest as a number', () => {
    const relay = quietPlay()
    const letter = (i: number): string => String.fromCharCode(97 + i)
    for (let i = 0; i < 14; i++) for (let n = 0; n < i + 2; n++) relay.say(`job ${letter(i)} failed`)
    relay.write(flushNow(relay.state, policy, START, 'everflow'))
    relay.deliver()
    const { text } = relay.shown.at(-1)!
    expect(text).toContain('*everflow*: 105 messages in 14 kinds held')
    expect(text.match(/^•/gm)).toHaveLength(10)
    expect(text).toContain('`job n failed`')
    expect(text).not.toContain('`job d failed`')
    expect(text).toContain('and 4 more kinds, 10 messages')
  })

  test('fits Slack whatever the samples, reasons and names are, with exact counts', () => {
    const nasty = ['<', '&', '`', '@', '\n', '𝕏', '😀', '&<>@', ' ']
    for (const sign of nasty) {
      const relay = quietPlay(sign.repeat(5_000))
      for (let i = 0; i < 40; i++)
        for (let n = 0; n < 3; n++) relay.say(`${String.fromCharCode(97 + (i % 26), (97 + i / 26) | 0)} failed ${sign.repeat(2_000)}`)
      relay.release(null)
      const posts = relay.journal.flatMap((entry) => (entry.t === 'post' ? [entry] : []))
      expect(posts).toHaveLength(1)
      const { text } = JSON.parse(posts[0]!.body)
      expect(text.length).toBeLessThanOrEqual(3_000)
      expect(text).toContain('120 messages in 40 kinds: 40 shown, 80 held.')
      const shown = text.match(/^•/gm)?.length ?? 0
      expect(shown).toBeGreaterThan(2)
      expect(text).toContain(`and ${40 - shown} more kinds, ${80 - 2 * shown} messages`)
    }
  })

  test.each([
    '<!channel> failed',
    '<@U02AB3CD4> failed',
    '@here failed',
    '@everyone failed',
    '<https://a.example|x> failed',
    '<!subteam^S1> failed',
  ])('pings nobody and links nowhere: %s', (text) => {
    const relay = quietPlay(text)
    for (let n = 0; n < 3; n++) relay.say(text)
    relay.write(flushNow(relay.state, policy, START, null))
    relay.release(null, text)
    for (const entry of relay.journal) {
      if (entry.t !== 'post') continue
      const { text: said, link_names } = JSON.parse(entry.body)
      expect(said).not.toMatch(/<|@\w/)
      expect(link_names).toBe(false)
    }
  })

  test('carries nothing of a sample that is not seen', () => {
    const relay = quietPlay()
    for (let n = 0; n < 2; n++) relay.say('job \u202efailed\u200b: error')
    relay.until(START + 20 * MINUTE)
    expect(relay.shown.at(-1)!.text).toContain('`job failed: error`')
  })

  test('of the end says how it ended, how long it was, and how much of it was shown', () => {
    const relay = quietPlay()
    for (let n = 0; n < 3; n++) relay.say('job failed')
    relay.until(START + 12 * MINUTE)
    relay.release(null, 'grace')
    expect(relay.shown.at(-1)!.text).toContain(
      '*everflow* is no longer quiet: released by grace, after 12 minutes.\n3 messages in 1 kind: 1 shown, 2 held.\n• *2×* (3 in all)',
    )
  })

  test('tells customers what came to their channel and how often, and nobody’s name, reason or command', () => {
    const relay = play(policyOf([channelOf({ audience: 'customer' })]))
    relay.quiet({ because: 'deploy 7 failed: probe /health' })
    for (let n = 0; n < 3; n++) relay.say('job failed')
    relay.until(START + 20 * MINUTE)
    relay.release(null, 'grace')
    expect(relay.shown.slice(-2).map(({ text }) => text)).toEqual([
      '*everflow*: 2 messages in 1 kind held since the last post here\n• *2×* (3 in all) 09:00:00 UTC: `job failed`',
      [
        '*everflow* is no longer quiet, after 20 minutes.',
        '3 messages in 1 kind: 1 shown, 2 held.',
        '• *2×* (3 in all) 09:00:00 UTC: `job failed`',
      ].join('\n'),
    ])
  })
})
