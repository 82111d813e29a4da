import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Code } from '../../src/errors.ts'
import type { House, Told } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { attempt, CONFIG, followOut, houseFor, lodge, SLOW } from './halts.ts'

const ACK = ['ack', '--cause=the text', '--evidence-run=true', '--next=another text', '--path=app.txt']

const expectDone = (told: Told): void => expect({ code: told.code, refused: told.refusal?.code }, told.out + told.err).toEqual({ code: 0 })
const expectRefused = (told: Told, exit: number, code: Code): void =>
  expect({ code: told.code, refused: told.refusal?.code }, told.out + told.err).toEqual({ code: exit, refused: code })

/** Runs one command and says how the app stands afterwards. */
const stands = async (house: House): Promise<unknown> => (await house.json(['status'])).lines.find((line) => line.type === 'status')?.status

describe.concurrent('ready, frozen, halted, acknowledged', () => {
  const house = houseFor()

  test.sequential(
    'ready: rollback only verifies, there is nothing to acknowledge, adopt proves, freeze and thaw',
    async () => {
      const deploys = house().deploys()
      const back = await house().json(['rollback'])
      expectDone(back)
      expect(back.out).toContain('serves already')
      expectRefused(await house().json(ACK), 64, 'NOT_HALTED')
      expectDone(await house().json(['adopt', '--because=it is good']))
      expect(house().deploys()).toBe(deploys)
      expectDone(await house().json(['freeze', '--for=1h', '--because=a migration']))
      expect(await stands(house())).toBe('frozen')
    },
    SLOW,
  )

  test.sequential(
    'frozen: no deploy and no plan, a rollback and adopt as ready, thaw lifts it',
    async () => {
      house().change('app.txt', 'while frozen\n', 'Try while frozen')
      const deploys = house().deploys()
      expectRefused(await house().json(['deploy']), 12, 'FROZEN')
      expectRefused(await house().json(['plan']), 12, 'FROZEN')
      expectRefused(await house().json(ACK), 64, 'NOT_HALTED')
      expectDone(await house().json(['rollback']))
      expectDone(await house().json(['adopt', '--because=still good']))
      expect(await stands(house())).toBe('frozen')
      expect(house().deploys()).toBe(deploys)
      expectDone(await house().json(['thaw', '--because=done']))
      expect(await stands(house())).toBe('ready')
    },
    SLOW,
  )

  test.sequential(
    'halted, by a deploy: none of deploy and plan; frozen beside it, and thawed',
    async () => {
      expect((await attempt(house(), 'exit1-but-serving')).code).toBe(20)
      expectRefused(await house().json(['deploy']), 12, 'HALTED')
      expectRefused(await house().json(['plan']), 12, 'HALTED')
      expectDone(await house().json(['freeze', '--for=1h', '--because=hands off']))
      expectDone(await house().json(['thaw', '--because=go on']))
      expect(await stands(house())).toBe('halted')
    },
    SLOW,
  )

  test.sequential(
    'acknowledged: one deploy within the acknowledgement, which a second one replaces',
    async () => {
      expectDone(await house().json(ACK.map((word) => (word === '--path=app.txt' ? '--path=server.js' : word))))
      expect(await stands(house())).toBe('acknowledged')
      house().change('app.txt', 'mended\n', 'Mend it')
      const outside = await house().deploy('mend it')
      expectRefused(outside, 10, 'FINDINGS')
      expect(outside.refusal?.why.join()).toContain('ack-outside')
      expectDone(await house().json(ACK))
      expectDone(await house().json(['freeze', '--for=1h', '--because=wait']))
      expectRefused(await house().json(['plan']), 12, 'FROZEN')
      expectDone(await house().json(['thaw', '--because=go on']))
      expectDone(await house().deploy('mend it'))
      expect(await stands(house())).toBe('ready')
      expect(house().ledgerState()).toMatchObject({ ack: null, failed: [], incident: null })
    },
    SLOW,
  )

  test.sequential(
    'acknowledged: an attempt that fails uses it up; adopt and rollback are open',
    async () => {
      expect((await attempt(house(), 'exit1-but-serving')).code).toBe(20)
      expectDone(await house().json(ACK))
      expect((await attempt(house(), 'exit1-but-serving')).code).toBe(20)
      expect(await stands(house())).toBe('halted')
      expect(house().ledgerState()?.incident).toMatchObject({ failures: 2, same: 2 })
      expectDone(await house().json(ACK))
      expectDone(await house().json(['adopt', '--because=it serves']))
      expect(await stands(house())).toBe('ready')
    },
    SLOW,
  )

  test.sequential(
    'called bad: halted; adopt is refused; the rollback lifts the halt, not the verdict',
    async () => {
      expectDone(await house().json(['bad', '--because=orders fail']))
      expect(await stands(house())).toBe('halted')
      expectRefused(await house().json(['deploy']), 12, 'HALTED')
      expectRefused(await house().json(['adopt', '--because=no']), 21, 'ADOPT_REFUSED')
      expectDone(await house().json(ACK))
      expectDone(await house().json(['rollback']))
      expect(await stands(house())).toBe('ready')
      expect(house().ledgerState()?.ack).toBeNull()
      const again = await house().deploy('the same again')
      expectRefused(again, 10, 'FINDINGS')
      expect(again.refusal?.why.join()).toContain('ships-failed-change')
    },
    SLOW,
  )

  test.sequential(
    'ready with a remembered failed change: an acknowledgement lets it go on',
    async () => {
      expectDone(await house().json([...ACK, '--outside=the database was repaired']))
      expectDone(await house().deploy('the same again, on purpose'))
      expect(house().ledgerState()?.failed).toEqual([])
    },
    SLOW,
  )
})

