import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folder, run, start } from './run.ts'

const VERSION = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version

const room = folder()
const repo = join(room.path, 'repo')
beforeAll(() => {
  execFileSync('git', ['init', '-q', repo])
  writeFileSync(join(repo, 'fly.toml'), 'app = "demo"\n')
  execFileSync('git', ['-C', repo, 'add', '--all'])
  execFileSync('git', ['-C', repo, '-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '-qm', 'One'])
})
afterAll(() => room.remove())

describe('the entry', () => {
  it('prints its version and nothing else', async () => {
    expect(await run(['--version'])).toEqual({ exit: 0, signal: null, stdout: `${VERSION}\n`, stderr: '' })
  })

  it('teaches on --help, anywhere, and exits 0', async () => {
    const { exit, stdout } = await run(['--help'])
    expect(exit).toBe(0)
    expect(stdout).toContain('STOP')
    expect((await run(['rollback', '--help'])).stdout).toContain('--interrupt')
    expect(JSON.parse((await run(['--help', '--json'])).stdout)).toMatchObject({ v: 1, type: 'help' })
  })

  it('exits 64 for an unknown command or flag, and prints one that works', async () => {
    for (const args of [['stauts'], ['status', '--jsn'], ['ack', '--cause'], ['relay'], ['ledger', 'share', '--x']]) {
      const { exit, stdout, stderr } = await run(args)
      expect([args, exit, stderr]).toEqual([args, 64, ''])
      expect(stdout).toMatch(/\nNext\n {2}safe-deploy /)
    }
  })

  it('keeps stdout JSON when that was asked for, also when the line is wrong', async () => {
    for (const args of [
      ['--json', 'stauts'],
      ['status', '--json', '--nope'],
      ['status', '--json'],
    ]) {
      const { stdout } = await run(args, { cwd: repo })
      const lines = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(lines.at(-1)).toMatchObject({ v: 1, type: 'done' })
    }
  })

  it('says where it cannot work, with a command that works', async () => {
    const { exit, stdout } = await run(['status', '--json'], { cwd: room.path, env: { GIT_CEILING_DIRECTORIES: room.path } })
    expect(exit).toBe(64)
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({ code: 'NOT_A_REPOSITORY', next: [{ argv: expect.any(Array) }] })
  })

  it('carries --app and --config into the commands it prints', async () => {
    const { stdout } = await run(['status', '--app=demo'], { cwd: repo })
    expect(stdout).toContain('safe-deploy plan --app=demo')
  })
})

describe('status of a clone without a ledger', () => {
  it('is never ready', async () => {
    const { exit, stdout } = await run(['status'], { cwd: repo })
    expect(exit).toBe(0)
    expect(stdout).toContain('No ledger here')
    expect(stdout).not.toMatch(/ready/i)
  })

  it('is 69 for whoever asks by exit code', async () => {
    expect((await run(['status', '--exit-code'], { cwd: repo })).exit).toBe(69)
  })
})

describe('signals before the act', () => {
  /** A git that never answers: the command is in the middle of reading. */
  const stuck = () => {
    const bin = folder()
    writeFileSync(join(bin.path, 'git'), '#!/bin/sh\nexec sleep 20\n')
    chmodSync(join(bin.path, 'git'), 0o755)
    return bin
  }

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends it with %i and says that nothing was deployed', async (signal, exit) => {
    const bin = stuck()
    const { child, done } = await start(['status'], { cwd: repo, env: { PATH: `${bin.path}:${process.env.PATH}` } })
    const until = Date.now() + 20_000
    while (!hears(child.pid) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
    child.kill(signal)
    const ran = await done
    bin.remove()
    expect(ran.exit).toBe(exit)
    expect(ran.stdout).toContain('Nothing was deployed')
  })

  /** Is a child of it running? Then it listens. */
  const hears = (pid: number | undefined): boolean => {
    try {
      return execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).trim() !== ''
    } catch {
      return false
    }
  }
})

describe('a closed stdout', () => {
  it('changes no exit code and prints no error', async () => {
    const { child, done } = await start(['explain', 'config'])
    child.stdout.destroy()
    const { exit, stderr } = await done
    expect([exit, stderr]).toEqual([0, ''])
  })
})
