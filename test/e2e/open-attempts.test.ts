import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { DurableEvent, Intended } from '../../src/ledger/events.ts'
import { type Draft, newId } from '../../src/ledger/ledger.ts'
import type { House, Told } from '../support/house.ts'
import { handClock, makeRoom } from '../support/ledger.ts'
import { type Started, start, until } from '../support/started.ts'
import { attempt, CONFIG, houseFor, SLOW } from './halts.ts'

const HOURS = 3_600_000
const ACK = ['ack', '--cause=the text', '--evidence-run=true', '--next=another text', '--path=app.txt']

const ended = (told: Told) => ({ code: told.code, refused: told.refusal?.code ?? null })
const stands = async (house: House): Promise<unknown> => (await house.json(['status'])).lines.find((line) => line.type === 'status')?.status

describe.concurrent('deploying', () => {
  const house = houseFor({ config: CONFIG.replace('timeout: 20s', 'timeout: 10m') })
  const at: { deploy?: Started } = {}

  beforeAll(async () => {
    house().change('app.txt', 'hanging\n', 'Hang')
    const plan = await house().plan()
    house().scenario('hang', 'once')
    const deploys = house().deploys()
    at.deploy = start(house(), ['deploy', `--plan=${plan}`, '--because=hang'])
    await until(() => house().deploys() > deploys, 'fly deploy runs')
  }, SLOW)

  test.sequential(
    'everybody else is told who deploys, and nothing is deployed; freeze and thaw go on',
    async () => {
      const deploys = house().deploys()
      const verbs = [['deploy'], ['plan'], ['deploy', '--wait=1s'], ['rollback'], ACK, ['adopt', '--because=x'], ['bad', '--because=x']]
      for (const verb of verbs) expect(ended(await house().json(verb)), verb.join(' ')).toEqual({ code: 14, refused: 'DEPLOYING' })
      expect(await house().status()).toBe(14)
      expect(await stands(house())).toBe('deploying')
      expect((await house().json(['freeze', '--for=1h', '--because=hold on'])).code).toBe(0)
      expect((await house().json(['thaw', '--because=go on'])).code).toBe(0)
      expect(house().deploys()).toBe(deploys)
    },
    SLOW,
  )

  test.sequential(
    'rollback --interrupt fences it and waits till the target is still; the late operator changes nothing',
    async () => {
      const back = await house().json(['rollback', '--interrupt'])
      expect(ended(back), back.out + back.err).toEqual({ code: 0, refused: null })
      const late = await at.deploy?.done
      expect(late?.code, `${late?.out}${late?.err}`).toBe(22)
      expect(await stands(house())).toBe('ready')
      expect(house().ledgerState()?.core).toMatchObject({ open: null, halt: null })
    },
    SLOW,
  )
})

/** An attempt of a clone that nobody can ask, begun three hours ago, on the platform as it is: after one that never started. */
const beginLongAgo = async (house: House, like: Intended): Promise<void> => {
  const { v: _, id: __, at: ___, by: ____, ...draft } = like
  const room = makeRoom({ commonDir: join(house.root, '.git'), clock: handClock(Date.now() - 3 * HOURS) })
  const open = { ...draft, attempt: newId(), because: 'somebody else’s', operator: { clone: 'elsewhere', pid: 1 } } as Draft
  expect((await room.ledger.append(await room.ledger.read(), [open])).won).toBe(true)
  expect(await house.status()).toBe(14)
  expect(await stands(house)).toBe('overdue')
}

const intendedIn = (house: House): Intended => {
  const batch = house.git('--git-dir', '.git/safe-deploy/ledger.git', 'show', 'refs/safe-deploy/everflow~1:events.ndjson')
  const events = batch.split('\n').map((line) => JSON.parse(line) as DurableEvent)
  return events.find((event) => event.type === 'deploy.intended') as Intended
}

for (const verbs of [
  [
    { words: ['deploy'], code: 12, stands: 'halted' },
    { words: ['rollback'], code: 0, stands: 'ready' },
  ],
  [
    { words: ['adopt', '--because=it serves'], code: 0, stands: 'ready' },
    { words: ACK, code: 0, stands: 'acknowledged' },
  ],
]) {
  describe.concurrent('overdue', () => {
    const house = houseFor()
    const at: { like?: Intended } = {}
    beforeAll(async () => {
      expect((await attempt(house(), 'silent-127-early')).code).toBe(20)
      at.like = intendedIn(house())
    }, SLOW)

    for (const { words, code, stands: after } of verbs) {
      test.sequential(
        `${words[0]} finds out first what became of it, then does as its state says`,
        async () => {
          await beginLongAgo(house(), at.like as Intended)
          expect(ended(await house().json(['plan']))).toEqual({ code: 14, refused: 'OVERDUE' })
          expect(house().ledgerState()?.core.open).not.toBeNull()
          const deploys = house().deploys()
          const told = await house().json(words)
          expect(told.code, told.out + told.err).toBe(code)
          expect(told.out).toContain('Settled by looking: not-started')
          expect(await stands(house())).toBe(after)
          expect(house().deploys()).toBe(deploys)
        },
        SLOW,
      )
    }
  })
}
