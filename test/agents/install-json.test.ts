import { describe, expect, test } from 'vitest'
import type { Host } from '../../src/agents/hosts/host.ts'
import { freshJson, oursIn } from '../../src/agents/install/entries.ts'
import { JSON_HOSTS } from '../../src/agents/install/host-files.ts'
import { jsonPart } from '../../src/agents/install/merge-json.ts'
import { pick, randomFrom } from '../support/random.ts'

const NAMES = Object.keys(JSON_HOSTS) as Exclude<Host, 'opencode'>[]
const partOf = (host: Exclude<Host, 'opencode'>) => jsonPart(JSON_HOSTS[host].file, JSON_HOSTS[host].shape)

const put = (host: Exclude<Host, 'opencode'>, before: string | null) => {
  const judged = partOf(host).judge(before, null)
  if (!('text' in judged)) throw new Error(`${host}: ${JSON.stringify(judged)}`)
  return judged
}

/** A settings file as somebody may have it: own hooks in our lists and beside them, lists and objects with nothing in them, any layout. */
const userFile = (seed: number, host: Exclude<Host, 'opencode'>): string => {
  const random = randomFrom(seed)
  const own = () =>
    pick(random, [{ type: 'command', command: './mine.sh "a" \\ é' }, { matcher: 'Bash', hooks: [{ command: 'x' }] }, 'text', []])
  const value: Record<string, unknown> =
    random() < 0.5 ? { model: 'opus', permissions: { allow: ['Bash(.safe-deploy/hook)', 'Read'] } } : {}
  const { shape } = JSON_HOSTS[host]
  if (random() < 0.3) Object.assign(value, shape.root)
  for (const { path } of shape.entries) {
    if (random() < 0.35) continue
    const [outer = '', inner = ''] = path
    value[outer] ??= {}
    const holder = value[outer] as Record<string, unknown>
    if (random() < 0.7) holder[inner] = Array.from({ length: Math.floor(random() * 3) }, own)
  }
  if (random() < 0.5) value.zeta = [1, 2, { three: null }]
  const indent = pick(random, [2, 4, '\t', 0, 3])
  const text = JSON.stringify(value, null, indent) + pick(random, ['', '\n', '\n\n'])
  const loose = random() < 0.2 ? text.replaceAll('[]', '[ ]').replaceAll('{}', '{\n\n}') : text
  return pick(random, ['', '\uFEFF']) + (random() < 0.3 ? loose.replaceAll('\n', '\r\n') : loose)
}

const parsed = (text: string) => JSON.parse(text.replace('\uFEFF', ''))

