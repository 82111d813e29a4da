import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { House } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { openSeams } from '../support/seams.ts'
import { leftovers, runFile, toolsRunning, toReady } from '../support/settled.ts'
import { start, until } from '../support/started.ts'
import { hasTerminal } from '../support/terminal.ts'

/** A release command that runs as long as a file is there that is not of the image: so fly can be caught in the act. */
const HELD = `app = "everflow"
[http_service]
  internal_port = 8080
[deploy]
  release_command = "echo begun; while [ -f $HOME/hold ]; do sleep 0.1; done"
`

interface Scene {
  house: House
  hold(): void
  letGo(): void
  /** Changes something and reads it: the arguments that would deploy it. */
  ready(): Promise<string[]>
  /** TMPDIR of the guard. */
  temporary: string
}

const openScene = async (config?: string): Promise<Scene> => {
  const house = await openHouse({ files: { 'fly.toml': HELD }, good: 'the first', ...(config ? { config } : {}) })
  const temporary = join(house.dir, 'tmp')
  mkdirSync(temporary)
  const texts = { n: 1 }
  return {
    house,
    temporary,
    hold: () => writeFileSync(join(house.dir, 'hold'), ''),
    letGo: () => rmSync(join(house.dir, 'hold'), { force: true }),
    ready: async () => {
      texts.n += 1
      house.change('app.txt', `text ${texts.n}\n`, `Serve ${texts.n}`)
      return ['deploy', `--plan=${await house.plan()}`, '--because=a change']
    },
  }
}

/** Opens a scene for one test, and closes it whatever happens. */
const inScene = async (act: (scene: Scene) => Promise<void>, config?: string): Promise<void> => {
  const scene = await openScene(config)
  try {
    await act(scene)
  } finally {
    scene.letGo()
    await scene.house.close()
  }
}

const tipOf = (house: House): string => house.git('--git-dir', '.git/safe-deploy/ledger.git', 'rev-parse', 'refs/safe-deploy/everflow')

describe.concurrent('before the intent', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends it with %i, and nothing is left behind', (signal, code) =>
    inScene(async (scene) => {
      const { house } = scene
      const args = await scene.ready()
      const [tip, deploys, calls] = [tipOf(house), house.deploys(), house.calls().length]
      house.scenario('slow')
      const run = start(house, args, { env: { TMPDIR: scene.temporary } })
      await until(() => house.calls().length > calls, 'it reads the platform')
      run.signal(signal)
      const ended = await run.done
      house.scenario('none')
      expect(ended.code, ended.out + ended.err).toBe(code)
      expect(ended.out + ended.err).toContain('Nothing was deployed')
      expect(house.deploys()).toBe(deploys)
      expect(tipOf(house)).toBe(tip)
      expect(leftovers(house)).toEqual([])
      expect(readdirSync(scene.temporary)).toEqual([])
      await until(() => toolsRunning(house).length === 0, `no tool runs: ${toolsRunning(house).join('; ')}`)
      expect(await house.status()).toBe(0)
    }),
  )
})

/** Number of the last call so far that matches. */
const lastCall = (calls: readonly string[], call: string): number => calls.lastIndexOf(call) + 1

describe.concurrent('right after the intent', () => {
  test(
    'Ctrl-C starts nothing more, and one line goes on; in the last append it changes nothing',
    () =>
      inScene(async ({ house, ready }) => {
        const seams = openSeams(house)
        const healthy = await house.json(await ready(), { env: seams.env })
        expect(healthy.code, healthy.out).toBe(0)
        const calls = seams.calls()
        const intent = lastCall(
          calls.slice(
            0,
            calls.findIndex((call) => call.startsWith('fly deploy')),
          ),
          'git update-ref',
        )
        const deploys = house.deploys()
        seams.cut({ n: intent, side: 'after', signal: 'INT' })
        const told = await house.json(await ready(), { env: seams.env })
        expect(told.code, told.out + told.err).toBe(20)
        expect(told.refusal).toMatchObject({ code: 'DEPLOY_FAILED', what: expect.stringContaining('SIGINT') })
        expect(house.deploys()).toBe(deploys)
        expect(house.ledgerState()?.core).toMatchObject({ open: null, halt: { outcome: 'not-started', light: true } })
        expect(leftovers(house)).toEqual([])
        await toReady(house)
        seams.cut({ n: lastCall(calls, 'git update-ref'), side: 'before', signal: 'INT' })
        const late = await house.json(await ready(), { env: seams.env })
        expect(late.code, late.out + late.err).toBe(0)
        expect(house.ledgerState()?.core).toMatchObject({ open: null, halt: null })
      }),
    180_000,
  )
})

