import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { CANARY, canaryFor } from '../../src/agents/hosts/canary.ts'
import { HOSTS, type Host } from '../../src/agents/hosts/host.ts'
import { commandsOf } from '../../src/agents/install/commands-of.ts'
import { isDenied, withoutAnswer } from '../../src/agents/install/denied.ts'
import { hookPart } from '../../src/agents/install/parts.ts'
import { tempFolder } from '../change/repo.ts'
import { built } from '../support/built.ts'
import { installed, pipe } from './hook-room.ts'

/** The hook as its host starts it: by the command that really stands in its file. */
const fire = async (root: string, host: Host, options: { cwd?: string; env?: Record<string, string> } = {}) => {
  const [argv = []] = commandsOf(host, readFileSync(join(root, hookPart(host).path), 'utf8'), root)
  return pipe(argv, canaryFor(host, root), { cwd: options.cwd ?? root, ...options })
}

const BROKEN: readonly (readonly [what: string, program: string, why: RegExp])[] = [
  ['crashes', 'throw new Error("x")', /ended with 1/],
  ['is killed', 'process.kill(process.pid, "SIGKILL")', /was killed/],
  ['is ended by a signal', 'process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 9999)', /ended with 143/],
  ['prints something else', 'console.log("All good!")', /something else/],
  ['prints nearly an answer', 'console.log("warning: {}\\n:")', /something else/],
  ['is too old to know hooks', 'process.exitCode = 64', /ended with 64/],
]

describe('an installed hook denies, in a way its host holds to,', () => {
  test('when there is no program', async () => {
    const { root } = await installed()
    for (const host of HOSTS) {
      const answer = await fire(root, host)
      expect(isDenied(host, answer), `${host} ${JSON.stringify(answer)}`).toBe(true)
      expect(withoutAnswer(answer), host).toBe('safe-deploy is not installed here')
      expect((answer.stdout + answer.stderr).length, host).toBeLessThan(1000)
    }
  })

  test.each(BROKEN)('when its program %s', async (_, text, why) => {
    const { root, program } = await installed()
    program(text)
    for (const host of HOSTS) {
      const answer = await fire(root, host)
      expect(isDenied(host, answer), `${host} ${JSON.stringify(answer)}`).toBe(true)
      expect(withoutAnswer(answer), host).toMatch(why)
    }
  })

  test('when its program takes longer than the host waits', async () => {
    const { root, program } = await installed('codex')
    program('setTimeout(() => {}, 60_000)')
    const answer = await fire(root, 'codex')
    expect(isDenied('codex', answer)).toBe(true)
    expect(withoutAnswer(answer)).toMatch(/took longer/)
  })

  test('when the launcher itself is gone, as far as the host can be made to', async () => {
    const { root, program } = await installed()
    program('')
    rmSync(join(root, '.safe-deploy/hook'))
    for (const host of ['codex', 'copilot', 'gemini', 'antigravity', 'windsurf'] as const) {
      const answer = await fire(root, host)
      expect(isDenied(host, answer), `${host} ${JSON.stringify(answer)}`).toBe(true)
    }
    // These two close by their own switch: what cannot be started blocks.
    expect(readFileSync(join(root, '.cursor/hooks.json'), 'utf8').match(/"failClosed": true/g)).toHaveLength(3)
    expect(readFileSync(join(root, '.claude/settings.json'), 'utf8')).toContain('"onFailure": "block"')
  })

  test('when node is not on PATH', async () => {
    const { root, program } = await installed('claude')
    program('')
    const bin = join(root, 'bin')
    mkdirSync(bin)
    copyFileSync('/bin/sleep', join(bin, 'sleep'))
    const answer = await fire(root, 'claude', { env: { PATH: bin } })
    expect(withoutAnswer(answer)).toBe('node is not on PATH')
    expect(isDenied('claude', answer)).toBe(true)
  })
})

