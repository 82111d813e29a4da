import { beforeAll, describe, expect, test } from 'vitest'
import { openHouse } from '../support/open-house.ts'
import { hasTerminal } from '../support/terminal.ts'
import { attempt, followOut, houseFor, lodge, SLOW } from './halts.ts'

if (!hasTerminal) process.stderr.write('questions in a terminal: left out, there is no util-linux `script` here\n')

const ENTER = '\r'

/** A shell has said something before anybody can look, however busy this machine is. */
const WORKER = {
  Dockerfile: 'FROM alpine:3.21\nWORKDIR /app\nCOPY . .\nCMD ["sh", "worker.sh"]\n',
  'worker.sh': 'while sleep 1; do :; done\n',
}

/** The worker starts, and only its work fails: every deploy of it exits 0. */
const failing = (guess: string): string => `echo '${guess}'
while :; do
  echo 'OperationalError: password authentication failed for user "app"' >&2
  sleep 0.1
done
`

describe.concurrent('an unconfigured worker whose every deploy exits 0', () => {
  const house = lodge(async () => {
    const at = await openHouse({ app: 'worker', files: WORKER })
    at.change('worker.sh', failing('the sandbox'), 'Speed the sandbox up')
    const first = await at.deploy('the sandbox')
    expect(first.code, first.out).toBe(0)
    expect(first.out, 'what its log shows since is said').toContain('password authentication failed')
    expect(first.out).not.toContain('verified')
    at.change('worker.sh', failing('guess two'), 'Fix the login')
    return at
  })

  test.sequential(
    'guess 2 is stopped: it has to be said first whether the last one worked',
    async () => {
      const deploys = house().deploys()
      const told = await house().deploy('guess two')
      expect({ code: told.code, refused: told.refusal?.code }, told.out).toEqual({ code: 10, refused: 'FINDINGS' })
      expect(told.out).toMatch(/was never proved \(new in its log: .*password authentication failed/)
      expect(house().deploys()).toBe(deploys)
    },
    SLOW,
  )

  test.runIf(hasTerminal).sequential(
    'in a terminal the answer no is a halt, and the way out leads back',
    async () => {
      const deploys = house().deploys()
      const shown = await house().terminal([], [{ waits: 'Did the last deploy work?', keys: `no${ENTER}` }])
      expect(shown.code, shown.written).toBe(12)
      expect(shown.screen).toContain('safe-deploy rollback')
      expect(house().deploys()).toBe(deploys)
      expect(house().ledgerState()?.core.halt?.outcome).toBe('condemned')
      await followOut(house(), { argv: ['safe-deploy', 'rollback'], says: '' })
    },
    SLOW,
  )
})

describe.concurrent('fixing forward', () => {
  const house = houseFor()
  const ACK = ['ack', '--cause=a', '--evidence-run=true', '--next=b', '--path=**']

  test.sequential(
    'after three failed deploys in one incident only a person goes on; a rollback is open',
    async () => {
      for (const failures of [1, 2, 3]) {
        expect((await attempt(house(), 'exit1-but-serving')).code).toBe(20)
        expect(house().ledgerState()?.incident).toMatchObject({ failures, same: failures })
        const told = await house().json(ACK)
        expect({ code: told.code, refused: told.refusal?.code ?? null }, told.out).toEqual(
          failures < 3 ? { code: 0, refused: null } : { code: 12, refused: 'FIX_FORWARD_LIMIT' },
        )
      }
      const forced = await house().json([...ACK, '--override=fix-forward-limit=I know what I do'])
      expect(forced.refusal?.code).toBe('FIX_FORWARD_LIMIT')
      await followOut(house(), forced.refusal?.next[0] ?? { argv: [], says: '' })
    },
    SLOW,
  )

  test.runIf(hasTerminal).sequential(
    'a person goes on in a terminal, with a reason, and answers what is asked',
    async () => {
      for (const failures of [1, 2, 3]) {
        if (failures > 1) expect((await house().json(ACK)).code).toBe(0)
        expect((await attempt(house(), 'exit1-but-serving')).code).toBe(20)
      }
      const shown = await house().terminal(
        ['ack', '--override=fix-forward-limit=the proxy was down'],
        [
          { waits: 'What caused it?', keys: `the proxy${ENTER}` },
          { waits: 'How do you know?', keys: `its log${ENTER}` },
          { waits: 'What comes next?', keys: `the same again${ENTER}` },
          { waits: 'Which paths', keys: `app.txt${ENTER}` },
        ],
      )
      expect(shown.code, shown.written).toBe(0)
      expect(house().ledgerState()?.ack).toMatchObject({ cause: 'the proxy', next: 'the same again', paths: ['app.txt'] })
      house().change('app.txt', 'mended\n', 'Mend it')
      expect((await house().deploy('mended')).code).toBe(0)
      expect(await house().status()).toBe(0)
    },
    SLOW,
  )
})

describe.concurrent('somebody deployed round the guard', () => {
  const house = houseFor()

  beforeAll(async () => {
    house().change('app.txt', 'round the guard\n', 'Go round')
    await house().fly(['deploy'])
    house().change('app.txt', 'next\n', 'Go on')
  }, SLOW)

  test.sequential(
    'a deploy is refused and reads no further',
    async () => {
      const deploys = house().deploys()
      const told = await house().json(['deploy'])
      expect({ code: told.code, refused: told.refusal?.code }).toEqual({ code: 12, refused: 'DRIFT' })
      expect(told.refusal?.next.map(({ argv }) => argv[1])).toEqual(['adopt', 'rollback', 'deploy'])
      expect(house().deploys()).toBe(deploys)
    },
    SLOW,
  )

  test.runIf(hasTerminal).sequential(
    'in a terminal one Enter proves and adopts it, and the deploy goes on',
    async () => {
      const shown = await house().terminal(
        [],
        [
          { waits: 'Prove what serves', keys: ENTER },
          { waits: '(empty: stop here)', keys: `it was built from this branch${ENTER}` },
          { waits: 'What is this deploy for?', keys: ENTER },
        ],
      )
      expect(shown.code, shown.written).toBe(0)
      expect(shown.screen).toContain('nobody recorded from which commit')
      expect(shown.screen).not.toMatch(/\(\)|known good ,/)
      expect(await house().status()).toBe(0)
    },
    SLOW,
  )
})
