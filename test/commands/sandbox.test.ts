import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { shellPlan } from '../../src/commands/sandbox-shell.ts'
import { binary, folder } from '../cli/run.ts'

const room = folder()
afterAll(() => room.remove())

describe('the shell of the sandbox', () => {
  it.each(['/bin/bash', '/usr/bin/zsh', '/usr/bin/fish', '/bin/sh', '/opt/strange'])('finds the pocket fly first: %s', (shell) => {
    const plan = shellPlan({ SHELL: shell, PATH: '/usr/bin', HOME: '/home/a', FLY_API_TOKEN: 'x' }, '/room/bin', '/room/state', '/room')
    expect(plan.argv[0]).toBe(shell)
    expect(plan.env.PATH).toBe('/room/bin:/usr/bin')
    expect(plan.env.POCKET_FLY_HOME).toBe('/room/state')
    expect([plan.file?.text, ...plan.argv].join(' ')).toContain("'/room/bin'")
  })

  it('carries no token with which a real fly could deploy', () => {
    const { env } = shellPlan({ FLY_API_TOKEN: 'x', FLY_ACCESS_TOKEN: 'y' }, '/b', '/h', '/r')
    expect([env.FLY_API_TOKEN, env.FLY_ACCESS_TOKEN]).toEqual([undefined, undefined])
  })

  it('stays in front of a fly that a start-up file adds, works, and leaves nothing behind', async () => {
    writeFileSync(join(room.path, '.bashrc'), `PATH="${room.path}/real:$PATH"\n`)
    const ran = spawnSync(process.execPath, [await binary(), 'sandbox'], {
      cwd: room.path,
      input: 'command -v fly; fly version; exit 3\n',
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: room.path, SHELL: '/bin/bash', TMPDIR: room.path },
      timeout: 50_000,
    })
    expect(ran.status).toBe(3)
    const fly = /^(\/.*\/bin\/fly)$/m.exec(ran.stdout)?.[1] ?? ''
    expect(fly).toContain('safe-deploy-')
    expect(ran.stdout).toMatch(/pocket fly/)
    expect(existsSync(fly)).toBe(false)
  })
})
