import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { House } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { userOwned } from '../support/repo.ts'
import { SLOW } from './refusals.ts'

const NAME = 'Pröd / Site.lock'
const SHIP = '#!/bin/sh\ngit rev-parse HEAD > ../live\n'
const CONFIG = `version: 1
target:
  command:
    name: ${NAME}
    deploy: ./ship "$SAFE_DEPLOY_COMMIT"
    current: cat ../live
    rollback: cat .ignored-by-git && echo "$SAFE_DEPLOY_TO" > ../live
verify: { bake: 0s }
acknowledge: { agents: true }
`

/** Only what the lines themselves need: no fly is on PATH. */
const withoutFly = (house: House): string => {
  const bin = join(house.dir, 'no-fly')
  mkdirSync(bin)
  symlinkSync(process.execPath, join(bin, 'node'))
  return `${bin}:/usr/local/bin:/usr/bin:/bin`
}

describe('a target that is the user’s own commands', () => {
  const at: { house?: House; path?: string } = {}
  const house = (): House => at.house as House
  const ways = () => ({ env: { PATH: at.path as string } })
  const live = (): string => readFileSync(join(house().dir, 'live'), 'utf8').trim()
  const head = (): string => house().git('rev-parse', 'HEAD')
  const sd = async (...args: string[]): Promise<string> => (await house().sd(args, ways())).out
  const statusCode = async (): Promise<number | null> => (await house().sd(['status', '--exit-code'], ways())).code
  const ship = (text: string, message: string): string => house().change('ship', text, message)
  const deploy = async (...args: string[]) => {
    const plan = await house().json(['plan'], ways())
    const digest = plan.lines.find((line) => line.type === 'plan.made')?.digest
    return house().json(['deploy', `--plan=${digest}`, '--because=a test', ...args], ways())
  }

  beforeAll(async () => {
    at.house = await openHouse({
      app: 'worker',
      deployed: false,
      config: CONFIG,
      files: { ship: SHIP, '.gitignore': '.ignored-by-git\n', '.ignored-by-git': 'needed to go back\n' },
    })
    at.path = withoutFly(house())
    for (const file of ['fly.toml', 'Dockerfile']) rmSync(join(house().root, file))
    house().git('add', '-A')
    house().git('update-index', '--chmod=+x', 'ship')
    house().git('commit', '-q', '-m', 'Use commands')
    house().git('checkout', '--', 'ship')
    writeFileSync(join(house().dir, 'live'), '')
  }, SLOW)
  afterAll(() => house().close())

  test(
    'nothing is live, then what was deployed is; no word of fly or machines',
    async () => {
      const before = userOwned(house())
      const told = await deploy()
      expect(told.code, told.out + told.err).toBe(0)
      expect(live()).toBe(head())
      expect(userOwned(house())).toEqual(before)
      const status = await sd('status')
      expect(status).toContain(`${NAME}: Ready.`)
      expect(status).toContain(`known good ${head().slice(0, 12)}, commit ${head().slice(0, 10)}, by what \`current\` prints`)
      expect(status).not.toMatch(/fly|machine|image|release/i)
      expect(await sd('status', '--live')).toContain(`serves now: ${head().slice(0, 12)}`)
      expect(await sd('history')).toContain('ledger created         pröd / site.lock')
      expect(await sd('deploy')).toContain('Nothing to do')
    },
    SLOW,
  )

  test(
    'unchanged: the command exits 0 and the same is live; halted, and rolled back by looking',
    async () => {
      const good = live()
      ship('#!/bin/sh\nexit 0\n', 'Ship nothing')
      const told = await deploy()
      expect(told.refusal).toMatchObject({ code: 'DEPLOY_FAILED', exit: 20 })
      expect(told.lines).toContainEqual(expect.objectContaining({ type: 'halted', outcome: 'unchanged' }))
      expect(await statusCode()).toBe(12)
      expect((await house().json([], ways())).refusal?.code).toBe('HALTED')
      const back = await house().json(['rollback'], ways())
      expect(back.code, back.out).toBe(0)
      expect(live()).toBe(good)
      expect(await statusCode()).toBe(0)
    },
    SLOW,
  )

  test(
    'unknown: it exits 7 after it had moved; the rollback line runs where what git ignores is',
    async () => {
      const good = live()
      house().git('revert', '--no-edit', 'HEAD')
      ship(`${SHIP}exit 7\n`, 'Fail at the end')
      const told = await deploy()
      expect(told.refusal).toMatchObject({ code: 'OUTCOME_UNKNOWN', exit: 22 })
      expect(live()).toBe(head())
      const back = await house().json(['rollback'], ways())
      expect(back.code, back.out).toBe(0)
      expect(live()).toBe(good)
      expect(await statusCode()).toBe(0)
    },
    SLOW,
  )

  test(
    'what was put there by hand is refused, in words that fit any target; rollback undoes it',
    async () => {
      const good = live()
      writeFileSync(join(house().dir, 'live'), 'by-hand\n')
      const told = await house().json([], ways())
      expect(told.refusal).toMatchObject({ code: 'DRIFT', exit: 12 })
      expect([told.refusal?.what, ...(told.refusal?.why ?? [])].join(' ')).not.toMatch(/image|machine/i)
      expect((await house().json(['rollback'], ways())).code).toBe(0)
      expect(live()).toBe(good)
    },
    SLOW,
  )

  test(
    'a broken config blocks no rollback: the last known good names the commands',
    async () => {
      const good = live()
      writeFileSync(join(house().dir, 'live'), 'by-hand\n')
      house().write({ 'safe-deploy.yml': '{{{' })
      const back = await house().json(['rollback'], ways())
      expect(back.code, back.out).toBe(0)
      expect(live()).toBe(good)
      house().git('checkout', '--', 'safe-deploy.yml')
    },
    SLOW,
  )

  test('fly was never called', () => {
    expect(
      house()
        .calls()
        .filter((argv) => argv[0] !== '__stop-all' && argv[0] !== 'apps'),
    ).toEqual([])
  })
})
