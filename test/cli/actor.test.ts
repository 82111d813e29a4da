import { describe, expect, it } from 'vitest'
import { isCi, whoami } from '../../src/agents/actor.ts'

const via = (env: Readonly<Record<string, string | undefined>>, terminal = true) => whoami(env, { name: 'Ada', host: 'desk', terminal }).via

describe('who acts', () => {
  it('is a person at a terminal without any mark', () => {
    expect(whoami({ TERM: 'xterm', USER: 'ada' }, { name: 'Ada', host: 'desk', terminal: true })).toEqual({
      name: 'Ada',
      host: 'desk',
      via: 'terminal',
    })
  })

  it.each<Record<string, string>>([
    { AI_AGENT: 'claude-code_2.1' },
    { CLAUDE_CODE_CHILD_SESSION: '1' },
    { CODEX_SANDBOX: 'seatbelt' },
    { CURSOR_AGENT: '1' },
    { GEMINI_CLI: '1' },
    { OPENCODE: '1' },
    { COPILOT_CLI: '1' },
    { AGENT: 'amp' },
    { CURSOR_EXTENSION_HOST_ROLE: 'agent-exec' },
  ])('is an agent by its mark: %o', (env) => {
    expect(via(env)).toBe('agent')
    expect(via({ ...env, CI: 'true' })).toBe('agent')
  })

  it('is a person where an editor’s terminal or a token carries a name that agents know too', () => {
    for (const env of [{ CURSOR_TRACE_ID: 'x' }, { COPILOT_GITHUB_TOKEN: 'x' }, { AGENT: 'ssh' }, { GOOSE_PROVIDER: 'x' }])
      expect(via(env)).toBe('terminal')
  })

  it('is an agent by a mark that people’s terminals carry too only where there is no terminal', () => {
    expect(via({ CLAUDECODE: '1' })).toBe('terminal')
    expect(via({ CLAUDECODE: '1', CI: 'true' }, false)).toBe('agent')
  })

  it('is CI by its mark', () => {
    for (const env of [{ CI: 'true' }, { GITHUB_ACTIONS: 'true' }, { GITLAB_CI: '1' }]) expect(via(env, false)).toBe('ci')
    expect(isCi({ CI: 'false' })).toBe(false)
    expect(isCi({ CI: '' })).toBe(false)
  })

  it('is nobody who could be asked, without terminal and mark: counted as an agent', () => {
    expect(via({}, false)).toBe('agent')
  })
})
