import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { isAlive } from '../support/alive.ts'
import type { Told } from '../support/house.ts'
import { userOwned } from '../support/repo.ts'
import { expectDeploy, expectRefusal, findings, nextOf, opened, planned, SLOW } from './refusals.ts'

describe('tools that are not as they should be', () => {
  const house = opened()
  const folder = (name: string, ...tools: string[]): string => {
    const bin = join(house().dir, name)
    mkdirSync(bin, { recursive: true })
    for (const tool of tools) {
      const real =
        tool === 'node' ? process.execPath : execFileSync('sh', ['-c', `command -v ${tool}`], { env: house().env, encoding: 'utf8' }).trim()
      symlinkSync(real, join(bin, tool))
    }
    return bin
  }
  const impostor = (name: string, script: string): { env: Record<string, string> } => {
    const bin = folder(name)
    for (const tool of ['fly', 'flyctl']) writeFileSync(join(bin, tool), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    return { env: { PATH: `${bin}:${house().env.PATH}` } }
  }

  test(
    'no fly: said with where it comes from; what needs none works',
    async () => {
      const ways = { env: { PATH: folder('no-fly', 'git', 'node', 'sh') } }
      for (const command of ['deploy', 'plan', 'rollback', 'adopt']) {
        const told = await expectRefusal(
          house(),
          [command, ...(command === 'adopt' ? ['--because=x'] : [])],
          { code: 'TOOL_MISSING', exit: 69 },
          ways,
        )
        expect(told.refusal?.why.join(' ')).toContain('fly.io/docs')
      }
      for (const command of ['status', 'history', 'test']) expect((await house().sd([command], ways)).code).toBe(0)
    },
    SLOW,
  )

  test('no git', async () => {
    const told = await house().json([], { env: { PATH: folder('no-git', 'node') } })
    expect(told.refusal).toMatchObject({ code: 'GIT_MISSING', exit: 69 })
  })

  test(
    'logged out: nothing is recorded, and the next command logs in',
    async () => {
      house().scenario('auth-missing')
      for (const command of ['deploy', 'rollback'])
        expect(nextOf(await expectRefusal(house(), [command], { code: 'LOGGED_OUT', exit: 69 }))[0]).toBe('fly auth login')
      house().scenario('none')
      expect(house().ledgerState()).toBeNull()
    },
    SLOW,
  )

  test('another program that is called fly as well', async () => {
    const ways = impostor(
      'concourse',
      'echo "error: Unknown command" >&2; echo "Error: unknown command \\"$1\\" for \\"fly\\"" >&2; exit 1',
    )
    const told = await expectRefusal(house(), [], { code: 'TARGET_UNREADABLE', exit: 69 }, ways)
    expect(told.refusal?.why[0]).toContain('another program of that name')
  })

  test.each([
    ['prints something else', 'echo "{}"', 'TARGET_UNREADABLE'],
    ['dies', 'kill -9 $$', 'TARGET_UNREACHABLE'],
  ])(
    'a fly that %s',
    async (name, script, code) => {
      await expectRefusal(house(), [], { code, exit: 69 }, impostor(name, script))
    },
    SLOW,
  )

  test(
    'a version nobody has seen yet deploys; and where only flyctl is there, a rollback finds it too',
    async () => {
      const later = impostor(
        'later',
        `[ "$1" = version ] && { echo "flyctl v99.0.0-nightly"; exit 0; }\nexec '${join(house().dir, 'bin', 'fly')}' "$@"`,
      )
      rmSync(join(house().dir, 'later', 'fly'))
      const ways = { env: { PATH: `${join(house().dir, 'later')}:${folder('base', 'git', 'node', 'sh')}:/usr/bin:/bin` } }
      expect(later.env.PATH).toContain('later')
      expect((await house().sd(['doctor'], ways)).out).toContain('flyctl v99.0.0-nightly')
      await expectDeploy(house(), ways)
      house().change('app.txt', 'broken\n', 'Break it')
      const bad = await house().json(['deploy', `--plan=${await planned(house(), ways)}`, '--because=x'], ways)
      expect(bad.code, bad.out).not.toBe(0)
      const back = await house().json(['rollback'], ways)
      expect(back.code, back.out).toBe(0)
      expect(house().ledgerState()?.core.halt).toBeNull()
    },
    SLOW,
  )
})

describe('a config nobody can use', () => {
  const house = opened({ config: 'version: 1\nverify: { bake: 0s }\n' })
  const NOISE = Array.from({ length: 250_000 }, (_, i) => String.fromCharCode(33 + ((i * 7919) % 90))).join('\n')
  beforeAll(async () => {
    expect((await house().deploy('a known good')).code).toBe(0)
  }, SLOW)

  const CASES: [name: string, text: string, why: RegExp][] = [
    [
      'unknown keys, with the nearest',
      'version: 1\ntargt: {}\ntest: { smokes: [] }\n',
      /targt.*did you mean target.*smokes.*did you mean smoke/,
    ],
    ['wrong types', 'version: 1\nbudget: 3\nverify: { bake: soon }\n', /:2: found 3 at budget.*:3: found "soon" at verify\.bake/],
    ['tabs', 'version: 1\ntest:\n\tsmoke: []\n', /:3: found a tab/],
    ['a version of tomorrow', 'version: 2\n', /found 2 at version/],
    ['nothing', '', /an empty file/],
    ['a list', '- a\n', /found a list/],
    ['aliases', 'version: 1\nhears: &a [x]\nrules: *a\n', /an alias/],
    ['no text', 'version: 1\n\0\0\n', /no text/],
    ['half a megabyte of noise', NOISE, /more than 256 kB/],
    ['a map as a key', '{{{', /found/],
  ]

  test.each(CASES)(
    '%s: all of it is said',
    async (_, text, why) => {
      house().write({ 'safe-deploy.yml': text })
      const told = await expectRefusal(house(), [], { code: 'CONFIG', exit: 64 })
      expect(told.refusal?.why.join(' ')).toMatch(why)
    },
    SLOW,
  )

  test(
    'a rollback goes through whatever is written',
    async () => {
      for (const text of [NOISE, '{{{', 'version: 1\ntarget: { command: { name: x } }\n']) {
        house().write({ 'safe-deploy.yml': text })
        expect((await house().json(['rollback'])).code, text.slice(0, 40)).toBe(0)
      }
    },
    SLOW,
  )

  test(
    'a link that leads nowhere and two files at once are no missing config; a rollback goes through',
    async () => {
      rmSync(join(house().root, 'safe-deploy.yml'))
      symlinkSync('nowhere', join(house().root, 'safe-deploy.yml'))
      expect((await house().json([])).refusal).toMatchObject({ code: 'CONFIG', exit: 64 })
      expect((await house().json(['rollback'])).code).toBe(0)
      rmSync(join(house().root, 'safe-deploy.yml'))
      house().write({ 'safe-deploy.yml': 'version: 1\n', 'safe-deploy.yaml': 'version: 1\n' })
      expect(nextOf(await expectRefusal(house(), [], { code: 'CONFIG', exit: 64 }))).toEqual(['git rm safe-deploy.yaml'])
      expect((await house().json(['rollback'])).code).toBe(0)
      rmSync(join(house().root, 'safe-deploy.yaml'))
    },
    SLOW,
  )

  test.each([
    ['broken', '[[[\n', 'CONFIG'],
    ['without an app', 'primary_region = "ams"\n', 'CONFIG'],
    ['gone', null, 'NO_TARGET'],
  ])(
    'a fly.toml that is %s: refused; a rollback goes by the one ledger that is here',
    async (_, text, code) => {
      house().git('checkout', '-q', '--', '.')
      house().write({ 'fly.toml': text })
      await expectRefusal(house(), [], { code, exit: 64 })
      const back = await house().json(['rollback'])
      expect(back.code, back.out).toBe(0)
      expect(back.lines.some((line) => String(line.text).includes('Going by the one ledger of this clone: everflow'))).toBe(true)
      house().git('checkout', '-q', '--', '.')
    },
    SLOW,
  )
})

describe('env files and smokes', () => {
  const house = opened({ app: 'worker' })
  const config = (test: string): void => {
    house().change('safe-deploy.yml', `version: 1\ntest:\n${test}`, 'Test it')
  }
  const smoke = (run: string, timeout = '20s'): void =>
    config(`  smoke: [{ name: it, run: ${JSON.stringify(run)}, timeout: ${timeout} }]\n`)
  const expectFailed = (rule: string): Promise<Told> =>
    house()
      .json(['test'])
      .then((told) => {
        expect(told.refusal, told.out).toMatchObject({ code: 'TEST_FAILED', exit: 11 })
        expect(findings(told)).toContain(`block ${rule}`)
        return told
      })
  const env = join('.env')
  const path = (): string => join(house().root, env)

  test(
    'an env file that is missing, binary, empty of what is required, a folder, a pipe',
    async () => {
      config('  env: { files: [.env], required: [DATABASE_URL] }\n  smoke: [{ name: it, run: "true" }]\n')
      const before = userOwned(house())
      const told = await expectFailed('env-key-missing')
      expect(findings(told)).toContain('ask env-file-missing')
      writeFileSync(path(), Buffer.from([0, 1, 255, 254]))
      await expectFailed('env-file-unreadable')
      writeFileSync(path(), 'DATABASE_URL=\n')
      await expectFailed('env-key-empty')
      rmSync(path())
      mkdirSync(path())
      await expectFailed('env-file-unreadable')
      rmSync(path(), { recursive: true })
      execFileSync('mkfifo', [path()])
      await expectFailed('env-file-unreadable')
      rmSync(path())
      expect(userOwned(house())).toEqual(before)
    },
    SLOW,
  )

  test(
    'a smoke that is not there, hangs, ignores SIGTERM: ended with all it started',
    async () => {
      smoke('no-such-program --x')
      await expectFailed('smoke-not-found')
      const pids = join(house().dir, 'pids')
      smoke(`trap '' TERM INT; sleep 300 & echo $! >> ${pids}; while :; do sleep 0.1; done`, '1s')
      await expectFailed('smoke-timeout')
      for (const pid of readFileSync(pids, 'utf8').trim().split('\n')) expect(isAlive(Number(pid))).toBe(false)
    },
    SLOW,
  )

  test(
    'a smoke that writes into the tree is named, and one that commits deploys nothing',
    async () => {
      smoke('echo more >> app.txt')
      await expectFailed('smoke-wrote')
      house().git('checkout', '-q', '--', 'app.txt')
      smoke('git commit -q --allow-empty -m sneaky')
      const deploys = house().deploys()
      const told = await house().json(['deploy', `--plan=${await planned(house())}`, '--because=x', '--accept=guard-changed=x'])
      expect(told.refusal, told.out).toMatchObject({ code: 'CANDIDATE_MOVED', exit: 10 })
      expect(house().deploys()).toBe(deploys)
    },
    SLOW,
  )

  test(
    'a smoke that prints a lot and no text at that',
    async () => {
      smoke("head -c 20000000 /dev/zero | tr '\\\\0' x; head -c 2000 /dev/urandom", '60s')
      const told = await house().json(['test'])
      expect(told.code, told.out.slice(0, 2000)).toBe(0)
      expect(told.out.length).toBeLessThan(2_000_000)
    },
    SLOW,
  )
})
