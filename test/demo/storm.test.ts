import { describe, expect, it } from 'vitest'
import { commandsOf, expectNothingLeft, startDemo } from './start.ts'

/** The whole of it takes less than a minute on an idle machine. */
const LONG = { timeout: 400_000 }

/** A row of the table at the end: its two numbers. */
const row = (text: string, name: string): number[] => new RegExp(`^ *${name} +(\\d+) +(\\d+)$`, 'm').exec(text)?.slice(1).map(Number) ?? []

/** What a channel of the fake Slack showed at the end: the first line of each post. */
const channel = (text: string, title: string): string[] =>
  (text.split(`\n${title}\n`)[1]?.split('\n\n')[0] ?? '').split('\n').flatMap((line) => /^ {2}▌ (.*)$/.exec(line)?.[1] ?? [])

const FAILED = 'Pipeline failed: everflow - password authentication failed for user "everflow"'

describe.concurrent('the storm', () => {
  it('is 14 posts in the customer’s channel without the relay and 3 with it, and no failure is missing', LONG, async () => {
    const demo = await startDemo('storm')
    const exit = await demo.done
    const text = demo.text()
    expect(exit, text).toBe(0)
    const before = channel(text, 'The customer’s channel, #everflow-reports:')
    expect(before.filter((post) => post === FAILED)).toHaveLength(8)
    expect(before.filter((post) => post.startsWith('Deploy failed: '))).toHaveLength(6)
    expect(before).toHaveLength(14)
    expect(channel(text, 'The customer’s channel, all of it:')).toEqual([
      FAILED,
      '*everflow*: 6 messages in 1 kind held since the last post here',
      expect.stringContaining('*everflow* is no longer quiet, after '),
    ])
    expect(text).toContain('8 messages in 1 kind: 1 shown, 7 held.')
    expect(channel(text, 'The team’s channel, as safe-deploy told it:')).toEqual([
      expect.stringContaining('everflow is halted'),
      expect.stringContaining('everflow is no longer halted: it was rolled back'),
    ])
    expect(text).toContain('6 attempts: 1 failed, 5 refused.')
    expect(row(text, 'posts in the customer’s channel')).toEqual([14, 3])
    expect(row(text, 'failures of the app they tell of')).toEqual([8, 8])
    expect(row(text, 'broken versions that shipped')).toEqual([6, 1])
    expect(commandsOf(text)).toEqual([
      ...['plan 0', 'deploy 0'],
      ...['plan 0', 'deploy 21'],
      ...Array.from({ length: 5 }, () => 'deploy 12'),
      ...['relay 0', 'relay 0', 'rollback 0'],
    ])
    // Every message, word for word: the relay shows all that it held, and the one that it let through.
    const shown = text.split('$ safe-deploy relay show ')[1]?.split('\nexit 0')[0]?.split('\n') ?? []
    const messages = shown.filter((line) => /^ {2}[\d:]{8} {2}everflow-reports/.test(line))
    expect(messages).toHaveLength(8)
    expect(messages.filter((line) => line.endsWith(FAILED))).toHaveLength(8)
    expect(text).not.toContain('tidal-crane')
    expect(text).toContain('nothing left running')
    expectNothingLeft(demo.room)
  })

  it.each([
    ['SIGINT', 130, '3. The broken deploy'],
    ['SIGTERM', 143, '$ git commit'],
  ] as const)('ends everything it started, the relay too, when %s comes', LONG, async (signal, exit, moment) => {
    const demo = await startDemo('storm')
    await demo.until(moment)
    demo.child.kill(signal)
    expect(await demo.done, demo.text()).toBe(exit)
    expect(demo.text()).toContain('The demo was stopped')
    expectNothingLeft(demo.room)
  })
})
