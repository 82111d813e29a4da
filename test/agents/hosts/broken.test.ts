import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { binary } from '../../cli/run.ts'
import { payload } from './hook.ts'

const room = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-broken-')))
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** A copy of what is installed, without its build. */
const withoutBuild = async (name: string): Promise<string> => {
  const from = dirname(await binary())
  cpSync(from, join(room, name, 'bin'), { recursive: true })
  return join(room, name)
}

describe('a guard that is damaged', () => {
  it('denies where it is not built: in every shape, with words and 2', async () => {
    const bin = join(await withoutBuild('bare'), 'bin', 'safe-deploy.js')
    const ran = spawnSync(process.execPath, [bin, 'hook', 'claude'], { input: payload('claude.clear'), encoding: 'utf8' })
    expect(ran.status).toBe(2)
    expect(ran.stderr).toContain('the hook cannot run')
    expect(JSON.parse(ran.stdout)).toMatchObject({ decision: 'deny', permission: 'deny', permissionDecision: 'deny' })
  })

  it('denies where a part of the build is gone that only a closer look needs', async () => {
    const root = await withoutBuild('part')
    mkdirSync(join(root, 'dist'))
    for (const file of ['hook.js', 'package.json']) cpSync(join(dirname(await binary()), '..', 'dist', file), join(root, 'dist', file))
    const run = (host: string, name: string) =>
      spawnSync(process.execPath, [join(root, 'bin', 'safe-deploy.js'), 'hook', host], { input: payload(name), encoding: 'utf8' })
    expect(run('claude', 'claude.clear').stdout).toBe('')
    for (const host of ['claude', 'windsurf']) {
      const ran = run(host, `${host}.deploy`)
      expect(ran.status === 2 || ran.stdout.includes('"permissionDecision":"deny"')).toBe(true)
      expect(`${ran.stdout}${ran.stderr}`).toContain('safe-deploy')
    }
  })

  it('ends with 2 where nobody takes the answer', async () => {
    writeFileSync(join(room, 'in.json'), payload('claude.deploy'))
    const line = `{ sleep 0.3; "${process.execPath}" "${await binary()}" hook claude < "${join(room, 'in.json')}"; echo $? >&2; } 2> "${join(room, 'exit')}" | true`
    execFileSync('bash', ['-c', line])
    expect(execFileSync('tail', ['-n', '1', join(room, 'exit')], { encoding: 'utf8' }).trim()).toBe('2')
  })
})