describe.concurrent('while fly runs', () => {
  test(
    'Ctrl-C twice reaches fly once, and what it did is found by looking',
    () =>
      inScene(async ({ house, ready, hold }) => {
        hold()
        const run = start(house, await ready())
        await run.says('begun')
        // Both at once: a second one after fly has returned would mean something else, to leave the verification.
        run.signal('SIGINT')
        run.signal('SIGINT')
        await run.says('asked fly to stop once')
        const ended = await run.done
        expect(ended.code, ended.out + ended.err).toBe(20)
        expect(ended.out.split('asked fly to stop').length, 'said once').toBe(2)
        expect(house.ledgerState()?.core).toMatchObject({ open: null, halt: { outcome: 'unchanged' } })
        expect(toolsRunning(house)).toEqual([])
        expect(leftovers(house)).toEqual([])
        await toReady(house)
      }),
    180_000,
  )

  test(
    'SIGTERM is forwarded too, and SIGHUP is not heard at all',
    () =>
      inScene(async ({ house, ready, hold, letGo }) => {
        hold()
        const run = start(house, await ready())
        await run.says('begun')
        run.signal('SIGHUP')
        run.signal('SIGTERM')
        await run.says('SIGTERM: asked fly to stop once')
        const ended = await run.done
        expect(ended.code, ended.out + ended.err).toBe(20)
        expect(house.ledgerState()?.core).toMatchObject({ open: null, halt: { outcome: 'unchanged' } })
        letGo()
        await toReady(house)
      }),
    180_000,
  )

  test('a reader that goes away after the first line loses nothing', () =>
    inScene(async ({ house, ready }) => {
      const words = [...house.bin, ...(await ready()), '--json'].map((word) => `'${word}'`).join(' ')
      const line = execFileSync('sh', ['-c', `${words} | head -1`], { cwd: house.root, env: house.env, encoding: 'utf8' })
      expect(JSON.parse(line)).toMatchObject({ type: 'run.started' })
      expect(house.ledgerState()?.core).toMatchObject({ open: null, halt: null, good: [{ because: 'a change' }, { because: 'the first' }] })
      expect(leftovers(house)).toEqual([])
    }))

  test.runIf(hasTerminal)(
    'a terminal that goes away ends nothing that has begun',
    () =>
      inScene(async ({ house, ready, hold, letGo }) => {
        hold()
        const terminal = inTerminal(house, [...(await ready()), '--no-input'])
        await until(() => runFile(house)?.step === 'running', 'fly runs')
        const guard = runFile(house)?.guard.pid ?? 0
        terminal.kill('SIGKILL')
        await until(() => terminal.signalCode !== null, 'the terminal is gone')
        letGo()
        await until(() => house.ledgerState()?.core.open === null, 'the guard records the outcome')
        await until(() => !isRunning(guard), 'the guard ends')
        expect(house.ledgerState()?.core).toMatchObject({ halt: null, good: [{ because: 'a change' }, { because: 'the first' }] })
        expect(leftovers(house)).toEqual([])
      }),
    120_000,
  )
})

const inTerminal = (house: House, args: readonly string[]): ChildProcess => {
  const line = `exec ${[...house.bin, ...args].map((word) => `'${word}'`).join(' ')}`
  return spawn('script', ['-qefc', line, '/dev/null'], { cwd: house.root, env: house.env, stdio: ['pipe', 'ignore', 'ignore'] })
}

/** A zombie has ended; who should reap it may be busy. */
const isRunning = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

describe.concurrent('after fly has returned', () => {
  test('Ctrl-C leaves, says so, and the next command finishes the verification', () =>
    inScene(async ({ house, ready }) => {
      const run = start(house, await ready())
      await run.says('Visit your newly deployed app')
      await until(() => runFile(house)?.step === 'returned', 'fly has returned')
      run.signal('SIGINT')
      const ended = await run.done
      expect(ended.code, ended.out + ended.err).toBe(22)
      expect(ended.out + ended.err).toContain('Left before the deploy was verified')
      expect(house.ledgerState()?.core.open).not.toBeNull()
      const status = await house.json(['status', '--exit-code'])
      expect(status.code).toBe(14)
      expect(status.out).toContain('Interrupted')
      expect(await toReady(house)).toEqual(['safe-deploy status --live'])
      expect(house.ledgerState()?.core).toMatchObject({
        halt: null,
        good: [{ because: 'a change', level: 'probed' }, { because: 'the first' }],
      })
      expect(leftovers(house)).toEqual([])
    }, 'version: 1\nverify: { bake: 2s }\n'))
})

describe('a file that a guard was writing when it was killed', () => {
  test.each([
    ['goes with the next command', 2 ** 22 + 7, false],
    ['stays while that guard lives', process.pid, true],
  ])(
    '%s',
    async (_, pid, stays) => {
      const house = await openHouse({ good: 'the first' })
      try {
        const torn = `.0123456789abcdef.json.${pid}.1x`
        mkdirSync(join(house.root, '.git', 'safe-deploy', 'run'), { recursive: true })
        writeFileSync(join(house.root, '.git', 'safe-deploy', 'run', torn), '{')
        await house.json(['adopt', '--because=look'])
        expect(leftovers(house).includes(`run/${torn}`)).toBe(stays)
      } finally {
        await house.close()
      }
    },
    300_000,
  )
})
