import { describe, expect, it, vi } from 'vitest'
import type { Event } from '../../src/events.ts'
import { makeMask } from '../../src/redact.ts'
import { makeJsonReporter } from '../../src/reporters/json.ts'
import { masked } from '../../src/reporters/masked.ts'
import { canDraw, mayColour, pickReporter } from '../../src/reporters/pick.ts'
import { makePlainReporter } from '../../src/reporters/plain.ts'
import { halted, healthy, hostile, refused, STREAMS } from './streams.ts'

const plainText = async (events: readonly Event[]): Promise<string> => {
  const written: string[] = []
  const reporter = makePlainReporter({ write: (text) => written.push(text) })
  for (const event of events) reporter.emit(event)
  await reporter.close()
  return written.join('')
}

const jsonText = (events: readonly Event[]): string => {
  const written: string[] = []
  const reporter = makeJsonReporter({ write: (text) => written.push(text) }, { now: () => Date.UTC(2026, 10, 21) })
  for (const event of events) reporter.emit(event)
  return written.join('')
}

describe.each(Object.entries(STREAMS))('the stream %s', (name, events) => {
  it('reads the same in plain text', async () => {
    await expect(await plainText(events)).toMatchFileSnapshot(`golden/${name}.plain.txt`)
  })

  it('reads the same as JSON', async () => {
    await expect(jsonText(events)).toMatchFileSnapshot(`golden/${name}.ndjson`)
  })
})

describe('plain lines', () => {
  it('stay within twelve of ours on the healthy path', async () => {
    const ours = (await plainText(healthy)).split('\n').filter((line) => line !== '' && !line.startsWith('  │'))
    expect(ours.length).toBeLessThanOrEqual(12)
  })

  it('hold no control characters but newline and tab, whatever the text held', async () => {
    for (const events of Object.values(STREAMS)) expect(await plainText(events)).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u)
  })

  it('fold lines that repeat, and say how often they came', async () => {
    expect(await plainText(halted)).toContain('  │ waiting for machine\n  │ … the same line 39 more times\n  │ done\n')
  })

  it('print commands that a shell takes as they are', async () => {
    expect(await plainText(refused)).toContain(
      `safe-deploy deploy --config 'it'\\''s here.yml' '--override=protected-config:env_file=".env"=REASON'`,
    )
  })

  it('offer no flag for what only an acknowledgement answers', async () => {
    const text = await plainText(refused)
    expect(text).toContain('--accept=uninvited-major:redis=REASON')
    expect(text).not.toContain('--override=ships-failed-change')
  })

  it('keep the digest to plans', async () => {
    expect(await plainText(healthy)).not.toContain('1f0c2a9b7d3e4f55')
    expect(await plainText(refused)).toContain('--plan=1f0c2a9b7d3e4f55')
  })

  it('stay small for a tool that prints ten thousand lines', async () => {
    const events = Array.from({ length: 10_000 }, (): Event => ({ type: 'output', source: 'deploy', name: 'x', text: 'tick\n' }))
    expect((await plainText(events)).split('\n')).toHaveLength(3)
  })
})

