import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { haltAt } from '../../../src/hook-judge.ts'
import { run } from '../../cli/run.ts'
import { end, intend, makeRoom, put } from '../../support/ledger.ts'
import { hook } from './hook.ts'

const room = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-hook-')))
const halted = join(room, 'halted')
const ready = join(room, 'ready')
const OPAQUE = 'echo bHMK | base64 -d | sh'

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-C', cwd, '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { encoding: 'utf8' })

const makeRepo = (path: string): string => {
  execFileSync('git', ['init', '-q', path])
  writeFileSync(join(path, 'fly.toml'), 'app = "demo"\n')
  mkdirSync(join(path, 'deep', 'er'), { recursive: true })
  git(path, 'add', '--all')
  git(path, 'commit', '-qm', 'One')
  return path
}

/** Every file below a folder, with what it holds. */
const all = (path: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name), 'latin1')]),
  )

beforeAll(async () => {
  for (const [path, outcome] of [
    [halted, 'unhealthy'],
    [ready, 'deployed'],
  ] as const) {
    makeRepo(path)
    const ledger = makeRoom({ commonDir: join(path, '.git'), app: 'demo' })
    await put(ledger, intend(1), end(1, 'deployed'))
    await put(ledger, intend(2), end(2, outcome))
    await run(['status'], { cwd: path, env: { CI: '' } })
  }
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const asks = (cwd: string, command: string, ...flags: string[]) =>
  hook(['claude', ...flags], JSON.stringify({ cwd, hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command } }))

describe('the halt, as a hook sees it', () => {
  it('is there from the top, from below and from another worktree; elsewhere it is not', () => {
    for (const below of ['', 'deep', 'deep/er', 'deep/er/not/there']) expect(haltAt(join(halted, below))?.app).toBe('demo')
    const tree = join(room, 'tree')
    git(halted, 'worktree', 'add', '-q', tree)
    expect(haltAt(tree)?.app).toBe('demo')
    symlinkSync(join(halted, 'deep'), join(room, 'link'))
    expect(haltAt(join(room, 'link', 'er'))?.app).toBe('demo')
    expect(haltAt(ready)).toBeNull()
    expect(haltAt(room)).toBeNull()
    expect(haltAt('/')).toBeNull()
  })

  it('a clone that never met safe-deploy is not halted', () => {
    expect(haltAt(makeRepo(join(room, 'fresh')))).toBeNull()
  })

  it('what is kept and cannot be read counts as one, and so does a failed outcome that waits', () => {
    const folder = join(makeRepo(join(room, 'damaged')), '.git', 'safe-deploy')
    for (const name of ['seen', 'spool']) mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, 'spool', 'a.json'), JSON.stringify({ attempt: 'a', ended: null }))
    expect(haltAt(join(room, 'damaged'))).toBeNull()
    writeFileSync(join(folder, 'spool', 'a.json'), JSON.stringify({ attempt: 'a', ended: { type: 'deploy.ended', outcome: 'deployed' } }))
    expect(haltAt(join(room, 'damaged'))).toBeNull()
    writeFileSync(join(folder, 'spool', 'a.json'), JSON.stringify({ attempt: 'a', ended: { type: 'deploy.ended', outcome: 'unknown' } }))
    expect(haltAt(join(room, 'damaged'))).toEqual({ app: null, since: null })
    rmSync(join(folder, 'spool'), { recursive: true })
    writeFileSync(join(folder, 'seen', 'demo.json'), '{"at":')
    expect(haltAt(join(room, 'damaged'))).toEqual({ app: null, since: null })
  })
})

describe('a command that may be a deploy', () => {
  it('passes where nothing is halted, is denied in strict mode, and says how to go on', async () => {
    expect((await asks(ready, OPAQUE)).stdout).toBe('')
    const strict = await asks(ready, OPAQUE, '--strict')
    expect(strict.stdout).toContain('"permissionDecision":"deny"')
    expect(strict.stdout).not.toContain('halted')
  })

  it('is denied while halted: it says which app, what not to try, who lifts it and what to type', async () => {
    const { stdout } = await asks(join(halted, 'deep'), OPAQUE)
    const { permissionDecisionReason: words } = JSON.parse(stdout).hookSpecificOutput
    expect(words).toContain('demo is halted since 2026-03-01T10:')
    expect(words).toContain('fly deploy, pushing to deploy branches and secrets changes are blocked too')
    expect(words).toContain('safe-deploy rollback')
    expect(words.length).toBeLessThan(500)
  })

  it('and a deploy is denied in both, with other words while halted', async () => {
    expect((await asks(ready, 'fly deploy')).stdout).toContain('safe-deploy plan')
    expect((await asks(halted, 'fly deploy')).stdout).toContain('safe-deploy rollback')
  })

  it('reading and diagnosing pass while halted', async () => {
    for (const command of ['fly logs', 'fly status', 'git diff', 'safe-deploy rollback', 'safe-deploy status'])
      expect([command, (await asks(halted, command)).stdout]).toEqual([command, ''])
  })
})

describe('the hook', () => {
  it('changes no byte of the clone', async () => {
    const before = all(halted)
    for (const command of [OPAQUE, 'fly deploy', 'ls', 'rm -rf .git/safe-deploy']) await asks(halted, command)
    expect(all(halted)).toEqual(before)
  })

  it('finds the clone without a cwd in the payload by the workspace, and by the variable of the host', async () => {
    const sent = { cursor_version: '3', hook_event_name: 'beforeShellExecution', command: OPAQUE, cwd: '', workspace_roots: [halted] }
    expect((await hook(['cursor'], JSON.stringify(sent))).stdout).toContain('demo is halted')
    const bare = JSON.stringify({ tool_name: 'Bash', tool_input: { command: OPAQUE } })
    expect((await hook(['claude'], bare, { env: { CLAUDE_PROJECT_DIR: halted } })).stdout).toContain('demo is halted')
    expect((await hook(['claude'], bare, { cwd: halted })).stdout).toContain('demo is halted')
    expect((await hook(['claude'], bare, { cwd: ready })).stdout).toBe('')
  })
})
