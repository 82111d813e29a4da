import { describe, expect, it } from 'vitest'
import { commandsOf, expectNothingLeft, startDemo } from './start.ts'

/** The whole demo takes half a minute on an idle machine. */
const LONG = { timeout: 400_000 }

describe.concurrent('the demo', () => {
  it('tells the incident from the good deploy to the one-line fix, and leaves nothing behind', LONG, async () => {
    const demo = await startDemo()
    const exit = await demo.done
    const text = demo.text()
    expect(exit, text).toBe(0)
    expect(commandsOf(text)).toEqual([
      ...['plan 0', 'deploy 0'],
      ...['plan 0', 'deploy 10', 'test 11'],
      ...['deploy 21'],
      ...['deploy 12'],
      ...['status 0'],
      ...['rollback 0'],
      ...['plan 0', 'deploy 10'],
      ...['plan 0', 'deploy 0', 'status 0'],
    ])
    for (const sentence of [
      'RestrictedWorkflowAccessError',
      "-   static env_file = '.env'",
      'protected-config:src/settings.js',
      'env-not-loaded',
      'password authentication failed for user "everflow"',
      'GET /health  200 ok',
      'HALTED',
      'suspect: ',
      'ships-failed-change',
      'everflow: Ready.',
      '3, and 1 rollback',
      'nothing left running',
    ])
      expect(text).toContain(sentence)
    // A rollback moved no secret, so nobody is told that one was.
    expect(text).not.toContain('was added')
    expect(text).not.toContain('tidal-crane')
    expectNothingLeft(demo.room)
  })

  it.each([
    ['SIGINT', 130, 'safe-deploy: the incident, replayed'],
    ['SIGTERM', 143, 'Machine '],
  ] as const)('ends everything it started when %s comes', LONG, async (signal, exit, moment) => {
    const demo = await startDemo()
    await demo.until(moment)
    demo.child.kill(signal)
    expect(await demo.done, demo.text()).toBe(exit)
    expect(demo.text()).toContain('The demo was stopped')
    expectNothingLeft(demo.room)
  })
})
