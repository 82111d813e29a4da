import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../cli/run.ts'

const room = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-explain-')))
const repo = join(room, 'repo')
const OPAQUE = 'echo bHMK | base64 -d | sh'

beforeAll(() => {
  execFileSync('git', ['init', '-q', repo])
  writeFileSync(join(repo, 'package.json'), '{"scripts":{"release":"npm run ship","ship":"fly deploy"}}')
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const explain = (...args: string[]) => run(['hook', 'explain', ...args], { cwd: repo })
const dataOf = async (...args: string[]) => {
  const { stdout } = await explain('--json', ...args)
  return JSON.parse(stdout.split('\n')[0] ?? '').data
}

describe('safe-deploy hook explain', () => {
  it('shows verdict, command, rule, through what, why, and the words an agent would get', async () => {
    const { exit, stdout } = await explain('npm run release')
    expect(exit).toBe(0)
    expect(stdout).toContain('deploy: fly deploy')
    expect(stdout).toContain('through  package.json script "release" → package.json script "ship"')
    expect(stdout).toContain('because  it makes a release')
    expect(stdout).toContain('hook     denies it')
    expect(stdout).toContain('words    safe-deploy, rule fly: `fly deploy` (through ')
  })

  it('as JSON', async () => {
    expect(await dataOf('fly deploy -a web')).toMatchObject({ verdict: 'deploy', way: 'fly', through: [], halted: false, hook: 'deny' })
    expect(await dataOf('git status')).toEqual({
      ...{ verdict: 'clear', way: null, command: null, through: [], because: '' },
      ...{ halted: false, hook: 'nothing', denial: null },
    })
  })

  it('takes words behind -- as well, and refuses a line that is not there', async () => {
    expect(await dataOf('--', 'fly', 'deploy', '-a', 'web')).toMatchObject({ verdict: 'deploy' })
    expect(await explain()).toMatchObject({ exit: 64 })
    expect(await explain('   ')).toMatchObject({ exit: 64 })
  })

  it('an opaque line is denied with --strict, and while halted', async () => {
    expect(await dataOf(OPAQUE)).toMatchObject({ verdict: 'opaque', hook: 'nothing' })
    expect(await dataOf(OPAQUE, '--strict')).toMatchObject({ hook: 'deny' })
    const seen = join(repo, '.git', 'safe-deploy', 'seen')
    mkdirSync(seen, { recursive: true })
    writeFileSync(join(seen, 'web.json'), JSON.stringify({ state: { core: { app: 'web', halt: { since: '2026-03-01T10:00:00Z' } } } }))
    expect(await dataOf(OPAQUE)).toMatchObject({ halted: true, hook: 'deny', denial: expect.stringContaining('web is halted') })
    rmSync(join(repo, '.git', 'safe-deploy'), { recursive: true })
  })

  it('is itself no deploy: the hook lets it pass', async () => {
    expect(await dataOf("safe-deploy hook explain 'fly deploy'")).toMatchObject({ verdict: 'clear' })
  })
})

describe('safe-deploy hook without a host', () => {
  it('denies, as a host may have called it, and says which there are', async () => {
    const { exit, stdout, stderr } = await run(['hook'])
    expect(exit).toBe(2)
    expect(stdout).toContain('"permissionDecision":"deny"')
    expect(stderr).toContain('claude|cursor|codex|copilot|gemini|antigravity|windsurf|opencode')
  })

  it('is a usage error where it is typed as no host does', async () => {
    const { exit, stdout } = await run(['--no-input', 'hook'])
    expect(exit).toBe(64)
    expect(stdout).toContain('claude, cursor, codex, copilot, gemini, antigravity, windsurf, opencode')
  })

  it('explains itself', async () => {
    expect((await run(['hook', '--help'])).stdout).toContain('safe-deploy hook claude')
  })
})