describe.concurrent('halted, nothing to go back to', () => {
  const house = lodge(() => openHouse({ config: CONFIG, deployed: false }))

  test.sequential(
    'a rollback needs a name; with one it leads out',
    async () => {
      expect(await stands(house())).toBe('no-ledger')
      house().scenario('exit1-but-serving', 'once')
      expect((await house().deploy('the very first')).code).toBe(20)
      expectRefused(await house().json(['deploy']), 12, 'HALTED')
      const back = await house().json(['rollback'])
      expectRefused(back, 12, 'NOTHING_TO_GO_BACK_TO')
      expect(back.refusal?.next.map(({ needs }) => needs?.[0])).toEqual(['--to', '--image', '--cause'])
      const named = back.refusal?.next[0]
      expect(named).toBeDefined()
      await followOut(house(), named!)
    },
    SLOW,
  )

  test.sequential(
    'an acknowledgement is open without limit, and adopt',
    async () => {
      expectDone(await house().json(['bad', '--because=it is not']))
      expectDone(await house().json(ACK))
      expect((await attempt(house(), 'exit1-but-serving')).code).toBe(20)
      expectDone(await house().json(['adopt', '--because=it serves']))
      expect(await stands(house())).toBe('ready')
    },
    SLOW,
  )
})

describe.concurrent('a ledger that is not as it was', () => {
  const house = houseFor()
  const ledger = () => join(house().root, '.git', 'safe-deploy', 'ledger.git')
  const REF = 'refs/safe-deploy/everflow'
  const git = (...args: string[]) => house().git('--git-dir', ledger(), ...args)

  /** Deploys, ack, adopt, freeze are refused; the rollback works, is spooled, and flushed once the ledger is back. */
  const expectOnlyRollback = async (code: Code): Promise<void> => {
    expectRefused(await house().json(['deploy']), 12, code)
    expectRefused(await house().json(['plan']), 12, code)
    expectRefused(await house().json(ACK), 12, code)
    expectRefused(await house().json(['adopt', '--because=x']), 12, code)
    expectRefused(await house().json(['freeze', '--for=1h', '--because=x']), 12, code)
    expect(await house().status()).toBe(12)
    const back = await house().json(['rollback'])
    expect([0, 22], back.out + back.err).toContain(back.code)
    expect(JSON.parse((await house().fly(['machine', 'list', '--json'])).out)[0].state).toBe('started')
  }

  test.sequential(
    'newer: only a rollback',
    async () => {
      const tip = git('rev-parse', REF)
      const file = join(house().dir, 'newer.json')
      writeFileSync(file, JSON.stringify({ ...house().ledgerState(), needs: 99 }))
      const entry = (name: string) =>
        `100644 blob ${name === 'state.json' ? git('hash-object', '-w', file) : git('rev-parse', `${tip}:${name}`)}\t${name}\n`
      const names = git('ls-tree', '--name-only', tip).split('\n')
      const tree = execFileSync('git', ['--git-dir', ledger(), 'mktree', '--missing'], {
        input: names
          .filter((name) => name.endsWith('json'))
          .map(entry)
          .join(''),
        encoding: 'utf8',
      }).trim()
      git(
        'update-ref',
        REF,
        git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit-tree', '-p', tip, '-m', 'from a newer version', tree),
      )
      await expectOnlyRollback('LEDGER_NEWER')
      git('update-ref', REF, tip)
    },
    SLOW,
  )

  test.sequential(
    'rewritten: a halt that somebody cut off is not lifted',
    async () => {
      const before = git('rev-parse', REF)
      expectDone(await house().json(['bad', '--because=it is bad']))
      expect(await house().status()).toBe(12)
      git('update-ref', REF, before)
      expectRefused(await house().json(['deploy']), 12, 'LEDGER_BROKEN')
      expectDone(await house().json(['ledger', 'restore']))
      expect(await stands(house())).toBe('halted')
      expectDone(await house().json(['rollback']))
    },
    SLOW,
  )

  test.sequential(
    'missing: no first deploy; restore brings it back',
    async () => {
      rmSync(ledger(), { recursive: true })
      await expectOnlyRollback('LEDGER_MISSING')
      expectDone(await house().json(['ledger', 'restore']))
      expectDone(await house().json(['rollback']))
      expect(await stands(house())).toBe('ready')
    },
    SLOW,
  )
})