describe('a hook file of a host', () => {
  test.each(NAMES)('of %s that we make is current, and goes as a whole', (host) => {
    const made = put(host, null)
    expect(made).toMatchObject({ state: 'missing', kept: { created: true } })
    expect(partOf(host).judge(made.text, made.kept)).toEqual({ state: 'current' })
    expect(partOf(host).remove(made.text, made.kept)).toEqual({ text: null })
    expect(partOf(host).remove(made.text, null)).toEqual({ text: null })
  })

  test.each(NAMES)('of %s: whatever a user has in it stays byte for byte, and comes back', (host) => {
    for (let seed = 0; seed < 150; seed++) {
      const before = userFile(seed, host)
      const { text, kept } = put(host, before)
      const told = `${host} ${seed}\n${before}\n---\n${text}`
      expect(partOf(host).judge(text, kept), told).toEqual({ state: 'current' })
      expect(partOf(host).remove(text, kept), told).toEqual({ text: before })
      expect(oursIn(parsed(text)).length, told).toBe(oursIn(JSON_HOSTS[host].shape.entries).length)
      // Everything of the user's is there, in its order: only insertions.
      let from = 0
      for (const char of before) {
        from = text.indexOf(char, from) + 1
        expect(from, told).toBeGreaterThan(0)
      }
      expect(text.includes('\r\n'), told).toBe(before.includes('\r\n'))
      if (before.includes('\r\n')) expect(text.replaceAll('\r\n', ''), told).not.toContain('\n')
    }
  })

  test.each(NAMES)('of %s that was formatted since is current, and gives back every value of the user', (host) => {
    for (let seed = 0; seed < 60; seed++) {
      const before = parsed(userFile(seed, host))
      const { text, kept } = put(host, JSON.stringify(before, null, 2))
      const formatted = JSON.stringify(parsed(text), null, 4)
      expect(partOf(host).judge(formatted, kept)).toEqual({ state: 'current' })
      const left = partOf(host).remove(formatted, kept)
      const after = 'text' in left && left.text ? parsed(left.text) : {}
      expect(oursIn(after)).toEqual([])
      expect(withoutEmpty(after), `${host} ${seed}`).toEqual(withoutEmpty({ ...JSON_HOSTS[host].shape.root, ...before }))
    }
  })

  test('an older entry of ours is replaced, and a handler that a user put beside it stays', () => {
    const old = {
      hooks: {
        PreToolUse: [
          {
            matcher: 'Bash',
            hooks: [
              { type: 'command', command: 'sh .safe-deploy/hook claude' },
              { type: 'command', command: './mine' },
            ],
          },
        ],
      },
    }
    const judged = partOf('claude').judge(JSON.stringify(old, null, 2), null)
    expect(judged.state).toBe('outdated')
    const { hooks } = parsed('text' in judged ? judged.text : '')
    expect(hooks.PreToolUse).toHaveLength(2)
    expect(hooks.PreToolUse[0]).toEqual({ matcher: 'Bash', hooks: [{ type: 'command', command: './mine' }] })
    expect(oursIn(hooks)).toHaveLength(2)
  })

  test('what a user adds to it later stays when ours goes', () => {
    const { text, kept } = put('cursor', '{\n  "version": 1,\n  "hooks": {}\n}\n')
    const added = text.replace('"hooks": {', '"hooks": {\n    "stop": [{ "command": "./bell" }],')
    const left = partOf('cursor').remove(added, kept)
    expect(parsed('text' in left ? (left.text ?? '') : '')).toEqual({ version: 1, hooks: { stop: [{ command: './bell' }] } })
  })

  test('a file of ours in which a user has something by now is kept', () => {
    const { text, kept } = put('copilot', null)
    const value = { ...parsed(text), mine: true }
    const left = partOf('copilot').remove(JSON.stringify(value), kept)
    expect(parsed('text' in left ? (left.text ?? '') : '')).toEqual({ version: 1, mine: true })
  })

  test.each([
    ['{\n  // mine\n  "a": 1\n}', 'line 2: a comment'],
    ['{\n  "a": 1, /* mine */\n "b": 2 }', 'line 2: a comment'],
    ['{"a": 1,}', 'line 1: a comma with nothing behind it'],
    ['{"a": 1, "a": 2}', 'line 1: the key "a" twice'],
    ['{"a": 1', 'line 1: the end, too early'],
    ['', 'line 1: the end, too early'],
    ['{"a": 1} x', 'line 1: something behind its end'],
    ['{"hooks": []}', 'hooks is a list, not an object'],
    ['{"hooks": {"PreToolUse": {}}}', 'hooks.PreToolUse is an object, not a list'],
    ['[]', 'the file is a list, not an object'],
    [`${'['.repeat(1000)}`, 'more levels'],
  ])('is refused where something would be lost: %s', (text, why) => {
    const judged = partOf('claude').judge(text, null)
    expect(judged).toMatchObject({ state: 'damaged' })
    expect('why' in judged ? judged.why : '').toContain(why)
  })

  test('of Codex has no key at its top that Codex would refuse', () => {
    expect(Object.keys(parsed(freshJson(JSON_HOSTS.codex.shape)))).toEqual(['description', 'hooks'])
    expect(parsed(put('codex', '{"hooks":{}}').text).description).toBeUndefined()
  })
})

/** Containers that hold nothing are pruned with what was in them, where no record says whose they were. */
const withoutEmpty = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutEmpty)
  const rest = Object.entries(value).map(([key, one]) => [key, withoutEmpty(one)] as const)
  return Object.fromEntries(rest.filter(([, one]) => typeof one !== 'object' || one === null || Object.keys(one).length > 0))
}
