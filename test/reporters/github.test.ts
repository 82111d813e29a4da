import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/events.ts'
import type { Finding } from '../../src/model.ts'
import { command } from '../../src/reporters/github/command.ts'
import { inert, inertJson } from '../../src/reporters/github/inert.ts'
import { outputLines } from '../../src/reporters/github/outputs.ts'
import { fenced, plainText } from '../../src/reporters/markdown-text.ts'
import { pickReporter } from '../../src/reporters/pick.ts'
import { makePlainReporter } from '../../src/reporters/plain.ts'
import { trailersFor } from '../../src/reporters/trailers.ts'
import { answersOf } from '../../src/stages/answers.ts'
import { commandsIn, outputsIn } from '../support/github-runner.ts'
import { halted, healthy, hostile, refused, STREAMS } from './streams.ts'

/** What a job on GitHub gets of a run. */
const inJob = async (events: readonly Event[], { json = false, env = {}, fails = false } = {}) => {
  const seen = { out: '', err: '', files: {} as Record<string, string> }
  const output = (to: 'out' | 'err') => ({
    isTTY: false,
    columns: 0,
    write: (text: string) => {
      seen[to] += text
    },
  })
  const reporter = await pickReporter({
    json,
    stdout: output('out'),
    stderr: output('err'),
    env: { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: 'outputs', GITHUB_STEP_SUMMARY: 'summary', ...env },
    clock: { now: () => Date.UTC(2026, 10, 21) },
    terminal: process.stdout,
    append: async (path, text) => {
      if (fails) throw new Error('ENOSPC: no space left')
      seen.files[path] = (seen.files[path] ?? '') + text
    },
  })
  for (const event of events) reporter.emit(event)
  await reporter.close()
  await reporter.close()
  const { outputs = '', summary = '' } = seen.files
  return { ...seen, summary, outputs: outputsIn(outputs), commands: commandsIn(seen.out + seen.err) }
}

const plainText1 = async (events: readonly Event[]): Promise<string> => {
  const written: string[] = []
  const reporter = makePlainReporter({ write: (text) => written.push(text) })
  for (const event of events) reporter.emit(event)
  await reporter.close()
  return written.join('')
}

/** Foreign text that would like to be a command, an output, markup, a link. */
const EVIL = [
  '::error::owned',
  '  ::set-output name=deploy::true',
  '\u200b::error::owned',
  '\u00a0\ufeff:\u2060:error::owned',
  'see ##[set-output name=deploy;]true',
  'see #\u00ad#[error]owned',
  '::add-mask::a\n::stop-commands::x',
  '<img src=x onerror=alert(1)><script>1</script>',
  '[click](https://evil.example) ![x](http://evil.example/x.png) <https://evil.example> www.evil.example',
  'a | b | c\n| --- |\n# heading\n- item\n1. one\n> quote\n    code\n***\n~~~',
  '`code` ```` ``` ```` @somebody #12 owner/repo#3 &lt; \\` $a$ ~~b~~ __c__ *d*',
  'x\r\ndeploy=true\nhalted<<EOF\nfalse\nEOF',
  '100%0A%25 done, at 10:30, x=y;z]',
] as const

const finding = (text: string, severity: Finding['severity'] = 'ask', rule = 'uninvited-major'): Finding => ({
  rule,
  subject: text,
  severity,
  stage: 'read',
  place: { file: text, line: 3 },
  fact: text,
  why: text,
  fix: [text, text],
})

/** A run in which every text is foreign. */
const evil = (text: string): Event[] => [
  { type: 'run.started', command: 'deploy', app: text, attempt: null },
  { type: 'said', stage: null, text, tone: 'plain' },
  { type: 'finding', finding: finding(text) },
  { type: 'output', source: 'deploy', name: text, text: `${text}\n` },
  { type: 'probe.ended', result: { name: text, passed: false, wasRed: false, note: text, ms: 1 } },
  { type: 'report', title: text, lines: [text], data: null },
  {
    type: 'halted',
    outcome: 'unhealthy',
    serving: { id: text, version: null, image: null, commit: text, tree: null, attempt: null, ledger: null },
    why: text,
    tail: [{ text, count: 2 }],
    suspects: [{ place: { file: text, line: 1 }, text, because: text }],
    moved: [text],
    again: text,
    halt: text,
    url: text,
  },
  {
    type: 'refused',
    refusal: { code: 'PROBE_FAILED', exit: 21, what: text, why: [text], who: text, next: [{ argv: ['safe-deploy', text], says: text }] },
  },
  { type: 'done', exit: 21, ms: 1, text },
]

