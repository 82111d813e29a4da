import { describe, expect, test } from 'vitest'
import { attempt, type Expected, expectHalt, followOut, houseFor, SLOW, wayOut } from './halts.ts'

/** Every lie of `fly deploy`, on one machine; `out` is the way out that is typed. */
interface Lie extends Expected {
  scenario: string
  out: 'rollback' | 'ack' | 'adopt'
}

const failed = { exit: 20, code: 'DEPLOY_FAILED' }
const unknown = { exit: 22, code: 'OUTCOME_UNKNOWN' }

const LANES: Lie[][] = [
  [
    { scenario: 'build-fail', outcome: 'not-started', ...failed, why: 'fly exited 1 before a release was made', out: 'ack' },
    { scenario: 'release-command-fail', outcome: 'unchanged', ...failed, why: /reached no machine/, out: 'rollback' },
    { scenario: 'exit0-but-old', outcome: 'stale-despite-ok', ...failed, why: /no machine runs anything new/, out: 'adopt' },
    { scenario: 'unhealthy', outcome: 'unhealthy', ...failed, why: /check .* is critical/, out: 'rollback' },
  ],
  [
    { scenario: 'exit1-but-serving', outcome: 'serving-despite-exit', ...failed, why: /fly exited 1, but/, out: 'adopt' },
    { scenario: 'silent-127', outcome: 'unchanged', ...failed, why: /fly exited 127 without a word/, out: 'ack' },
    { scenario: 'exit0-then-gone', outcome: 'unknown', ...unknown, why: /the machine list is empty/, out: 'rollback' },
    { scenario: 'lease-conflict', outcome: 'unchanged', ...failed, why: /reached no machine/, out: 'adopt' },
  ],
  [
    {
      scenario: 'concurrent-release',
      outcome: 'unknown',
      ...unknown,
      why: /by somebody\.else@example\.com came in between/,
      out: 'rollback',
    },
    { scenario: 'silent-127-early', outcome: 'not-started', ...failed, why: /before a release was made/, out: 'rollback' },
    { scenario: 'silent-127-done', outcome: 'serving-despite-exit', ...failed, why: /fly exited 127/, out: 'ack' },
  ],
]

for (const lies of LANES) {
  describe.concurrent(`after ${lies.map((lie) => lie.scenario).join(', ')}`, () => {
    const house = houseFor()

    for (const lie of lies) {
      test.sequential(
        `${lie.scenario} is ${lie.outcome}: halted at ${lie.exit}, shut, and ${lie.out} leads out`,
        async () => {
          const before = house().deploys()
          const told = await attempt(house(), lie.scenario)
          await expectHalt(house(), told, lie)
          expect(house().deploys()).toBe(before + 1)
          if (lie.out === 'ack') house().change('app.txt', `mended ${before}\n`, `Mend ${lie.scenario}`)
          await followOut(house(), wayOut(told, lie.out))
        },
        SLOW,
      )
    }
  })
}
