import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readFly } from '../../src/agents/fly/read-fly.ts'
import { LOOKS, LOOKS_BELOW } from '../../src/targets/fly/shim.ts'
import { run as cli, folder } from '../cli/run.ts'
import type { House, Ran } from '../support/house.ts'
import { hasTerminal, inTerminal } from '../support/terminal.ts'
import { houseFor, SLOW } from './halts.ts'

/** By its name, as PATH finds it. */
const FLY = 'fly'

/** A process of the line, without a shell round it. */
const ran = (argv: readonly string[], options: { cwd: string; env: Record<string, string>; input?: string }): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(argv[0] ?? '', argv.slice(1), { ...options, stdio: 'pipe' })
    const seen = { out: '', err: '' }
    child.stdout.on('data', (text) => {
      seen.out += text
    })
    child.stderr.on('data', (text) => {
      seen.err += text
    })
    child.stdin.on('error', () => {}).end(options.input ?? '')
    child.on('close', (code) => resolve({ code, ...seen }))
  })

/** Installs the shim beside a house, and gives the environment of a shell in which it stands first. */
const withShim = async (house: House): Promise<{ dir: string; env: Record<string, string>; fly: string }> => {
  const dir = join(house.dir, 'shim')
  const told = await house.sd(['shim', 'install', `--dir=${dir}`])
  expect(told.code, told.out + told.err).toBe(0)
  return { dir, env: { ...house.env, PATH: `${dir}:${house.env.PATH}` }, fly: join(dir, 'fly') }
}

describe('a fly in front of fly', () => {
  const house = houseFor()
  const typed = async (words: readonly string[], input?: string): Promise<Ran> => {
    const { env } = await withShim(house())
    return ran(['/bin/sh', '-c', 'exec "$0" "$@"', 'fly', ...words], { cwd: house().root, env, ...(input === undefined ? {} : { input }) })
  }

  test(
    'fly deploy is guarded, by whichever name and wherever its flags stand',
    async () => {
      house().change('app.txt', 'two\n', 'Serve two')
      const deploys = house().deploys()
      for (const words of [
        ['deploy'],
        ['-a', 'everflow', 'deploy'],
        ['--app=everflow', 'deploy', '--remote-only'],
        ['--verbose', 'deploy'],
      ]) {
        const told = await typed(words)
        expect(told.out, words.join(' ')).toContain('NOT_READ')
        expect(told.code).toBe(10)
      }
      expect(house().deploys()).toBe(deploys)
      const plan = await house().plan()
      const { env } = await withShim(house())
      const told = await house().json(['deploy', `--plan=${plan}`, '--because=two'], { env })
      expect(told.code, told.out).toBe(0)
      expect(house().deploys()).toBe(deploys + 1)
    },
    SLOW,
  )

  test(
    'a secret goes through run, with its reason; without one nothing is set',
    async () => {
      const releases = house().releases()
      const told = await typed(['secrets', 'set', 'API_KEY=through-the-shim'])
      expect({ code: told.code, releases: house().releases() }).toEqual({ code: 10, releases })
      expect(told.out).toContain('NO_BECAUSE')
      expect(told.out).not.toContain('through-the-shim')
    },
    SLOW,
  )

  test(
    'what only looks is untouched: bytes, exit code, and no call of the guard',
    async () => {
      for (const words of [
        ['status'],
        ['releases', '--json'],
        ['-a', 'everflow', 'machine', 'list', '--json'],
        ['secrets', 'list'],
        ['version'],
        ['status', '-a', 'nobody'],
      ]) {
        const { code, out, err } = await ran([join(house().dir, 'bin', 'fly'), ...words], { cwd: house().root, env: house().env })
        expect(await typed(words), words.join(' ')).toEqual({ code, out, err })
      }
    },
    SLOW,
  )

  test.runIf(hasTerminal)(
    'in a terminal fly deploy asks what it is for, and Enter deploys',
    async () => {
      const { env } = await withShim(house())
      house().change('app.txt', 'three\n', 'Serve three')
      const seen = await inTerminal(['fly', 'deploy'], {
        cwd: house().root,
        env,
        keys: [{ waits: 'What is this deploy for?', keys: '\r' }],
      })
      expect(seen.code, seen.written).toBe(0)
    },
    SLOW,
  )

  test('outside a repository a deploy is refused with its usual text', async () => {
    const { env } = await withShim(house())
    const told = await ran(['/bin/sh', '-c', 'fly deploy'], { cwd: house().dir, env })
    expect(told.code).toBe(64)
    expect(told.out).toContain('NOT_A_REPOSITORY')
  })
})