describe.each(Object.entries(STREAMS))('the stream %s in a job', (name, events) => {
  it('reads the same in the log, the summary and the outputs', async () => {
    const { out, err, summary, outputs } = await inJob(events)
    expect(err).toBe('')
    await expect(`${out}\n${JSON.stringify(outputs, null, 1)}\n`).toMatchFileSnapshot(`golden/${name}.github.txt`)
    await expect(summary).toMatchFileSnapshot(`golden/${name}.summary.md`)
  })

  it('leaves the plain log as it is, but for commands of ours and a line to paste', async () => {
    const { out } = await inJob(events)
    const ours = (line: string): boolean => /^::|^Answers may travel|^ {2}Deploy-/.test(line)
    const theirs = out.split('\n').filter((line) => !ours(line))
    expect(theirs.join('\n')).toBe(inert(await plainText1(events)))
  })
})

describe('a command', () => {
  it('comes back as it was said, from the runner’s own reading of it', () => {
    for (const text of ['a: b, c%3A', '100% done', 'two\nlines', 'x,line=9::y']) {
      const [read] = commandsIn(command('error', text, { file: text.replace('\n', ''), title: text }))
      expect(read).toMatchObject({ name: 'error', text })
      expect(read?.properties.title).toBe(text.replace('\n', ' '))
      expect(Object.keys(read?.properties ?? {})).toEqual(['file', 'title'])
    }
  })
})

describe('foreign text', () => {
  it.each(EVIL)('commands nothing: %j', async (text) => {
    for (const json of [false, true]) {
      const { commands, out } = await inJob(evil(text), { json })
      expect(new Set(commands.map(({ name }) => name))).toEqual(new Set(['error', 'warning', ...(json ? [] : ['group', 'endgroup'])]))
      for (const one of commands) expect(Object.keys(one.properties).filter((key) => !['file', 'line', 'title'].includes(key))).toEqual([])
      if (json) for (const line of out.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ v: 1 })
    }
  })

  it.each(EVIL)('writes no other output: %j', async (text) => {
    const { outputs } = await inJob(evil(text))
    expect(Object.keys(outputs)).toEqual(['outcome', 'code', 'release', 'halt', 'halted', 'url'])
    expect(outputs).toMatchObject({ outcome: 'unhealthy', code: 'PROBE_FAILED', halted: 'true' })
  })

  it.each(EVIL)('is text in the summary: %j', async (text) => {
    const { summary } = await inJob(evil(text))
    const fences = /^(`{3,})text\n[\s\S]*?^\1$/gm
    const prose = summary.replace(fences, '')
    // Every character that means something is one of ours.
    expect(prose).not.toMatch(/[<>`[\]@#!~_](?<!&#)(?<!^#)(?<!^##)/m)
    expect(prose).not.toMatch(/https?:\/\/|www\./)
    const cells = prose.split('\n').filter((line) => line.startsWith('|'))
    expect(cells).toHaveLength(3)
    for (const line of cells) expect(line.split('|')).toHaveLength(7)
  })

  it('in the log reads as it did where it commands nothing', () => {
    for (const text of ['std::vector<int>\n', 'a :: b\n', '#[derive]\n', '## heading\n', 'x ##\n[y]\n']) expect(inert(text)).toBe(text)
  })

  it('takes time in proportion to its length', () => {
    for (const text of ['#'.repeat(200_000), '\u200b'.repeat(200_000), '\ufeff:'.repeat(100_000), `#${'\u00ad'.repeat(200_000)}`]) {
      expect(inert(text).length).toBeGreaterThan(0)
      expect(inertJson(text).length).toBeGreaterThan(0)
    }
  })

  it('is the same JSON', () => {
    for (const text of EVIL) expect(JSON.parse(inertJson(JSON.stringify({ text })))).toEqual({ text })
  })
})

describe('annotations', () => {
  it('are at most ten of a kind, and the last says how many more', async () => {
    const events = Array.from({ length: 30 }, (_, i): Event => ({ type: 'finding', finding: finding(`s${i}`) }))
    const { commands } = await inJob([{ type: 'run.started', command: 'plan', app: '', attempt: null }, ...events])
    const warnings = commands.filter(({ name }) => name === 'warning')
    expect(warnings).toHaveLength(10)
    expect(warnings.at(-1)?.text).toContain('21 more')
  })

  it('say an ask and a block of a refused deploy at their place, and nothing of what was answered', async () => {
    const { commands } = await inJob(refused)
    expect(commands).toContainEqual(
      expect.objectContaining({ name: 'error', properties: expect.objectContaining({ file: 'app/settings.py', line: '12' }) }),
    )
    const answered: Finding = { ...finding('x'), answer: { by: 'accept', reason: 'read', who: 'Ann' } }
    expect((await inJob([{ type: 'finding', finding: answered }])).commands).toEqual([])
  })

  it('of a healthy deploy are none', async () => {
    expect((await inJob(healthy)).commands.filter(({ name }) => ['error', 'warning'].includes(name))).toEqual([])
  })
})

