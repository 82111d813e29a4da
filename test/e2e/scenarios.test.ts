import { describe, expect, test } from 'vitest'
import { attempt, type Expected, expectHalt, followAll, houseFor, printedWays, SLOW } from './halts.ts'

/** Every lie of `fly deploy`, on one machine. */
interface Lie extends Expected {
  scenario: string
}

const failed = { exit: 20, code: 'DEPLOY_FAILED' }
const unknown = { exit: 22, code: 'OUTCOME_UNKNOWN' }

const LANES: Lie[][] = [
  [
    { scenario: 'build-fail', outcome: 'not-started', ...failed, why: 'fly exited 1 before a release was made' },
    { scenario: 'release-command-fail', outcome: 'unchanged', ...failed, why: /reached no machine/ },
    { scenario: 'exit0-but-old', outcome: 'stale-despite-ok', ...failed, why: /no machine runs anything new/ },
    { scenario: 'unhealthy', outcome: 'unhealthy', ...failed, why: /check .* is critical/ },
  ],
  [
    { scenario: 'exit1-but-serving', outcome: 'serving-despite-exit', ...failed, why: /fly exited 1, but/ },
    { scenario: 'silent-127', outcome: 'unchanged', ...failed, why: /fly exited 127 without a word/ },
    { scenario: 'exit0-then-gone', outcome: 'unknown', ...unknown, why: /the machine list is empty/ },
    { scenario: 'lease-conflict', outcome: 'unchanged', ...failed, why: /reached no machine/ },
  ],
  [
    {
      scenario: 'concurrent-release',
      outcome: 'unknown',
      ...unknown,
      why: /by somebody\.else@example\.com came in between/,
    },
    { scenario: 'silent-127-early', outcome: 'not-started', ...failed, why: /before a release was made/ },
    { scenario: 'silent-127-done', outcome: 'serving-despite-exit', ...failed, why: /fly exited 127/ },
  ],
]

for (const lies of LANES) {
  describe.concurrent(`after ${lies.map((lie) => lie.scenario).join(', ')}`, () => {
    const house = houseFor()

    for (const lie of lies) {
      test.sequential(
        `${lie.scenario} is ${lie.outcome}: halted at ${lie.exit}, shut, and every printed way leads out`,
        async () => {
          const before = house().deploys()
          const told = await attempt(house(), lie.scenario)
          await expectHalt(house(), told, lie)
          expect(house().deploys()).toBe(before + 1)
          expect(printedWays(told).sort()).toEqual(['ack', 'adopt', 'rollback'])
          await followAll(house(), told, (at) => at.change('app.txt', `mended ${before}\n`, `Mend ${lie.scenario}`))
        },
        SLOW,
      )
    }
  })
}
