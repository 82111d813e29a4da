import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { HOSTS, type Host } from '../../src/agents/hosts/host.ts'
import { type Answer, isDenied } from '../../src/agents/install/denied.ts'
import { disabledBy } from '../../src/agents/install/disabled.ts'
import { makeRepo } from '../change/repo.ts'
import { run } from '../cli/run.ts'
import { installed, PATH } from './hook-room.ts'

/** A program that denies as each host wants it, for a deploy alone. */
const GUARD = `
const host = process.argv[3]
let s = ''
process.stdin.on('data', (d) => (s += d)).on('end', () => {
  if (!s.includes('fly deploy')) return host === 'cursor' ? console.log('{}') : host === 'antigravity' ? console.log('{"decision":"ask"}') : null
  if (host === 'copilot') return console.log('{"permissionDecision":"deny","permissionDecisionReason":"x"}')
  if (host === 'antigravity') return console.log('{"decision":"deny","reason":"x"}')
  process.stderr.write('refused\\n')
  process.exitCode = 2
})`

const doctorOf = (sd: (args: string[]) => Promise<{ stdout: string }>) => async () =>
  (await sd(['doctor'])).stdout.split('\n').filter((line) => line.split(/\s+/)[1] === 'agents')

describe('doctor', () => {
  test('starts each hook as its host would, with a deploy on its input', async () => {
    const { sd, program } = await installed()
    program(GUARD)
    const said = await doctorOf(sd)()
    expect(said).toHaveLength(HOSTS.length)
    for (const line of said) expect(line).toMatch(/^ok .*its hook refuses a deploy/)
    expect(said.find((line) => line.includes('codex'))).toContain('/hooks')
  })

  test('names a hook that lets a deploy through, and one that refuses everything for want of a program', async () => {
    const { sd, program } = await installed('claude,copilot')
    for (const line of await doctorOf(sd)()) expect(line).toMatch(/^fail .*refuses every command \(safe-deploy is not installed here\)/)
    program(
      'process.stderr.write("safe-deploy is not built here\\n"); console.log(`{"permissionDecision":"deny"}`); process.exitCode = process.argv[3] === "copilot" ? 0 : 2',
    )
    for (const line of await doctorOf(sd)()) expect(line).toMatch(/^fail .*refuses every command \(safe-deploy is not built here\)/)
    program('process.stdin.resume()')
    for (const line of await doctorOf(sd)()) expect(line).toMatch(/^fail .*lets a deploy through/)
  })

  test('names one that was removed, turned off, changed or cannot be read, and a host that has none', async () => {
    const { root, sd, program } = await installed('claude,cursor,codex,gemini,copilot')
    program(GUARD)
    writeFileSync(join(root, '.claude/settings.local.json'), '{ "disableAllHooks": true }')
    writeFileSync(join(root, '.cursor/hooks.json'), '{ "version": 1 }')
    writeFileSync(join(root, '.codex/config.toml'), 'model = "x"\n\n[features]\nhooks = false\n')
    writeFileSync(join(root, '.gemini/settings.json'), readFileSync(join(root, '.gemini/settings.json'), 'utf8').replace('10000', '9'))
    writeFileSync(join(root, '.github/hooks/safe-deploy.json'), '{')
    chmodSync(join(root, '.safe-deploy/hook'), 0o644)
    mkdirSync(join(root, '.windsurf'))
    const said = await doctorOf(sd)()
    for (const one of [
      /^fail .*claude: \.claude\/settings\.local\.json turns its hooks off/,
      /^fail .*cursor: its hook was removed from \.cursor\/hooks\.json .*init --agents/,
      /^fail .*codex: \.codex\/config\.toml turns its hooks off/,
      /^warn .*gemini: its hook .* is not as this version writes it .*init --agents/,
      /^fail .*copilot: .* cannot be read: line 1/,
      /^warn .*windsurf seems to be used here/,
      /^warn .*\.safe-deploy\/hook: outdated, it cannot be executed/,
    ])
      expect(
        said.some((line) => one.test(line)),
        `${one}\n${said.join('\n')}`,
      ).toBe(true)
  })

  test('sees what is turned off in the user’s own settings, and hooks whose record is gone', async () => {
    const { root, sd, program } = await installed('claude')
    program(GUARD)
    writeFileSync(join(root, '.safe-deploy/installed.json'), '{}')
    expect((await doctorOf(sd)())[0]).toMatch(/^ok .*claude/)
    const home = join(root, 'home')
    mkdirSync(join(home, '.claude'), { recursive: true })
    writeFileSync(join(home, '.claude/settings.json'), '{"disableAllHooks":true}')
    const said = await doctorOf((args) => sd(args, { HOME: home }))()
    expect(said[0]).toMatch(/^fail .*~\/\.claude\/settings\.json turns its hooks off/)
  })

  test('finds nothing wrong where no agent’s host shows', async () => {
    const repo = makeRepo()
    const said = await doctorOf((args) => run(args, { cwd: repo.root, env: { PATH, HOME: repo.root } }))()
    expect(said).toEqual([expect.stringMatching(/^ok .*no host of an agent shows/)])
  })
})

describe('what a host takes for a denial', () => {
  const answer = (over: Partial<Answer>): Answer => ({ exit: 0, stdout: '', stderr: '', ...over })
  const claudes = '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny"}}'

  test.each<[Host, Partial<Answer>, boolean]>([
    ['claude', { exit: 2 }, true],
    ['claude', { stdout: claudes }, true],
    ['claude', { exit: 1, stdout: 'x' }, false],
    ['claude', {}, false],
    ['codex', { exit: 2, stderr: 'no' }, true],
    ['codex', { exit: 2 }, false],
    ['codex', { stdout: claudes }, true],
    ['cursor', { stdout: '{"permission":"deny"}' }, true],
    ['cursor', { stdout: '{"permission":"allow"}' }, false],
    ['copilot', { exit: 2, stderr: 'no' }, false],
    ['copilot', { stdout: '{"permissionDecision":"deny"}' }, true],
    ['gemini', { stdout: '{"decision":"deny"}' }, true],
    ['gemini', { exit: 1, stdout: '{"decision":"deny"}' }, false],
    ['antigravity', { stdout: '{"decision":"force_ask"}' }, true],
    ['antigravity', { exit: 2, stderr: 'no' }, false],
    ['windsurf', { exit: 2 }, true],
    ['windsurf', { exit: 1 }, false],
    ['opencode', { exit: null }, true],
    ['opencode', {}, false],
  ])('%s: %j → %j', (host, over, denied) => {
    expect(isDenied(host, answer(over))).toBe(denied)
  })
})

describe('what turns the hooks of Codex off', () => {
  test.each([
    ['[features]\nhooks = false', true],
    ['[features]\r\nother = true\r\nhooks=false # later', true],
    ['features.hooks = false', true],
    ['features = { hooks = false }', true],
    ['[features]\nhooks = true', false],
    ['[features]\n# hooks = false', false],
    ['[other]\nhooks = false', false],
    ['[features]\nx = 1\n[tui]\nhooks = false', false],
    ['', false],
  ])('%j: %j', (toml, off) => {
    expect(disabledBy('codex', (path) => (path === '.codex/config.toml' ? toml : null)) !== null).toBe(off)
  })
})