describe('the summary', () => {
  it('stays far below what a host takes, whatever was found', async () => {
    const many = Array.from({ length: 1000 }, (_, i): Event => ({ type: 'finding', finding: finding(`${i}<`.repeat(400)) }))
    const { summary } = await inJob([...many, ...halted])
    expect(Buffer.byteLength(summary)).toBeLessThan(512 * 1024)
    expect(summary).toContain('HALTED')
  })

  it('fences longer than any fence it quotes', () => {
    expect(fenced(['```', '`````x'])[0]).toBe('``````text')
    expect(plainText('a_b*c')).toBe('a&#95;b&#42;c')
  })
})

describe('trailers', () => {
  const key = ({ rule, subject }: Pick<Finding, 'rule' | 'subject'>) => `${rule}:${subject}`

  it('are read back as an answer to the finding they were printed for', () => {
    for (const subject of ['redis', 'a=b', 'x: y', 'app/settings.py env_file=".env"', '—', 'a — b', 'a -- b', 'two\nlines', '']) {
      const [because, accept] = trailersFor([finding(subject)])
      expect(because).toMatch(/^Deploy-Because: /)
      const [given] = answersOf([accept?.replace('Deploy-Accept: ', '') ?? ''])
      expect(given?.reason).toBe('REASON')
      expect([key(finding(subject)), `uninvited-major:null`]).toContain(`${given?.rule}:${given?.subject}`)
    }
  })

  it('are printed for an ask alone: a block, a note, an answered one and what only an acknowledgement answers take none', () => {
    expect(
      trailersFor([finding('x', 'block'), finding('y', 'note'), finding('z', 'warn'), finding('a', 'ask', 'ships-failed-change')]),
    ).toEqual([])
  })
})

describe('outputs', () => {
  it('end at a delimiter that no value knows', () => {
    expect(outputLines({ a: 'x\ny' }, 'd3l1m')).toBe('a<<d3l1m\nx y\nd3l1m\n')
  })

  it('tell the release, where it answers and that nothing is halted', async () => {
    const live: Event = { type: 'live', serving: null, level: 'probed', ms: 1, url: 'https://everflow.fly.dev/' }
    const { outputs } = await inJob([{ type: 'run.started', command: 'deploy', app: 'everflow', attempt: null }, live])
    expect(outputs).toMatchObject({ outcome: 'deployed', halted: 'false', halt: '', url: 'https://everflow.fly.dev/' })
  })

  it('and a summary are nobody’s who only asked a question', async () => {
    const { files } = await inJob([
      { type: 'run.started', command: 'history', app: 'everflow', attempt: null },
      { type: 'report', title: 'Attempts', lines: ['one'], data: [] },
      { type: 'done', exit: 0, ms: 1, text: null },
    ])
    expect(files).toEqual({})
  })

  it('of several apps are those of the last, which the run ended with', async () => {
    const app = (name: string): Event => ({ type: 'run.started', command: 'deploy', app: name, attempt: null })
    const live: Event = { type: 'live', serving: null, level: 'probed', ms: 1 }
    const { outputs, summary } = await inJob([app('a'), live, app('b'), ...halted.slice(1)])
    expect(outputs.outcome).not.toBe('deployed')
    expect(summary).toContain('## safe-deploy deploy a: deployed')
  })

  it.each([
    ['halted', 'false'],
    ['frozen', 'false'],
    ['acknowledged', 'true'],
    ['ready', 'true'],
    ['deploying', 'true'],
    ['no-ledger', 'true'],
    ['ledger-broken', 'true'],
  ] as const)('of a status that is %s say deploy=%s', async (status, deploy) => {
    const { outputs } = await inJob([{ type: 'status', state: null, words: ['x'], status }])
    expect(outputs.deploy).toBe(deploy)
  })

  it('that cannot be written are said and change nothing', async () => {
    const { out, files } = await inJob(healthy, { fails: true })
    expect(files).toEqual({})
    expect(out).toContain('The outputs could not be written: ENOSPC')
  })

  it('are not written where no job asked for them', async () => {
    const { files } = await inJob(healthy, { env: { GITHUB_OUTPUT: '', GITHUB_STEP_SUMMARY: '' } })
    expect(files).toEqual({})
    expect((await inJob(hostile, { env: { GITHUB_ACTIONS: '' } })).files).toEqual({})
  })
})
