import { describe, expect, test } from 'vitest'
import { attempt, CONFIG, expectHalt, expectShut, followOut, houseFor, SLOW, wayOut } from './halts.ts'

const failed = { exit: 20, code: 'DEPLOY_FAILED' }

describe.concurrent('reads that mislead', () => {
  const house = houseFor()

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
