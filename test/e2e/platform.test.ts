import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { APPS } from '../support/apps.ts'
import { type House, openHouse } from '../support/house.ts'
import { attempt, CONFIG, expectHalt, expectShut, followOut, wayOut } from './halts.ts'

/** For a machine that does many things at once; alone each takes a few seconds. */
const SLOW = 300_000
const failed = { exit: 20, code: 'DEPLOY_FAILED' }
const unknown = { exit: 22, code: 'OUTCOME_UNKNOWN' }

/** A house for the tests of one suite, with a known good in it. */
const houseFor = (options: Parameters<typeof openHouse>[0], prepare?: (house: House) => Promise<unknown>): (() => House) => {
  const at: { house?: House } = {}
  beforeAll(async () => {
    at.house = await openHouse({ config: CONFIG, ...options })
    await prepare?.(at.house)
    const first = await at.house.deploy('the first one')
    expect(first.code, first.out).toBe(0)
  }, SLOW)
  afterAll(() => at.house?.close())
  return () => at.house as House
}

const toml = (part: string): string => `${APPS.web['fly.toml']}\n${part}\n`

describe.concurrent('two machines', () => {
  const house = houseFor({}, (at) => at.fly(['scale', 'count', '2', '--yes']))

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

describe.concurrent('reads that mislead', () => {
  const house = houseFor({})

  test.sequential(
    'noise-before-json changes nothing',
    async () => {
      house().scenario('noise-before-json')
      house().change('app.txt', 'noise\n', 'Deploy through noise')
      expect((await house().deploy('through noise')).code).toBe(0)
      house().scenario('none')
    },
    SLOW,
  )

  test.sequential(
    'secrets-staged is asked about, and the printed answer works as typed',
    async () => {
      house().scenario('secrets-staged')
      house().change('app.txt', 'staged\n', 'Deploy beside a staged secret')
      const told = await house().deploy('with a staged secret')
      expect({ code: told.code, refused: told.refusal?.code }, told.out).toEqual({ code: 10, refused: 'FINDINGS' })
      const answer = told.refusal?.next.find((next) => next.needs?.length)
      expect(answer?.needs).toEqual(['--accept=staged-secrets:secrets'])
      const typed = await house().type(answer!)
      expect(typed.code, typed.out).toBe(0)
      house().scenario('none')
    },
    SLOW,
  )

  test.sequential(
    'pruned-image: the rollback fails and the halt stays; once the image is there again it leads to ready',
    async () => {
      const told = await attempt(house(), 'unhealthy')
      await expectHalt(house(), told, { outcome: 'unhealthy', ...failed, why: /critical/ })
      house().scenario('pruned-image')
      const back = await house().json(['rollback'])
      expect({ code: back.code, refused: back.refusal?.code }, back.out).toEqual({ code: 20, refused: 'IMAGE_PRUNED' })
      expect(back.refusal?.next.map((next) => next.argv.join(' '))).toContain('safe-deploy rollback --rebuild')
      await expectShut(house())
      house().scenario('none')
      await followOut(house(), wayOut(back, 'rollback'))
    },
    SLOW,
  )

  test.sequential(
    'pruned-image for good: that commit is built again',
    async () => {
      const told = await attempt(house(), 'unhealthy')
      expect(told.code).toBe(20)
      house().scenario('pruned-image')
      await followOut(house(), { argv: ['safe-deploy', 'rollback', '--rebuild'], says: '' })
      house().scenario('none')
    },
    SLOW,
  )
})

describe.concurrent('a worker', () => {
  const probes = 'probes: [{ progress: { command: cat progress.txt, on: machine, advances: true }, within: 8s }]'
  const house = houseFor({ app: 'worker', config: CONFIG.replace('bake: 0s', `bake: 0s, ${probes}`) })

  test.sequential(
    'worker-runs-work-fails: fly is content, the work does not happen',
    async () => {
      const told = await attempt(house(), 'worker-runs-work-fails')
      await expectHalt(house(), told, { outcome: 'unhealthy', exit: 21, code: 'PROBE_FAILED', why: /advances/ })
      expect(told.lines.find((line) => line.type === 'probe.ended')).toMatchObject({ result: { passed: false } })
      await followOut(house(), wayOut(told, 'rollback'))
      expect(house().ledgerState()?.core.good[0]?.level).toBe('probed')
    },
    SLOW,
  )
})

describe.concurrent('the halt screen', () => {
  const house = houseFor({ files: { 'package.json': '{ "name": "everflow", "dependencies": {} }\n' } })

  test.sequential(
    'what serves, what failed, which change could explain it, the ways out',
    async () => {
      house().change('package.json', '{ "name": "everflow", "dependencies": { "left-pad": "1.3.0" } }\n', 'Pad')
      const plan = await house().plan()
      house().scenario('build-fail', 'once')
      const { out, code } = await house().sd(['deploy', `--plan=${plan}`, '--because=pad'])
      expect(code).toBe(20)
      const screen = out.slice(out.indexOf('HALTED'))
      const order = [
        'HALTED   not-started',
        'Serves now',
        'v2 (',
        'What failed',
        'before a release was made',
        'npm ci',
        'What could explain it',
      ]
      const rest = ['package.json', 'Ways out', 'safe-deploy ack --cause=TEXT', 'safe-deploy rollback', 'DEPLOY_FAILED, exit 20']
      const places = [...order, ...rest].map((text) => screen.indexOf(text))
      expect(places, screen).toEqual([...places].sort((a, b) => a - b))
      expect(places, screen).not.toContain(-1)
    },
    SLOW,
  )
})
