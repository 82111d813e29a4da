import { describe, expect, test } from 'vitest'
import { APPS } from '../support/apps.ts'
import { attempt, CONFIG, expectHalt, followOut, houseFor, SLOW, wayOut } from './halts.ts'

const failed = { exit: 20, code: 'DEPLOY_FAILED' }
const unknown = { exit: 22, code: 'OUTCOME_UNKNOWN' }

const toml = (part: string): string => `${APPS.web['fly.toml']}\n${part}\n`

describe.concurrent('two machines', () => {
  const house = houseFor({ fly: [['scale', 'count', '2', '--yes']] })

  for (const [scenario, out] of [
    ['health-timeout-partial', 'rollback'],
    ['silent-127', 'ack'],
  ] as const) {
    test.sequential(
      `${scenario} leaves both versions serving; ${out} leads out`,
      async () => {
        const before = house().deploys()
        const told = await attempt(house(), scenario)
        await expectHalt(house(), told, { outcome: 'partial', ...failed, why: '1 machine on the new version, 1 on the old' })
        expect(house().deploys()).toBe(before + 1)
        if (out === 'ack') house().change('app.txt', 'mended\n', 'Mend it')
        await followOut(house(), wayOut(told, out))
      },
      SLOW,
    )
  }
})

describe.concurrent('blue and green', () => {
  const house = houseFor({ files: { 'fly.toml': toml('[deploy]\n  strategy = "bluegreen"') } })

  test.sequential(
    'bluegreen-both leaves both sets up',
    async () => {
      const told = await attempt(house(), 'bluegreen-both')
      await expectHalt(house(), told, { outcome: 'partial', ...failed, why: '1 machine on the new version, 1 on the old' })
      await followOut(house(), wayOut(told, 'rollback'))
      const machines = JSON.parse((await house().fly(['machine', 'list', '--json'])).out) as { image_ref: { digest: string } }[]
      expect(new Set(machines.map((machine) => machine.image_ref.digest)).size).toBe(1)
    },
    SLOW,
  )
})

describe.concurrent('a fly that hangs', () => {
  const house = houseFor({ config: CONFIG.replace('timeout: 20s', 'timeout: 5s') })

  test.sequential(
    'hang is ended after the timeout, and nothing was made',
    async () => {
      const told = await attempt(house(), 'hang')
      await expectHalt(house(), told, { outcome: 'not-started', ...failed, why: /taking too long/ })
      await followOut(house(), wayOut(told, 'rollback'))
    },
    SLOW,
  )
})

describe.concurrent('a platform that does not answer', () => {
  const house = houseFor({ files: { 'fly.toml': toml('[deploy]\n  release_command = "cp later $HOME/home/scenario"'), later: 'none\n' } })

  test.sequential(
    'api-down before a deploy: 69, and nothing is deployed or remembered',
    async () => {
      const [deploys, seq] = [house().deploys(), house().ledgerState()?.seq]
      const plan = await house().plan()
      house().scenario('api-down')
      const told = await house().json(['deploy', `--plan=${plan}`, '--because=x'])
      expect({ code: told.code, refused: told.refusal?.code }).toEqual({ code: 69, refused: 'TARGET_UNREACHABLE' })
      expect(house().ledgerState()?.seq).toBe(seq)
      expect(house().deploys()).toBe(deploys)
      house().scenario('none')
      expect(await house().status()).toBe(0)
    },
    SLOW,
  )

  test.sequential(
    'empty-machine-list before a deploy is asked about',
    async () => {
      house().change('app.txt', 'empty\n', 'Deploy to no machines')
      house().scenario('empty-machine-list')
      const deploys = house().deploys()
      const told = await house().deploy('no machines')
      expect({ code: told.code, refused: told.refusal?.code }, told.out).toEqual({ code: 10, refused: 'FINDINGS' })
      expect(told.refusal?.why.join()).toContain('machines-gone')
      expect(house().deploys()).toBe(deploys)
      house().scenario('none')
    },
    SLOW,
  )

  for (const [fault, why] of [
    ['api-down', /the platform could not be read after it/],
    ['empty-machine-list', /the machine list is empty/],
  ] as const) {
    test.sequential(
      `${fault} while it deploys: unknown; once the fault is gone the way out leads to ready`,
      async () => {
        house().change('later', `${fault}\n`, `Fall into ${fault}`)
        const told = await house().deploy(`into ${fault}`)
        await expectHalt(house(), told, { outcome: 'unknown', ...unknown, why })
        house().scenario('none')
        await followOut(house(), wayOut(told, fault === 'api-down' ? 'rollback' : 'adopt'))
      },
      SLOW,
    )
  }
})
