import { describe, expect, it } from 'vitest'
import { canaryFor } from '../../../src/agents/hosts/canary.ts'
import { HOSTS, type Host, isHost } from '../../../src/agents/hosts/host.ts'
import type { Ran } from '../../cli/run.ts'
import { hook, payload, payloads } from './hook.ts'

const REASON = '«reason»'
const claude = `{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"${REASON}"}}\n`
const flat = `"permissionDecision":"deny","permissionDecisionReason":"${REASON}"`
const decision = `{"decision":"deny","reason":"${REASON}"}\n`

/** The bytes of a denial, with the words taken out, and its exit code. */
const DENIED: Readonly<Record<string, [exit: number, stdout: string, stderr: string]>> = {
  claude: [0, claude, ''],
  vscode: [0, claude, ''],
  cursor: [0, `{"permission":"deny","user_message":"${REASON}","agent_message":"${REASON}"}\n`, ''],
  codex: [2, claude, `${REASON}\n`],
  copilot: [0, `{${flat}}\n`, ''],
  'copilot-pascal': [0, `{${flat},${claude.slice(1)}`, ''],
  gemini: [0, decision, ''],
  antigravity: [0, decision, ''],
  windsurf: [2, '', `${REASON}\n`],
  opencode: [2, decision, `${REASON}\n`],
}
/** The bytes where nothing is said against it. */
const PASSED: Readonly<Record<string, string>> = { cursor: '{}\n', antigravity: '{"decision":"ask"}\n' }

/** Who sent it, by the name of its file: `codex-patch.deploy` is Codex's. */
const senderOf = (name: string): string => {
  const full = name.split('.')[0] ?? ''
  return full in DENIED ? full : (full.split('-')[0] ?? '')
}

/** Whose hook file it came through. */
const installedFor = (name: string): Host => {
  const sender = senderOf(name)
  if (name.includes('-as-claude') || !isHost(sender)) return 'claude'
  return sender
}

/** The words of a denial, wherever they stand. */
const wordsOf = ({ stdout, stderr }: Ran): string => {
  const told = /"((?:safe-deploy, rule )(?:[^"\\]|\\.)*)"/.exec(stdout)?.[1]
  return told ? JSON.parse(`"${told}"`) : stderr.trim()
}

const bytesOf = (ran: Ran): [number | null, string, string] => {
  const words = wordsOf(ran) || 'no words'
  return [ran.exit, ran.stdout.replaceAll(JSON.stringify(words).slice(1, -1), REASON), ran.stderr.replaceAll(words, REASON)]
}

describe('the answer to a host', () => {
  it.each(payloads.filter((name) => name.endsWith('.deploy')))('%s: denied, in its own bytes and exit code', async (name) => {
    const ran = await hook([installedFor(name)], payload(name))
    expect(bytesOf(ran)).toEqual(DENIED[senderOf(name)])
    expect(wordsOf(ran)).toMatch(/^safe-deploy, rule (?:fly|fly-mcp|guard-files): /)
  })

  it.each(payloads.filter((name) => name.endsWith('.clear')))('%s: nothing said', async (name) => {
    const ran = await hook([installedFor(name)], payload(name))
    expect([ran.exit, ran.stdout, ran.stderr]).toEqual([0, PASSED[senderOf(name)] ?? '', ''])
  })

  it.each(HOSTS)('%s: a foreign payload is answered as its sender understands it', async (installed) => {
    for (const sender of ['cursor', 'codex', 'copilot', 'gemini', 'antigravity', 'windsurf', 'vscode']) {
      expect([sender, ...bytesOf(await hook([installed], payload(`${sender}.deploy`)))]).toEqual([sender, ...(DENIED[sender] ?? [])])
    }
  })

  it.each(HOSTS)('%s: its canary is denied, wherever it stands', async (host) => {
    const ran = await hook([host], canaryFor(host, '/nowhere/at/all'))
    expect(bytesOf(ran)).toEqual(DENIED[host])
  })

  it('the words stand whole in what a host shows: below 500 characters, one line, no allow anywhere', async () => {
    for (const name of payloads) {
      const { stdout, stderr } = await hook([installedFor(name)], payload(name))
      expect(`${stdout}${stderr}`).not.toContain('allow')
      expect(wordsOf({ stdout, stderr, exit: 0, signal: null }).length).toBeLessThan(500)
    }
  })
})

