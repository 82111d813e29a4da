import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { House } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { hasTerminal, type Shown } from '../support/terminal.ts'

if (!hasTerminal) process.stderr.write('healthy path in a terminal: left out, there is no util-linux `script` here\n')

const ENTER = '\r'
const INCUMBENT = { waits: 'First contact', keys: ENTER }
const BECAUSE = { waits: 'What is this deploy for?', keys: ENTER }

/** Questions that were answered, as they stand on the screen. */
const answered = ({ screen }: Shown): string[] => screen.split('\n').filter((line) => /^[✔√?] /.test(line))
const lines = ({ screen }: Shown): string[] => screen.split('\n').filter((line) => line.trim() !== '')

/** Everything in the private folder that is not a cache: what was written down. */
const written = (house: House): string[] => {
  const folder = join(house.root, '.git', 'safe-deploy')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => !/^(?:cache|objects|index)/.test(name))
  return [...names, JSON.stringify(house.ledgerState()?.last)].sort()
}

describe.runIf(hasTerminal)('the healthy path: a plain fly.toml, no config, an app that has been running', () => {
  const at: { house?: House } = {}
  const house = (): House => at.house as House
  beforeAll(async () => {
    at.house = await openHouse()
    // Git counts in seconds: a commit of the release's own second would pass for the one that serves.
    await new Promise((resolve) => setTimeout(resolve, 1_000 - (Date.now() % 1_000)))
    house().change('app.txt', 'two\n', 'Serve two')
  })
  afterAll(() => at.house?.close())

  /** Calls of fly up to and including the deploy. */
  const callsOf = async (run: () => Promise<Shown>): Promise<{ shown: Shown; before: string[][] }> => {
    const from = house().calls().length
    const shown = await run()
    const calls = house().calls().slice(from)
    return { shown, before: calls.slice(0, calls.findIndex((argv) => argv[0] === 'deploy') + 1) }
  }

  test('first run: one Enter for what serves, one for the deploy', async () => {
    const { shown, before } = await callsOf(() => house().terminal([], [INCUMBENT, BECAUSE]))
    expect(shown.code, shown.written).toBe(0)
    expect(answered(shown)).toEqual([
      expect.stringMatching(/First contact: v1 \(\w{12}\) serves\. Was it built from \w{10} "Serve one"\? Yes$/),
      expect.stringMatching(/What is this deploy for\? \(Enter deploys\) Serve two$/),
    ])
    expect(lines(shown).length, shown.screen).toBeLessThanOrEqual(12)
    expect(before.length, JSON.stringify(before)).toBeLessThanOrEqual(7)
    expect(shown.screen).toMatch(/LIVE +v2 \(\w{12}\), verified by a probe/)
    expect(house().ledgerState()?.core).toMatchObject({ halt: null, open: null, good: [{ level: 'probed', because: 'Serve two' }] })
  }, 120_000)

  test('the same again: nothing to do, exit 0, nothing asked, nothing written', async () => {
    const [deploys, before] = [house().deploys(), written(house())]
    const shown = await house().terminal([])
    expect(shown.code, shown.written).toBe(0)
    expect(answered(shown)).toEqual([])
    expect(shown.screen).toContain('Nothing to do')
    expect(house().deploys()).toBe(deploys)
    expect(written(house())).toEqual(before)
  }, 120_000)

  test('every later deploy: one question, whose Enter is the go', async () => {
    house().change('app.txt', 'three\n', 'Serve three')
    const { shown, before } = await callsOf(() => house().terminal([], [BECAUSE]))
    expect(shown.code, shown.written).toBe(0)
    expect(answered(shown)).toEqual([expect.stringMatching(/What is this deploy for\? \(Enter deploys\) Serve three$/)])
    expect(lines(shown).length, shown.screen).toBeLessThanOrEqual(12)
    expect(before.length, JSON.stringify(before)).toBeLessThanOrEqual(7)
    expect(before.filter((argv) => argv[0] === 'deploy')).toHaveLength(1)
    expect(await house().status()).toBe(0)
  }, 120_000)

  test('what was typed is what it is recorded as', async () => {
    house().change('app.txt', 'four\n', 'Serve four')
    const shown = await house().terminal([], [{ waits: 'What is this deploy for?', keys: `\u0015Fix the greeting${ENTER}` }])
    expect(shown.code, shown.written).toBe(0)
    expect(house().ledgerState()?.core.good[0]?.because).toBe('Fix the greeting')
    expect(house().ledgerState()?.core.good[0]?.by.via).toBe('terminal')
  }, 120_000)

  test('Escape at the question stops: nothing is deployed', async () => {
    house().change('app.txt', 'five\n', 'Serve five')
    const deploys = house().deploys()
    const shown = await house().terminal([], [{ waits: 'What is this deploy for?', keys: '\u001b' }])
    expect(shown.code, shown.written).toBe(10)
    expect(shown.screen).toContain('Nothing was deployed')
    expect(house().deploys()).toBe(deploys)
  }, 120_000)
})
