import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { House, Ran } from '../support/house.ts'
import { kept } from '../support/kept.ts'
import { openHouse } from '../support/open-house.ts'
import { hasTerminal } from '../support/terminal.ts'
import { CONFIG } from './halts.ts'

/** For a machine that does many things at once; alone each takes a few seconds. */
const SLOW = 300_000

/** Each comes another way, so that a leak says where it came from. */
const SENTINELS = {
  envFile: 'sentinel-env-file-7f3a91',
  multiline: 'sentinel-second-line-55ab20',
  shell: 'sentinel-of-the-shell-0c9d44',
  argument: 'sentinel-argument-81be02',
  inlineArgument: 'sentinel-inline-argument-6d21cc',
  url: 'sentinel-url-password-42ffd0',
  machineEnv: 'sentinel-machine-env-93aa17',
  secretValue: 'sentinel-secret-value-b1c4e8',
}
const ENV_FILE = `DATABASE_URL=postgres://app:${SENTINELS.envFile}@db.internal/app\nAPI_KEY="first line\n${SENTINELS.multiline}"\nPROBE_URL=https://user:${SENTINELS.url}@probe.example.com/x\n`

/** Prints whatever it can get hold of: a smoke, a probe and an app that talk too much. */
const LOUD = `const { readFileSync, existsSync } = require('node:fs')
const env = existsSync('.env') ? readFileSync('.env', 'utf8') : ''
console.log(env, Buffer.from(env.split('\\n')[0].slice(13)).toString('base64'))
console.error('failed to connect to https://user:${SENTINELS.url}@probe.example.com/x', process.env.SHELL_TOKEN)
process.exit(Number(process.argv[2] ?? 0))
`
/** Fly prints the release command's output: it echoes what it was given. Values that only the platform knows are never asked for. */
const TOML = `app = "everflow"
[env]
  MACHINE_PASSWORD = "${SENTINELS.machineEnv}"
  MIGRATION_URL = "https://user:${SENTINELS.url}@probe.example.com/migrate"
[http_service]
  internal_port = 8080
[deploy]
  release_command = "echo migrating with $ARGUMENT and $OTHER and the password $MIGRATION_URL"
`

const forms = (value: string): string[] => [value, encodeURIComponent(value), Buffer.from(value).toString('base64').replace(/=+$/, '')]

const expectClean = (where: string, text: string): void => {
  for (const [way, value] of Object.entries(SENTINELS))
    for (const form of forms(value))
      expect(text.includes(form), `${where} holds the sentinel of ${way}:\n${text.slice(0, 4000)}`).toBe(false)
}

