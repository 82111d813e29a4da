import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { APPS } from '../support/apps.ts'
import type { House, Line, Told } from '../support/house.ts'
import { openHouse } from '../support/open-house.ts'
import { userOwned } from '../support/repo.ts'
import { SLOW } from './refusals.ts'

const CONFIG = `version: 1
verify: { bake: 0s }
apps:
  api: { target: { fly: { dir: api } } }
  web: { target: { fly: { dir: web } }, paths: [web/**, docs/**] }
`

const inFolder = (dir: string, app: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(APPS.worker).map(([name, text]) => [`${dir}/${name}`, name === 'fly.toml' ? text.replace('everflow', app) : text]),
  )

const stopped = (told: Told): Line | undefined => told.lines.find((line) => line.type === 'stage.ended' && line.stage === 'stop')
const filesOf = (told: Told): string[] => {
  const read = told.lines.find((line) => line.type === 'change.read') as unknown as { files: { path: string }[] }
  return read.files.map(({ path }) => path).sort()
}
const saidBy = (told: Told): string => told.lines.map((line) => String(line.text ?? '')).join('\n')
const shipped = (house: House): string[] =>
  house
    .calls()
    .filter((argv) => argv[0] === 'deploy')
    .map((argv) => (argv.includes('-a') ? (argv[argv.indexOf('-a') + 1] ?? '') : 'by hand'))

