import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Next } from '../../src/errors.ts'
import type { House, Told } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { expectHalt } from './halts.ts'

/** For a machine that does many things at once; alone each takes a second or two. */
const SLOW = 120_000

const nextOf = (told: Told): Next[] =>
  told.refusal?.next ?? (told.lines.findLast((line) => Array.isArray(line.next)) as { next?: Next[] } | undefined)?.next ?? []

/** Types the first printed command again and again, until something was deployed or nothing is printed. */
const followFirst = async (house: House, first: Told): Promise<string[]> => {
  const typed: string[] = []
  let told = first
  const deploys = house.deploys()
  for (let steps = 0; steps < 6 && house.deploys() === deploys; steps += 1) {
    const next = nextOf(told).find((one) => one.argv[0] === 'safe-deploy' && (one.argv[1] !== 'plan' || told.refusal)) ?? nextOf(told)[0]
    if (!next) break
    typed.push([...next.argv, ...(next.needs ?? [])].join(' '))
    told = await house.type(next)
    expect(told.refusal?.code, told.out + told.err).not.toBe('USAGE')
  }
  return typed
}

describe('stdin closed and no flags', () => {
  const at: { house?: House } = {}
  const house = (): House => at.house as House
  beforeAll(async () => {
    at.house = await openHouse()
  }, SLOW)
  afterAll(() => at.house?.close())

  const expectNothing = async (told: Told, deploys: number): Promise<void> => {
    expect([10, 13], told.out + told.err).toContain(told.code)
    expect(house().deploys()).toBe(deploys)
    expect(told.refusal?.what).toContain('Nothing was deployed')
    expect(told.err).toBe('')
  }

  test(
    'a first contact: nothing is asked or assumed; the printed commands, typed, deploy it',
    async () => {
      house().change('app.txt', 'two\n', 'Serve two')
      const deploys = house().deploys()
      const told = await house().json([])
      await expectNothing(told, deploys)
      const typed = await followFirst(house(), told)
      expect(typed[0]).toBe('safe-deploy plan')
      expect(house().deploys(), typed.join(' → ')).toBe(deploys + 1)
      expect(await house().status()).toBe(0)
    },
    SLOW,
  )

  test(
    'a change with an open ask: the printed answer stands beside the plan that was read',
    async () => {
      house().write({ 'app.txt': 'three\n' })
      const deploys = house().deploys()
      const told = await house().json(['deploy', '--no-input'])
      await expectNothing(told, deploys)
      const typed = await followFirst(house(), told)
      expect(typed.join(' → ')).toContain('--accept=dirty-candidate')
      expect(house().deploys(), typed.join(' → ')).toBe(deploys + 1)
    },
    SLOW,
  )

  test(
    'the plan alone is not enough: what it is for has to be said, and the printed command says where',
    async () => {
      house().change('app.txt', 'four\n', 'Serve four')
      const deploys = house().deploys()
      const told = await house().json(['deploy', `--plan=${await house().plan()}`])
      expect(told.refusal?.code).toBe('NO_BECAUSE')
      await expectNothing(told, deploys)
      await followFirst(house(), told)
      expect(house().deploys()).toBe(deploys + 1)
    },
    SLOW,
  )

  test(
    'arguments for fly stay behind -- in every printed command',
    async () => {
      house().change('app.txt', 'five\n', 'Serve five')
      const deploys = house().deploys()
      const told = await house().json(['deploy', '--', '--env', 'EXTRA=1'])
      await expectNothing(told, deploys)
      const typed = await followFirst(house(), await house().json(['plan', '--', '--env', 'EXTRA=1']))
      expect(house().deploys(), typed.join(' → ')).toBe(deploys + 1)
      expect(
        house()
          .calls()
          .findLast((argv) => argv[0] === 'deploy'),
      ).toContain('--env')
    },
    SLOW,
  )

  test(
    'a plan that moved is said to have moved',
    async () => {
      house().change('app.txt', 'six\n', 'Serve six')
      const plan = await house().plan()
      house().change('app.txt', 'seven\n', 'Serve seven')
      const deploys = house().deploys()
      const told = await house().json(['deploy', `--plan=${plan}`, '--because=x'])
      expect(told.refusal?.code).toBe('PLAN_MOVED')
      await expectNothing(told, deploys)
    },
    SLOW,
  )

  test(
    'a halt waits for a person: an agent may not acknowledge, and is told that it may go back',
    async () => {
      const plan = await house().plan()
      house().scenario('exit1-but-serving', 'once')
      const failed = await house().json(['deploy', `--plan=${plan}`, '--because=x'])
      await expectHalt(house(), failed, { outcome: 'serving-despite-exit', exit: 20, code: 'DEPLOY_FAILED', why: /fly exited 1/ })
      const told = await house().json(['ack', '--cause=a', '--evidence=b', '--next=c', '--path=**'])
      expect({ code: told.code, refused: told.refusal?.code }).toEqual({ code: 13, refused: 'NEEDS_PERSON' })
      expect(told.refusal?.next.map((next) => next.argv.join(' '))).toEqual(['safe-deploy rollback'])
      expect((await house().type(told.refusal!.next[0]!)).code).toBe(0)
      expect(await house().status()).toBe(0)
    },
    SLOW,
  )

  test(
    'a block that only a person lifts ends with 13',
    async () => {
      house().change('fly.toml', 'app = "everflow"\n[http_service]\n  internal_port = 9999\n', 'Move the port')
      house().change('app.txt', 'eight\n', 'Serve eight')
      const told = await house().deploy('x')
      expect([10, 13]).toContain(told.code)
    },
    SLOW,
  )
})