describe('no secret leaves by any door', () => {
  const at: { house?: House } = {}
  const house = (): House => at.house as House
  const env = { SHELL_TOKEN: SENTINELS.shell }
  const rest = ['--', '--env', `ARGUMENT=${SENTINELS.argument}`, `--env=OTHER=${SENTINELS.inlineArgument}`]
  const shown: [where: string, ran: Ran][] = []
  const keep = async <T extends Ran>(where: string, ran: Promise<T>): Promise<T> => {
    const done = await ran
    shown.push([where, done])
    return done
  }

  beforeAll(async () => {
    at.house = await openHouse({
      config: `${CONFIG}ledger: { remote: none }
test:
  env: { files: [.env] }
  smoke: [{ name: loud, run: node loud.js }]
`.replace('bake: 0s', `bake: 0s, probes: [{ command: node loud.js, within: 5s }]`),
      files: { 'fly.toml': TOML, 'loud.js': LOUD, '.dockerignore': '.git\n.env\n' },
    })
    house().write({ '.env': ENV_FILE })
    await house().fly(['secrets', 'set', `STORED_SECRET=${SENTINELS.secretValue}`])
  }, SLOW)
  afterAll(() => at.house?.close())

  test(
    'a deploy with arguments, a loud smoke, a loud release command and a loud probe',
    async () => {
      const plan = await keep('plan', house().json(['plan', ...rest], { env }))
      const digest = plan.lines.find((line) => line.type === 'plan.made')?.digest
      const told = await keep('deploy --json', house().json(['deploy', `--plan=${digest}`, '--because=x', ...rest], { env }))
      expect([0, 20, 21, 22], told.out).toContain(told.code)
      expect(house().deploys()).toBeGreaterThan(1)
    },
    SLOW,
  )

  test.runIf(hasTerminal)(
    'a whole deploy in a terminal',
    async () => {
      house().change('app.txt', 'one more\n', 'Serve one more')
      const seen = await house().terminal(['deploy', ...rest], [{ waits: 'What is this deploy for?', keys: '\r' }], { env })
      expect(seen.code, seen.written).toBe(0)
      expectClean('the terminal', seen.written)
    },
    SLOW,
  )

  test(
    'a refusal that prints the line to type again, a dry run, a failed smoke, a halt',
    async () => {
      if ((await house().status()) !== 0) await keep('rollback', house().sd(['rollback'], { env }))
      house().change('app.txt', 'two\n', `Deploy to postgres://app:${SENTINELS.url}@db/app`)
      await keep('deploy, not read', house().sd(['deploy', ...rest], { env }))
      const plan = await keep('plan', house().json(['plan', ...rest], { env }))
      const digest = plan.lines.find((line) => line.type === 'plan.made')?.digest
      await keep('no because', house().sd(['deploy', `--plan=${digest}`, ...rest], { env }))
      await keep('dry run', house().sd(['deploy', '--dry-run', `--plan=${digest}`, '--because=x', ...rest], { env }))
      await keep('usage', house().sd(['status', ...rest], { env }))
      house().change('loud.js', LOUD.replace('?? 0', '?? 3'), 'Fail loudly')
      const failing = await keep('plan', house().json(['plan', ...rest], { env }))
      const next = failing.lines.find((line) => line.type === 'plan.made')?.digest
      const told = await keep('failed smoke', house().sd(['deploy', `--plan=${next}`, '--because=x', ...rest], { env }))
      expect(told.code, told.out).toBe(11)
      await keep('bad', house().json(['bad', `--because=the password is ${ENV_FILE.split('\n')[0]}`], { env }))
      await keep('ack', house().json(['ack', '--cause=a', '--evidence-run=cat .env', '--next=b', '--path=**'], { env }))
    },
    SLOW,
  )

  test(
    'what is shown later: status, history, ledger log, doctor, rollback',
    async () => {
      for (const args of [
        ['status', '--live'],
        ['history'],
        ['ledger', 'log'],
        ['ledger', 'log', '--json'],
        ['doctor'],
        ['rollback'],
        ['test'],
      ])
        await keep(args.join(' '), house().sd(args, { env }))
    },
    SLOW,
  )

  test(
    'what a job on GitHub gets besides: annotations, a summary, outputs',
    async () => {
      const files = ['outputs', 'summary'].map((name) => join(house().dir, name))
      const job = { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: files[0] ?? '', GITHUB_STEP_SUMMARY: files[1] ?? '' }
      house().write({ 'loud.js': LOUD.replace('?? 0', '?? 4') })
      for (const args of [['plan', ...rest], ['deploy', ...rest], ['test'], ['rollback'], ['status']])
        await keep(`${args.join(' ')} in a job`, house().sd(args, { env: { ...env, ...job } }))
      for (const file of files) {
        const text = readFileSync(file, 'utf8')
        expect(text.length).toBeGreaterThan(200)
        expectClean(file, text)
      }
    },
    SLOW,
  )

  test('none of it is on a screen, in JSON, in a file of the guard or in an object of the ledger', () => {
    expect(shown.length).toBeGreaterThan(14)
    for (const [where, { out, err }] of shown) expectClean(where, `${out}\n${err}`)
    const files = kept(house())
    expect(files.length).toBeGreaterThan(20)
    for (const [where, text] of files) expectClean(where, text)
    const all = [...shown.map(([, { out }]) => out), ...files.map(([, text]) => text)].join('\n')
    expect(all, 'something was masked: the sentinels did come by').toContain('•••')
  })
})