/** A room with a fly that tells how it was called, and a shim in front of it. */
const withTelling = async (
  line = 'echo "real $*"',
): Promise<{ path: string; env: Record<string, string>; dir: string; remove(): void }> => {
  const { path, remove } = folder()
  const [bin, dir] = [join(path, 'bin'), join(path, 'shim dir')]
  mkdirSync(bin)
  writeFileSync(join(bin, 'fly'), `#!/bin/sh\n${line}\n`)
  chmodSync(join(bin, 'fly'), 0o755)
  const told = await cli(['shim', 'install', '--dir', dir], { env: { PATH: `${bin}:${process.env.PATH}` } })
  expect(told.exit, told.stdout + told.stderr).toBe(0)
  return { path, dir, remove, env: { PATH: `${dir}:${bin}:${process.env.PATH}`, HOME: path } }
}

describe('the script', () => {
  test('what it runs at once is what the guard calls clear as well', () => {
    const below = LOOKS_BELOW.flatMap(([groups, names]) =>
      groups.split(' ').flatMap((group) => names.split(' ').map((name) => [group, name])),
    )
    const lines = [...LOOKS.map((name) => [name]), ...below, ['version'], []]
    expect(lines.filter((words) => readFly(words).verdict !== 'clear')).toEqual([])
  })

  test('every command that changes something, or that nobody knows, starts the guard and not fly', async () => {
    const room = await withTelling()
    const script = readFileSync(join(room.dir, 'fly'), 'utf8')
    writeFileSync(join(room.path, 'guard.sh'), '#!/bin/sh\necho "guard $*"\n')
    chmodSync(join(room.path, 'guard.sh'), 0o755)
    writeFileSync(join(room.dir, 'fly'), script.replace(/^node=.*$/m, `node='${room.path}/guard.sh'`))
    const first = (words: string[]) => execFileSync(FLY, words, { cwd: room.path, env: room.env, encoding: 'utf8' }).split(' ')[0]
    const changing = [
      'deploy',
      'launch',
      'secrets set A=b',
      'secrets -a x set A=b',
      'secret set A=b',
      '-a status deploy',
      '-astatus deploy',
      '--app status deploy',
      '-c logs deploy',
      '--access-token status deploy',
      '-t status deploy',
      '--unknown status',
      '--unknown deploy',
      'machine update',
      'machine stop x',
      'm kill x',
      'scale count 0',
      'apps destroy x',
      'app restart',
      'image update',
      'ips release x',
      'certs add x',
      'volumes destroy x',
      'ssh sftp put x',
      'machine exec x y',
      'console',
      'curl x',
      'config',
      'machine',
      '-- deploy',
      'new-command',
      'version upgrade',
      'postgres attach x',
      'redis create',
      'tokens create',
      'auth logout',
      'machine --json list-and-change',
      'machine lease clear',
      '-y deploy',
      '-ya x deploy',
      '--json deploy',
      'm -a list destroy',
      '',
    ].filter(Boolean)
    expect(changing.filter((line) => first(line.split(' ')) !== 'guard')).toEqual([])
    const looking = [
      'status',
      'logs -a web',
      'status --watch',
      '-a web status',
      '--app=web status',
      '--app web logs',
      '-c fly.toml status',
      'machine list',
      'm ls',
      '-a deploy status',
      'machine -a web list',
      'apps list',
      'secrets list',
      'ssh console -C deploy',
      'releases --image',
      'help deploy',
      '--help',
      '-h',
      '--version',
      'proxy 5432',
      'config show',
      'auth whoami',
      'ssh console -s',
      '--verbose status',
      'version',
    ]
    expect(looking.filter((line) => first(line.split(' ')) !== 'real')).toEqual([])
    room.remove()
  })

  test('words reach fly as they were typed', async () => {
    const room = await withTelling('for word in "$@"; do printf "<%s>" "$word"; done')
    const words = ['logs', '', 'two words', '*', '$HOME', "it's", '-a', 'x;y', 'a\nb']
    expect(execFileSync(FLY, words, { cwd: room.path, env: room.env, encoding: 'utf8' })).toBe(words.map((word) => `<${word}>`).join(''))
    room.remove()
  })

  test.runIf(hasTerminal)('an interactive ssh console keeps its terminal, both ways', async () => {
    const room = await withTelling(
      '[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo "a terminal"; printf "root@machine:/# "; read -r line; echo "typed $line"; exit 5',
    )
    const env = { ...room.env, TERM: 'xterm' }
    const seen = await inTerminal(['fly', 'ssh', 'console'], { cwd: room.path, env, keys: [{ waits: 'root@machine', keys: 'exit\r' }] })
    expect(seen.written).toContain('a terminal')
    expect(seen.written).toContain('typed exit')
    expect(seen.code).toBe(5)
    room.remove()
  })

  test('signals reach fly, which is the same process', async () => {
    const room = await withTelling('trap "exit 9" TERM; echo "pid $$"; while :; do sleep 0.05; done')
    const child = spawn(FLY, ['logs'], { cwd: room.path, env: room.env, stdio: ['ignore', 'pipe', 'inherit'] })
    const said = await new Promise<string>((resolve) => child.stdout.once('data', (text) => resolve(String(text))))
    expect(said.trim()).toBe(`pid ${child.pid}`)
    child.kill('SIGTERM')
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(9)
    room.remove()
  })

  test('two of them on PATH do not call each other in turn, and without a real fly it says so', async () => {
    const room = await withTelling()
    const other = join(room.path, 'other')
    await cli(['shim', 'install', '--dir', other], { env: room.env })
    const path = `${other}:${room.env.PATH}`
    expect(execFileSync(FLY, ['status'], { env: { PATH: path }, encoding: 'utf8' })).toBe('real status\n')
    const none = await ran(['fly', 'status'], { cwd: room.path, env: { PATH: `${room.dir}:${other}:/usr/bin:/bin` } })
    expect(none).toMatchObject({ code: 127, err: expect.stringContaining('not found on PATH behind the shim') })
    room.remove()
  })

  test('where the guard is gone, what changes production does not run', async () => {
    const room = await withTelling()
    const script = readFileSync(join(room.dir, 'fly'), 'utf8')
    writeFileSync(join(room.dir, 'fly'), script.replace(/^guard=.*$/m, `guard='/nowhere/safe-deploy.js'`))
    expect(await ran(['fly', 'deploy'], { cwd: room.path, env: room.env })).toMatchObject({ code: 69, out: '' })
    expect((await ran(['fly', 'status'], { cwd: room.path, env: room.env })).out).toBe('real status\n')
    writeFileSync(join(room.path, 'bin', 'safe-deploy'), '#!/bin/sh\necho "another guard: $*"\n', { mode: 0o755 })
    expect((await ran(['fly', 'deploy'], { cwd: room.path, env: room.env })).out).toBe('another guard: run -- fly deploy\n')
    room.remove()
  })

  test('the guard never comes back to it, also where a variable names it', async () => {
    const room = await withTelling()
    const env = { ...room.env, SAFE_DEPLOY_FLY: join(room.dir, 'fly') }
    // Nothing the shim knows: the guard reads it, calls it clear, and runs the real one.
    expect((await ran(['fly', 'postgres', 'events'], { cwd: room.path, env })).out).toBe('real postgres events\n')
    room.remove()
  })
})