describe('two apps of one repository', () => {
  const at: { house?: House } = {}
  const house = (): House => at.house as House
  const planned = async (app: string) =>
    (await house().json(['plan', `--app=${app}`])).lines.find((line) => line.type === 'plan.made')?.digest
  const inside = (dir: string) => ({ cwd: join(house().root, dir) })

  beforeAll(async () => {
    at.house = await openHouse({
      app: 'worker',
      deployed: false,
      config: CONFIG,
      files: { ...inFolder('api', 'mono-api'), ...inFolder('web', 'mono-web'), 'docs/use.md': 'how\n', 'package.json': '{}\n' },
    })
    for (const app of ['api', 'web']) {
      await house().fly(['apps', 'create', `mono-${app}`])
      const first = await house().fly(['deploy'], inside(app))
      expect(first.code, first.err).toBe(0)
    }
  }, SLOW)
  afterAll(() => house().close())

  test(
    'from the root each command asks which one, and prints its own line for each',
    async () => {
      const calls = house().calls().length
      for (const command of ['deploy', 'plan', 'rollback', 'adopt', 'history', 'test']) {
        const told = await house().json([command])
        expect(told.refusal, told.out + told.err).toMatchObject({ code: 'WHICH_APP', exit: 64 })
        expect(told.refusal?.why).toEqual(['api (mono-api): api', 'web (mono-web): web'])
        expect(told.refusal?.next.map(({ argv }) => argv.join(' '))).toEqual([
          `safe-deploy ${command} --json --app=api`,
          `safe-deploy ${command} --json --app=web`,
        ])
      }
      expect(house().calls().length).toBe(calls)
    },
    SLOW,
  )

  test('a name that is nearly right is suggested', async () => {
    const told = await house().json(['plan', '--app=wev'])
    expect(told.refusal?.code).toBe('WHICH_APP')
    expect(told.refusal?.next.map(({ argv }) => argv.at(-1))).toEqual(['--app=web'])
  })

  test('status is a line for each app; with --exit-code it says that one has no ledger', async () => {
    const ran = await house().sd(['status', '--exit-code'])
    expect(ran.code).toBe(69)
    const [title, ...rows] = ran.out.trimEnd().split('\n')
    expect(title).toBe('2 apps; safe-deploy status --app=NAME says more')
    expect(rows.map((row) => row.trim().split('  ')[0])).toEqual(['mono-api', 'mono-web'])
    const told = await house().json(['status'])
    const { data } = told.lines[0] as unknown as { data: { app: string; next: { argv: string[] }[] }[] }
    for (const { app, next } of data) for (const { argv } of next) expect(argv).toContain(`--app=${app}`)
  })

  test.each([
    ['api', 'mono-api'],
    ['web', 'mono-web'],
    ['docs', 'mono-web'],
  ])('the folder %s says %s', async (dir, app) => {
    expect((await house().sd(['status'], inside(dir))).out).toContain(`${app}: `)
  })

  test('--app beats the folder, by key and by name', async () => {
    for (const name of ['web', 'mono-web'])
      expect((await house().sd(['status', `--app=${name}`], inside('api'))).out).toContain('mono-web: ')
  })

  test(
    '--changed leaves alone what the change does not touch, and names the app of what it refuses',
    async () => {
      const before = userOwned(house())
      const idle = await house().json(['deploy', '--changed'])
      expect(idle.code, idle.out).toBe(0)
      expect(saidBy(idle)).toContain('mono-api: the change does not touch it; left alone.')
      expect(saidBy(idle)).toContain('mono-web: the change does not touch it; left alone.')
      expect(userOwned(house())).toEqual(before)
      house().change('web/app.txt', 'two\n', 'Change the web app')
      const told = await house().json(['deploy', '--changed', '--because=the web app'])
      expect(saidBy(told)).toContain('mono-api: the change does not touch it; left alone.')
      expect(told.refusal).toMatchObject({ code: 'NOT_READ' })
      expect(told.refusal?.next.map(({ argv }) => argv.join(' '))).toContain('safe-deploy plan --app=web')
      expect(shipped(house())).toEqual(['by hand', 'by hand'])
    },
    SLOW,
  )

  test(
    'of one app READ shows and counts what is its own, and says how much it left out',
    async () => {
      house().change('api/app.txt', 'broken\n', 'Break the api')
      const told = await house().json(['plan', '--app=web'])
      expect(filesOf(told)).toEqual(['web/app.txt'])
      expect(saidBy(told)).toContain('1 file outside of this app left out')
      expect(told.lines.find((line) => line.type === 'stage.ended' && line.stage === 'read')?.line).toMatch(/^1 file \+1 −1 /)
    },
    SLOW,
  )

  test(
    'root lockfiles and build inputs belong to every app',
    async () => {
      house().change('package.json', '{ "name": "mono" }\n', 'Name it')
      const told = await house().json(['plan', '--app=web'])
      expect(filesOf(told)).toEqual(['package.json', 'web/app.txt'])
    },
    SLOW,
  )

  test(
    '--changed takes them in the order they are written and stops at the first that fails',
    async () => {
      house().scenario('build-fail', 'once')
      const digest = await planned('api')
      const told = await house().json(['deploy', '--changed', `--plan=${digest}`, '--because=both'])
      expect(told.refusal?.code, told.out).toBe('DEPLOY_FAILED')
      expect(String(stopped(told)?.line)).toContain('mono-api')
      expect(told.lines.filter((line) => line.type === 'stage.ended' && line.stage === 'stop')).toHaveLength(1)
      expect(shipped(house()).slice(2)).toEqual(['mono-api'])
      for (const { argv } of told.refusal?.next ?? []) expect(argv).toContain('--app=api')
    },
    SLOW,
  )

  test(
    'a halt of one app stops that app alone',
    async () => {
      expect((await house().json(['plan', '--app=api'])).refusal?.code).toBe('HALTED')
      const digest = await planned('web')
      const told = await house().json(['deploy', '--app=web', `--plan=${digest}`, '--because=the web app'])
      expect(told.code, told.out + told.err).toBe(0)
      const rows = (await house().sd(['status'])).out.trimEnd().split('\n').slice(1)
      expect(rows[0]).toContain('mono-api  Halted: ')
      expect(rows[1]).toContain('mono-web  Ready.')
      expect((await house().sd(['status', '--exit-code'])).code).toBe(12)
    },
    SLOW,
  )

  test(
    'what is written down to be signed is taken back with the app that it is about',
    async () => {
      const told = await house().json([
        'ack',
        '--app=api',
        '--cause=a',
        '--evidence-run=true',
        '--next=c',
        '--path=**',
        '--document=../ack.json',
      ])
      expect(told.code, told.out).toBe(0)
      const { lines } = told.lines.find((line) => line.type === 'report') as unknown as { lines: string[] }
      expect(lines[1]).toBe(`safe-deploy ack --app=api --document=${house().dir}/ack.json --signature=${house().dir}/ack.json.sig`)
    },
    SLOW,
  )

  test(
    'a fly command says by its own -a which of them it is about',
    async () => {
      const told = await house().json(['run', '--because=a key', '--', 'fly', 'secrets', 'set', 'API_KEY=value-of-web', '-a', 'mono-web'])
      expect(told.code, told.out).toBe(0)
      expect((await house().fly(['secrets', 'list', '-a', 'mono-web'])).out).toContain('API_KEY')
      const other = await house().json([
        'run',
        '--because=a key',
        '--',
        'fly',
        'secrets',
        'set',
        'API_KEY=value-of-none',
        '-a',
        'mono-none',
      ])
      expect({ code: other.code, refused: other.refusal?.code }).toEqual({ code: 64, refused: 'WHICH_APP' })
    },
    SLOW,
  )
})
