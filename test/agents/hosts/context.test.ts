import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hook } from './hook.ts'

const room = realpathSync(mkdtempSync(join(tmpdir(), 'safe-deploy-context-')))
const halted = join(room, 'halted')
beforeAll(() => {
  execFileSync('git', ['init', '-q', halted])
  const seen = join(halted, '.git', 'safe-deploy', 'seen')
  mkdirSync(seen, { recursive: true })
  writeFileSync(join(seen, 'web.json'), JSON.stringify({ state: { core: { app: 'web', halt: { since: '2026-03-01T10:00:00.000Z' } } } }))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const text = 'safe-deploy: web is halted since 2026-03-01T10:00Z.'

describe('a session that begins', () => {
  it.each([
    [
      'claude',
      { hook_event_name: 'SessionStart', source: 'startup' },
      '{"hookSpecificOutput":{"hookEventName":"SessionStart","additionalContext":"',
    ],
    [
      'codex',
      { hook_event_name: 'UserPromptSubmit', turn_id: 't' },
      '{"hookSpecificOutput":{"hookEventName":"UserPromptSubmit","additionalContext":"',
    ],
    ['copilot', { sessionId: 's', timestamp: 1, source: 'new' }, '{"additionalContext":"'],
    ['cursor', { hook_event_name: 'sessionStart', cursor_version: '3' }, '{"additional_context":"'],
    ['claude', { hook_event_name: 'sessionStart', cursor_version: '3' }, '{"additional_context":"'],
  ])('%s is told of a halt', async (host, sent, begins) => {
    const ran = await hook([`${host}-context`], JSON.stringify({ ...sent, cwd: halted }))
    expect([ran.exit, ran.stderr, ran.stdout.startsWith(`${begins}${text}`)]).toEqual([0, '', true])
    expect(ran.stdout.length).toBeLessThan(600)
  })

  it('is told nothing where nothing is halted, and never stopped by what cannot be read', async () => {
    expect((await hook(['claude-context'], JSON.stringify({ cwd: room }))).stdout).toBe('')
    expect((await hook(['cursor-context'], JSON.stringify({ cwd: room, cursor_version: '3' }))).stdout).toBe('{}\n')
    for (const stdin of ['', 'x', '[]', '{"cwd":7}']) {
      const ran = await hook(['claude-context'], stdin, { cwd: room })
      expect([ran.exit, ran.stdout, ran.stderr]).toEqual([0, '', ''])
    }
  })
})