describe('shim install and uninstall', () => {
  test('say which line puts it first, change nothing by doing it twice, and leave no trace', async () => {
    const room = await withTelling()
    const before = readFileSync(join(room.dir, 'fly'), 'utf8')
    const env = { PATH: room.env.PATH?.replace(`${room.dir}:`, '') ?? '', HOME: room.path }
    const again = await cli(['shim', 'install', '--dir', room.dir], { env })
    expect(again.stdout).toContain(`export PATH="${room.dir}:$PATH"`)
    expect(again.stdout).toContain(join(room.path, 'bin', 'fly'))
    expect(readFileSync(join(room.dir, 'flyctl'), 'utf8')).toBe(before)
    expect((await cli(['shim', 'install', '--dir', room.dir], { env: room.env })).stdout).toContain('They stand in front of the real fly')
    const usual = await cli(['shim', 'install'], { env })
    expect(usual.exit).toBe(0)
    expect(existsSync(join(room.path, '.local/share/safe-deploy/shim/fly'))).toBe(true)
    expect((await cli(['shim', 'uninstall', '--dir', room.dir], { env })).exit).toBe(0)
    expect(existsSync(room.dir)).toBe(false)
    expect((await cli(['shim', 'uninstall', '--dir', room.dir], { env })).exit).toBe(0)
    room.remove()
  })

  test('doctor says whether fly goes through the guard, and nothing where nobody chose that', async () => {
    const room = await withTelling()
    const doctor = async (env: Record<string, string>) =>
      (await cli(['doctor'], { env, cwd: room.path })).stdout.split('\n').filter((line) => / shim /.test(line))
    const without = { ...room.env, PATH: room.env.PATH?.replace(`${room.dir}:`, '') ?? '' }
    expect(await doctor(without)).toEqual([])
    expect(await doctor(room.env)).toEqual([expect.stringMatching(/^ok .*fly goes through the guard/)])
    expect(await doctor({ ...room.env, PATH: `${join(room.path, 'bin')}:${room.env.PATH}` })).toEqual([
      expect.stringMatching(/^warn .*not first on PATH/),
    ])
    writeFileSync(join(room.dir, 'fly'), `${readFileSync(join(room.dir, 'fly'), 'utf8')}\n`)
    expect(await doctor(room.env)).toEqual([expect.stringMatching(/^warn .*another version/)])
    room.remove()
  })

  test('a real fly is neither written over nor taken away', async () => {
    const room = await withTelling()
    const bin = join(room.path, 'bin')
    const real = readFileSync(join(bin, 'fly'), 'utf8')
    expect((await cli(['shim', 'install', '--dir', bin], { env: room.env })).exit).toBe(64)
    await cli(['shim', 'uninstall', '--dir', bin], { env: room.env })
    expect(readFileSync(join(bin, 'fly'), 'utf8')).toBe(real)
    room.remove()
  })
})