describe('a payload that cannot be read', () => {
  const whole = payload('claude.clear')
  const twice = `{"tool_name":"Read",${whole.trim().slice(1)}`
  const escaped = `{"tool\\u005fname":"Read",${whole.trim().slice(1)}`
  const inner = whole.replace('"command": "git status --short"', '"command": "git status --short", "command": "fly deploy"')
  it.each<[string, string | Buffer]>([
    ['nothing at all', ''],
    ['blank lines', '\n \n'],
    ['no JSON', 'fly deploy'],
    ['cut off', whole.slice(0, 200)],
    ['a byte order mark', `\ufeff${whole}`],
    ['bytes behind it', `${whole}{}`],
    ['a NUL behind it', `${whole}\0`],
    ['a key twice', twice],
    ['a key twice, once escaped', escaped],
    ['a key twice, inside', inner],
    ['a list', '[]'],
    ['a string', '"fly deploy"'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['no tool', whole.replace('"tool_name"', '"tool_nam"')],
    ['a tool that is a number', whole.replace('"tool_name": "Bash"', '"tool_name": 7')],
    ['no command', whole.replace('"command"', '"comman"')],
    ['a command that is a number', whole.replace('"command": "git status --short"', '"command": 7')],
    ['a command that is a list of other things', whole.replace('"command": "git status --short"', '"command": [["fly"]]')],
    ['an input that is text', '{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":"git status --short"}'],
    ['not UTF-8', Buffer.concat([Buffer.from(whole.slice(0, -3)), Buffer.from([0xff]), Buffer.from('}\n')])],
    ['nested too deeply', `{"tool_name":"Bash","tool_input":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    ['larger than 8 MB', whole.replace('git status --short', 'a'.repeat(8 * 1024 * 1024))],
  ])('%s: denied, in the shape of its host', async (_, stdin) => {
    for (const host of ['claude', 'windsurf'] as const) {
      const ran = await hook([host], stdin)
      expect(bytesOf(ran)).toEqual(DENIED[host])
      expect(wordsOf(ran)).toMatch(/^safe-deploy, rule unreadable: /)
    }
  })

  it('with Copilot also where its arguments are JSON in a string that holds a key twice', async () => {
    const args = JSON.stringify('{"command":"git status --short","command":"fly deploy"}')
    const ran = await hook(['copilot'], `{"sessionId":"s","toolName":"bash","toolArgs":${args}}`)
    expect(bytesOf(ran)).toEqual(DENIED.copilot)
  })

  it('but whole ones with odd text pass', async () => {
    for (const command of ['', 'echo "{\\"a\\":1,\\"a\\":2}"', 'ls \\\\\\', 'echo \ufeff ü 🚀']) {
      const text = JSON.stringify({ ...JSON.parse(whole), tool_input: { command, list: [{ a: 1 }, { a: 1 }], nested: { command } } })
      expect([command, (await hook(['claude'], text)).stdout]).toEqual([command, ''])
    }
  })
})

describe('what is none of its business', () => {
  it.each([
    ['another tool', { hook_event_name: 'PreToolUse', tool_name: 'Read', tool_input: { file_path: '.claude/settings.json' } }],
    ['another event', { hook_event_name: 'PostToolUse', tool_name: 'Bash', tool_input: { command: 'fly deploy' } }],
    ['the start of a session', { hook_event_name: 'SessionStart', source: 'startup' }],
    [
      'a file of the user',
      { hook_event_name: 'PreToolUse', tool_name: 'Write', tool_input: { file_path: 'fly.toml', content: 'fly deploy' } },
    ],
    ['the config of the guard, which READ judges', { tool_name: 'Edit', tool_input: { file_path: 'safe-deploy.yml' } }],
    ['a look at a file of Fly by its MCP server', { tool_name: 'mcp__flyctl__fly-machine-list', tool_input: {} }],
    ['an MCP server that only sounds like Fly', { tool_name: 'mcp__flyway__migrate', tool_input: {} }],
  ])('%s: nothing said', async (_, sent) => {
    const ran = await hook(['claude'], JSON.stringify(sent))
    expect([ran.exit, ran.stdout, ran.stderr]).toEqual([0, '', ''])
  })
})

describe('who installed it', () => {
  it.each([['clade'], ['claude', '--strikt'], ['claude', 'codex']])(
    '%s %s: denied in every shape, with how it is written',
    async (...args) => {
      const ran = await hook(args, payload('claude.clear'))
      expect(`${ran.stdout}${ran.stderr}`).toContain('safe-deploy hook <claude|cursor|')
      expect(ran.stdout).toContain('"permissionDecision":"deny"')
      if (args.length === 1) {
        expect(ran.exit).toBe(2)
        for (const sign of ['"permission":"deny"', '"decision":"deny"', '"hookSpecificOutput"']) expect(ran.stdout).toContain(sign)
        expect(ran.stderr).not.toBe('')
      }
    },
  )
})
