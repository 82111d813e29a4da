import { describe, expect, it } from 'vitest'
import { askedOf, folderOf } from '../../../src/agents/hosts/asked.ts'
import { HOSTS } from '../../../src/agents/hosts/host.ts'
import { type Payload, type Speaker, speakerOf } from '../../../src/agents/hosts/speaker.ts'
import { strictJson } from '../../../src/agents/hosts/strict-json.ts'
import { pick, randomFrom } from '../../support/random.ts'
import { payload, payloads } from './hook.ts'

const SPEAKERS: readonly Speaker[] = [...HOSTS, 'vscode', 'copilot-pascal']
const ODD: readonly unknown[] = [
  null,
  0,
  '',
  'x',
  true,
  [],
  {},
  [null],
  { command: 7 },
  { name: [] },
  { args: 'x' },
  'PreToolUse',
  'constructor',
]
const KEYS = [
  ...['hook_event_name', 'hookEventName', 'tool_name', 'tool_input', 'toolName', 'toolArgs', 'toolCall', 'agent_action_name', 'tool_info'],
  ...[
    'tool',
    'args',
    'command',
    'cwd',
    'workspace_roots',
    'workspacePaths',
    'cursor_version',
    'turn_id',
    'sessionId',
    'timestamp',
    '__proto__',
  ],
]

describe('a payload of any shape', () => {
  it('is answered, never a crash, and is no command that it does not hold', () => {
    const draw = randomFrom(7)
    for (let i = 0; i < 5000; i++) {
      const sent = Object.fromEntries(KEYS.filter(() => draw() < 0.4).map((key) => [key, pick(draw, ODD)])) as Payload
      for (const speaker of SPEAKERS) {
        const asked = askedOf(speaker, sent)
        if (asked.kind === 'shell') expect(JSON.stringify(sent)).toContain(JSON.stringify(asked.line))
      }
      expect(() => [folderOf(sent, {}), ...HOSTS.map((host) => speakerOf(host, sent))]).not.toThrow()
    }
  })

  it('means the same however its JSON is written', () => {
    const draw = randomFrom(11)
    /** Escapes letters at random, and puts space where space may be. */
    const rewritten = (value: unknown): string => {
      const space = () => ' \n\t'.slice(0, Math.floor(draw() * 3))
      if (typeof value === 'string') return escaped(value)
      if (Array.isArray(value)) return `[${space()}${value.map(rewritten).join(`${space()},${space()}`)}]`
      if (typeof value !== 'object' || value === null) return JSON.stringify(value)
      const pairs = Object.entries(value).sort(() => draw() - 0.5)
      return `{${space()}${pairs.map(([key, one]) => `${escaped(key)}${space()}:${space()}${rewritten(one)}`).join(`${space()},`)}${space()}}`
    }
    const escaped = (text: string): string =>
      `"${text
        .split('')
        .map((unit) => (draw() < 0.3 || /["\\\n]/.test(unit) ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}` : unit))
        .join('')}"`
    for (const name of payloads) {
      const whole = JSON.parse(payload(name)) as Payload
      const speaker = speakerOf('claude', whole)
      for (let i = 0; i < 20; i++) {
        const read = strictJson(rewritten(whole))
        if (!read.ok) throw new Error(read.why)
        const again = read.value as Payload
        expect([name, speakerOf('claude', again), askedOf(speaker, again)]).toEqual([name, speaker, askedOf(speaker, whole)])
      }
    }
  })
})

describe('strict JSON', () => {
  it.each([
    ['{"a":1,"a":2}'],
    ['{"a":1,"\\u0061":2}'],
    ['[{"b":{"a":1,"c":[],"a":{}}}]'],
    ['{"a\\"":1,"b":2,"a\\"":3}'],
    ['{"":1,"":2}'],
    ['{"a":"\\\\","a":1}'],
    ['\ufeff{}'],
    ['{} {}'],
    ['{}x'],
    ["{'a':1}"],
    ['{"a":1,}'],
    ['{"a":NaN}'],
    ['// x\n{}'],
    [''],
    ['"\n"'],
    ['{"a":"\u0000"}'],
  ])('refuses %j', (text) => expect(strictJson(text).ok).toBe(false))

  it.each([
    ['{"a":{"a":1},"b":[{"a":1},{"a":2}],"c":"a"}'],
    ['{"a":"\\"a\\":1","b":"{\\"a\\":1,\\"a\\":2}"}'],
    ['{"a\\\\":1,"a":2}'],
    ['["a","a",{"x":"a:"}]'],
    ['{"__proto__":1,"constructor":2}'],
    [' "a" '],
    ['7'],
  ])('takes %j', (text) => expect(strictJson(text)).toEqual({ ok: true, value: JSON.parse(text) }))

  it('in time that grows with its length alone', () => {
    for (const text of [
      `{"a":"${'\\\\'.repeat(2e6)}"}`,
      `{"a":"${'\\"'.repeat(2e6)}"}`,
      `[${'"a",'.repeat(1e6)}1]`,
      `[${'{"a":1},'.repeat(3e5)}1]`,
    ])
      expect(strictJson(text).ok).toBe(true)
    for (const text of ['['.repeat(1e6), '{"a":'.repeat(1e6), `${'['.repeat(1e5)}${']'.repeat(1e5)}`])
      expect(strictJson(text).ok).toBe(false)
  })
})
