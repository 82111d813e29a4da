import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { houseFor, SLOW } from '../e2e/halts.ts'
import { ACK, guess, type Listening, listen, TOLD, untold } from './told.ts'

describe('an incident in one clone', () => {
  const house = houseFor({ config: TOLD })
  const at = {} as { hook: Listening }
  beforeAll(async () => {
    at.hook = await listen()
  })
  afterAll(() => at.hook.close())

  test.sequential(
    'the halt is told once, after its outcome, with what serves and the ways out',
    async () => {
      const told = await guess(house(), 'exit1-but-serving', at.hook.env)
      expect(told.code, told.out).toBe(20)
      expect(at.hook.happenings(), told.out).toEqual(['opened'])
      expect(at.hook.posts()).toHaveLength(1)
      const [notice] = at.hook.told()
      const state = house().ledgerState()
      expect(notice).toMatchObject({ v: 1, app: 'everflow', incident: state?.incident?.key, halt: state?.core.halt?.id, test: false })
      expect(notice?.why).toBe(state?.core.halt?.why)
      expect(notice?.counts).toEqual({ failures: 1, refused: 0, rollbacks: 0, atLeast: false })
      expect(notice?.ways.map(({ type }) => type)).toContain('safe-deploy rollback')
      expect(notice?.serving).toMatch(/^v\d/)
      expect(untold(told)).toBe('')
      const types = told.lines.map(({ type }) => type)
      expect(types.at(-2)).toBe('refused')
    },
    SLOW,
  )

  test.sequential(
    'a refused attempt raises the counter and is no post',
    async () => {
      for (let i = 0; i < 2; i++) expect((await house().json(['deploy'], { env: at.hook.env })).code).toBe(12)
      expect(at.hook.happenings()).toEqual(['opened', 'counted', 'counted'])
      expect(at.hook.told().at(-1)?.counts).toMatchObject({ failures: 1, refused: 2 })
      expect(at.hook.posts()).toHaveLength(1)
    },
    SLOW,
  )

  test.sequential(
    'who only looks counts as nothing and tells nothing again',
    async () => {
      await house().json(['status'], { env: at.hook.env })
      await house().json(['plan'], { env: at.hook.env })
      await house().json(['deploy', '--dry-run'], { env: at.hook.env })
      expect(at.hook.told()).toHaveLength(3)
    },
    SLOW,
  )

  test.sequential(
    'an acknowledgement is told; the same failure again only counts; another kind is a post',
    async () => {
      const acked = await house().json(ACK, { env: at.hook.env })
      expect(acked.code, acked.out).toBe(0)
      expect(at.hook.happenings().at(-1)).toBe('acknowledged')
      expect(at.hook.told().at(-1)?.cause).toBe('the loader lost its file')
      await guess(house(), 'exit1-but-serving', at.hook.env)
      expect(at.hook.happenings().at(-1)).toBe('counted')
      expect(at.hook.posts()).toHaveLength(1)
      await house().json(ACK, { env: at.hook.env })
      const other = await guess(house(), 'unhealthy', at.hook.env)
      expect(at.hook.happenings().at(-1), other.out).toBe('another')
      expect(at.hook.told().at(-1)?.counts).toMatchObject({ failures: 3, refused: 2 })
      expect(at.hook.posts()).toHaveLength(2)
    },
    SLOW,
  )

  test.sequential(
    'a rollback that held closes it: how, by whom, how many attempts, the cause as acknowledged',
    async () => {
      const back = await house().json(['rollback'], { env: at.hook.env })
      expect(back.code, back.out).toBe(0)
      const last = at.hook.told().at(-1)
      expect(last).toMatchObject({
        happening: 'ended',
        halt: null,
        cause: 'the loader lost its file',
        counts: { failures: 3, refused: 2, rollbacks: 0, atLeast: false },
        ended: { how: 'rolled back' },
        ways: [],
      })
      expect(last?.incident).toBe(at.hook.told()[0]?.incident)
      expect(at.hook.posts()).toHaveLength(3)
      await house().json(['plan'], { env: at.hook.env })
      expect(at.hook.posts()).toHaveLength(3)
    },
    SLOW,
  )

  test.sequential(
    'a failure after the end is a new incident',
    async () => {
      const before = at.hook.told()[0]?.incident
      await guess(house(), 'exit1-but-serving', at.hook.env)
      expect(at.hook.happenings().at(-1)).toBe('opened')
      expect(at.hook.told().at(-1)?.incident).not.toBe(before)
      expect(at.hook.told().at(-1)?.counts).toMatchObject({ failures: 1, refused: 0 })
    },
    SLOW,
  )
})

describe('light halts', () => {
  const house = houseFor({ config: TOLD })
  const at = {} as { hook: Listening }
  beforeAll(async () => {
    at.hook = await listen()
  })
  afterAll(() => at.hook.close())

  test(
    'tell nobody; the third in a row is told',
    async () => {
      for (let i = 0; i < 3; i++) {
        expect(at.hook.got, `light halt ${i}`).toEqual([])
        if (i > 0) expect((await house().json(['ack', '--cause=build broke'], { env: at.hook.env })).code).toBe(0)
        await guess(house(), 'build-fail', at.hook.env)
      }
      expect(at.hook.happenings()).toEqual(['opened'])
      expect(house().ledgerState()?.core.halt?.light).toBe(false)
    },
    SLOW,
  )
})

describe('a config that names nobody', () => {
  const house = houseFor()
  test(
    'is told nothing of, and nothing is kept',
    async () => {
      const told = await guess(house(), 'exit1-but-serving', {})
      expect(told.code).toBe(20)
      await house().json(['deploy'])
      await house().json(['rollback'])
      expect(existsSync(join(house().root, '.git', 'safe-deploy', 'notices'))).toBe(false)
      expect(house().git('--git-dir', join(house().root, '.git', 'safe-deploy', 'ledger.git'), 'for-each-ref')).not.toContain('notices')
    },
    SLOW,
  )
})