describe('JSON lines', () => {
  const lines = (events: readonly Event[]) =>
    jsonText(events)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))

  it('are versioned and numbered without a gap', () => {
    const told = lines(halted)
    expect(told.map(({ v, seq }) => [v, seq])).toEqual(told.map((_, i) => [1, i + 1]))
  })

  it('carry the permanent code and complete next commands', () => {
    const refusal = lines(refused).find(({ type }) => type === 'refused')
    expect(refusal).toMatchObject({
      code: 'FINDINGS',
      exit: 10,
      next: [{ argv: ['safe-deploy', 'deploy'], needs: ['--accept=uninvited-major:redis'] }, {}],
    })
  })

  it('tell of a child how much it said, its last lines and its log, once, in place of what it said', () => {
    const chatty = Array.from(
      { length: 10_000 },
      (_, i): Event => ({ type: 'output', source: 'smoke', name: 'x', text: `${i}\n`, log: '/l' }),
    )
    const other: Event = { type: 'output', source: 'smoke', name: 'y', text: 'z\n' }
    expect(lines([...chatty, other, ...refused.slice(0, 1)]).slice(0, 2)).toMatchObject([
      { type: 'output', name: 'x', lines: 10_000, last: ['9995', '9996', '9997', '9998', '9999'], log: '/l' },
      { type: 'output', name: 'y', lines: 1 },
    ])
  })

  it('stay bounded for a change of any size, and say how large it was', () => {
    const at = refused.findIndex(({ type }) => type === 'change.read')
    const read = refused[at] as Extract<Event, { type: 'change.read' }>
    const one = read.change.files[0]
    if (!one) throw new Error('a file is expected')
    const files = Array.from({ length: 50_000 }, (_, i) => ({ ...one, path: `src/${i}.ts` }))
    const finding = refused.find(({ type }) => type === 'finding') as Extract<Event, { type: 'finding' }>
    const findings = Array.from({ length: 2000 }, (): Event => finding)
    const text = jsonText([{ ...read, change: { ...read.change, files } }, ...findings])
    expect(text.length).toBeLessThan(200_000)
    expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ files_total: 50_000, majors: [{ name: 'redis' }] })
  })

  it('end with one that alone says how it went', () => {
    expect(lines(halted).at(-1)).toMatchObject({
      type: 'done',
      ok: false,
      command: 'deploy',
      app: 'demo',
      exit: 21,
      code: 'PROBE_FAILED',
      result: { outcome: 'unhealthy', suspects: [{}] },
      error: { code: 'PROBE_FAILED', fix: 'safe-deploy rollback' },
      next: [{ argv: ['safe-deploy', 'rollback'], needs: [] }, {}],
    })
    expect(lines(healthy).at(-1)).toMatchObject({ ok: true, error: null, result: { outcome: 'deployed', level: 'probed' }, next: [] })
  })

  it('beat while nothing else is said, with the last line of who prints, and stop with the end', () => {
    vi.useFakeTimers()
    try {
      const written: string[] = []
      const reporter = makeJsonReporter({ write: (text) => written.push(text) }, { now: () => Date.now() })
      for (const event of halted.slice(0, 5)) reporter.emit(event)
      vi.advanceTimersByTime(31_000)
      const beats = written.map((text) => JSON.parse(text)).filter(({ type }) => type === 'heartbeat')
      expect(beats).toMatchObject([
        { stage: 'deploy', elapsed_ms: 15_000, lines: 2, last: 'waiting for machine', source: 'deploy' },
        { elapsed_ms: 30_000 },
      ])
      reporter.emit({ type: 'done', exit: 0, ms: 1, text: null })
      vi.advanceTimersByTime(60_000)
      expect(JSON.parse(written.at(-1) ?? '').type).toBe('done')
    } finally {
      vi.useRealTimers()
    }
  })

  it('show no digest outside a plan, and no contents of files', () => {
    expect(jsonText(healthy)).not.toContain('1f0c2a9b7d3e4f55')
    expect(jsonText(refused)).toContain('1f0c2a9b7d3e4f55')
    expect(jsonText(refused)).not.toContain('SettingsConfigDict')
  })
})

describe('which reporter', () => {
  const append = async () => {}
  const output = (isTTY: boolean, columns: number) => ({ isTTY, columns, write: () => {} })

  it('draws only on a terminal that knows its width and is not dumb', () => {
    expect(canDraw(output(true, 80), {})).toBe(true)
    expect(canDraw(output(true, 0), {})).toBe(false)
    expect(canDraw(output(false, 80), {})).toBe(false)
    expect(canDraw(output(true, 80), { TERM: 'dumb' })).toBe(false)
  })

  it('colours unless NO_COLOR says otherwise', () => {
    expect(mayColour({})).toBe(true)
    expect(mayColour({ NO_COLOR: '' })).toBe(true)
    expect(mayColour({ NO_COLOR: '1' })).toBe(false)
  })

  it('keeps talk off stdout while that carries JSON', async () => {
    const out: string[] = []
    const err: string[] = []
    const stdout = { isTTY: false, columns: 0, write: (text: string) => out.push(text) }
    const stderr = { isTTY: true, columns: 80, write: (text: string) => err.push(text) }
    const reporter = await pickReporter({ json: true, stdout, stderr, env: {}, clock: { now: () => 0 }, terminal: process.stdout, append })
    for (const event of hostile) reporter.emit(event)
    await reporter.close()
    for (const line of out.join('').trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ v: 1 })
    expect(err.join('')).toContain('after')
  })
})

describe('the mask', () => {
  it('covers every text of an event, wherever it lies', () => {
    const seen: Event[] = []
    const emit = masked((event) => seen.push(event), makeMask(['hunter2-is-secret']))
    for (const event of refused)
      emit(JSON.parse(JSON.stringify(event).replaceAll('Ann', 'hunter2-is-secret').replaceAll('redis', 'hunter2-is-secret')))
    expect(JSON.stringify(seen)).not.toContain('hunter2')
    expect(JSON.stringify(seen)).toContain('•••')
  })
})