describe('an installed hook hands on', () => {
  test('what its program answers, and what it was told, from any folder', async () => {
    const { root, program } = await installed()
    program(
      'let s = ""; process.stdin.on("data", (d) => (s += d)).on("end", () => console.log(JSON.stringify({ argv: process.argv.slice(2), got: JSON.parse(s) })))',
    )
    mkdirSync(join(root, 'a folder/deep'), { recursive: true })
    for (const host of HOSTS) {
      const cwd = host === 'cursor' ? root : join(root, 'a folder/deep')
      const answer = await fire(root, host, { cwd })
      expect(answer, host).toMatchObject({ exit: 0, stderr: '' })
      expect(JSON.parse(answer.stdout), host).toEqual({ argv: ['hook', host], got: JSON.parse(canaryFor(host, root)) })
    }
  })

  test('the answer of the main worktree’s program where its own has none', async () => {
    const { repo, root, program } = await installed('codex,claude')
    program('console.log(JSON.stringify({ main: true }))')
    writeFileSync(join(root, '.git/info/exclude'), 'node_modules\n')
    repo.commit('hooks')
    const worktree = join(tempFolder(), 'a tree')
    repo.sh('worktree', 'add', '-q', '-b', 'side', worktree)
    // As git writes it where it is told to use relative paths.
    const tree = join(tempFolder(), 'relative')
    repo.sh('worktree', 'add', '-q', '-b', 'other', tree)
    writeFileSync(join(tree, '.git'), `gitdir: ${relative(tree, root)}/.git/worktrees/relative\n`)
    for (const one of [worktree, tree]) expect(await fire(one, 'codex'), one).toMatchObject({ exit: 0, stdout: '{"main":true}\n' })
    expect(await fire(worktree, 'claude')).toMatchObject({ exit: 0, stdout: '{"main":true}\n' })
  })

  test('silence as silence, and a refusal with its words and its code', async () => {
    const { root, program } = await installed()
    program('process.stdin.resume()')
    for (const host of HOSTS) {
      const answer = await fire(root, host)
      // These two take silence for a fault, and may let the command through.
      if (host === 'cursor' || host === 'antigravity') expect(withoutAnswer(answer), host).toBe('it answered nothing')
      else expect(answer, host).toEqual({ exit: 0, stdout: '', stderr: '' })
    }
    program('process.stderr.write("not now\\n"); process.exitCode = 2')
    for (const host of ['claude', 'codex', 'windsurf'] as const)
      expect(await fire(root, host), host).toMatchObject({ exit: 2, stderr: expect.stringContaining('not now') })
  })

  test('a payload of two megabytes', async () => {
    const { root, program } = await installed('claude')
    program('let n = 0; process.stdin.on("data", (d) => (n += d.length)).on("end", () => console.log(`{"n":${n}}`))')
    const [argv = []] = commandsOf('claude', readFileSync(join(root, '.claude/settings.json'), 'utf8'), root)
    expect(await pipe(argv, 'x'.repeat(2_000_000), { cwd: root })).toMatchObject({ exit: 0, stdout: '{"n":2000000}\n' })
  })

  test('what a session that begins should know; nothing there ever stops one', async () => {
    const { root, program } = await installed('claude,cursor,codex,copilot')
    const context = (host: string) => pipe(['sh', join(root, '.safe-deploy/hook'), `${host}-context`], '{}', { cwd: root })
    const nothing = (host: string) => ({ exit: 0, stdout: host === 'cursor' ? '{}\n' : '', stderr: '' })
    for (const host of ['claude', 'cursor', 'codex', 'copilot']) {
      rmSync(join(root, 'node_modules'), { recursive: true, force: true })
      expect(await context(host), host).toEqual(nothing(host))
      program('console.log(JSON.stringify({ told: process.argv.slice(2) }))')
      expect(await context(host), host).toEqual({ exit: 0, stdout: `{"told":["hook","${host}-context"]}\n`, stderr: '' })
      for (const broken of ['process.exitCode = 1', 'console.log("words")', 'process.kill(process.pid, "SIGKILL")']) {
        program(broken)
        const { exit, stdout } = await context(host)
        expect({ exit, stdout, stderr: '' }, `${host} ${broken}`).toEqual(nothing(host))
      }
    }
  })

  test('as Claude’s where a host drops the arguments', async () => {
    const { root, program } = await installed('claude')
    program('console.log(JSON.stringify(process.argv.slice(2)))')
    const { stdout } = await pipe([join(root, '.safe-deploy/hook')], '{}', { cwd: root })
    // A list is no answer of a hook: what matters is that the launcher ran, and denied.
    expect(stdout).toContain('"permissionDecision":"deny"')
  })
})

describe('with the guard itself behind it', () => {
  test('a deploy is denied in every host, something harmless is not, and doctor is content', async () => {
    const { root, sd } = await installed()
    mkdirSync(join(root, 'node_modules'))
    symlinkSync(built(), join(root, 'node_modules/safe-deploy'))
    for (const host of HOSTS) {
      const [argv = []] = commandsOf(host, readFileSync(join(root, hookPart(host).path), 'utf8'), root)
      const denied = await pipe(argv, canaryFor(host, root), { cwd: root })
      expect(isDenied(host, denied), `${host} ${JSON.stringify(denied)}`).toBe(true)
      expect(withoutAnswer(denied), host).toBeNull()
      const passed = await pipe(argv, canaryFor(host, root).replace(CANARY, 'ls'), { cwd: root })
      expect(isDenied(host, passed), `${host} ${JSON.stringify(passed)}`).toBe(false)
      const own = await pipe(argv, canaryFor(host, root).replace(CANARY, 'rm .safe-deploy/hook'), { cwd: root })
      expect(isDenied(host, own), `${host} ${JSON.stringify(own)}`).toBe(true)
    }
    const said = (await sd(['doctor'])).stdout.split('\n').filter((line) => line.split(/\s+/)[1] === 'agents')
    expect(said.filter((line) => !line.startsWith('ok'))).toEqual([])
  })
})

describe('the plugin of OpenCode', () => {
  const load = async (root: string) => {
    const { SafeDeploy } = await import(pathToFileURL(join(root, '.opencode/plugins/safe-deploy.ts')).href)
    const hooks = await SafeDeploy({ directory: root })
    return (tool: string, args: unknown) => hooks['tool.execute.before']({ tool, sessionID: 's' }, { args })
  }

  test('throws for what is denied and for what has no answer, and lets the rest pass unasked', async () => {
    const { root, program } = await installed('opencode')
    const ask = await load(root)
    await expect(ask('bash', { command: 'ls' })).rejects.toThrow('the hook gave no answer')
    await expect(ask('read', { filePath: 'x' })).resolves.toBeUndefined()
    program(
      'let s = ""; process.stdin.on("data", (d) => (s += d)).on("end", () => { if (JSON.parse(s).args.command === "fly deploy") { process.stderr.write("go by safe-deploy\\n"); process.exitCode = 2 } })',
    )
    await expect(ask('bash', { command: 'fly deploy' })).rejects.toThrow('go by safe-deploy')
    await expect(ask('bash', { command: 'ls' })).resolves.toBeUndefined()
    await expect(ask('flyctl_fly-deploy', { command: 'fly deploy' })).rejects.toThrow('go by safe-deploy')
  })
})
