import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Event } from '../../src/events.ts'
import { makePlainReporter } from '../../src/reporters/plain.ts'
import { makeTtyReporter } from '../../src/reporters/tty.ts'
import { screenOf } from './screen.ts'
import { healthy, STREAMS } from './streams.ts'

/** A terminal that keeps what is written to it. */
const terminal = (columns: number) => {
  const written: string[] = []
  const stream = new PassThrough({ decodeStrings: false, encoding: 'utf8' })
  stream.on('data', (text: string) => written.push(text))
  const tty = Object.assign(stream, { isTTY: true, columns, rows: 40 }) as unknown as NodeJS.WriteStream
  return { tty, text: () => written.join(''), output: { isTTY: true, columns, write: (text: string) => void stream.write(text) } }
}

const show = async (events: readonly Event[], columns: number, colour = false): Promise<string> => {
  const { tty, text, output } = terminal(columns)
  const reporter = makeTtyReporter({ output, terminal: tty, colour })
  for (const event of events) {
    reporter.emit(event)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await reporter.close()
  return text()
}

/** The drawing library looks at the process's own stdout for width and kind. */
const KEPT = { isTTY: process.stdout.isTTY, columns: process.stdout.columns }
const pretend = (isTTY: boolean | undefined, columns: number | undefined) => {
  Object.assign(process.stdout, { isTTY, columns })
}
beforeEach(() => pretend(true, 200))
afterEach(() => pretend(KEPT.isTTY, KEPT.columns))

describe.each([0, 80, 120])('a terminal of %i columns', (columns) => {
  it.each(Object.entries(STREAMS))('ends with the same lines for %s', async (name, events) => {
    pretend(true, columns)
    await expect(screenOf(await show(events, columns), columns || 1000)).toMatchFileSnapshot(`golden/${name}.tty${columns}.txt`)
  })
})

describe('a terminal', () => {
  it('leaves what plain text leaves, without the child’s own lines', async () => {
    const plain: string[] = []
    const reporter = makePlainReporter({ write: (text) => plain.push(text) })
    for (const event of healthy) if (event.type !== 'output' && event.type !== 'waiting') reporter.emit(event)
    expect(screenOf(await show(healthy, 120), 120)).toBe(plain.join('').trimEnd())
  })

  it('shows the running stage and its newest line while it runs, at most every 100 ms', async () => {
    const { tty, text, output } = terminal(80)
    const reporter = makeTtyReporter({ output, terminal: tty, colour: false })
    reporter.emit({ type: 'stage.started', stage: 'deploy', title: 'fly deploy' })
    await new Promise((resolve) => setTimeout(resolve, 150))
    for (let i = 0; i < 10_000; i++) reporter.emit({ type: 'output', source: 'deploy', name: 'x', text: `line ${i}\n` })
    await new Promise((resolve) => setTimeout(resolve, 250))
    const screen = screenOf(text(), 80)
    expect(screen).toContain('DEPLOY   fly deploy')
    expect(screen).toContain('line 9999')
    expect(text().length).toBeLessThan(20_000)
    await reporter.close()
    expect(screenOf(text(), 80)).toBe('')
  })

  it('takes the list off the screen for a question', async () => {
    const { tty, text, output } = terminal(80)
    const reporter = makeTtyReporter({ output, terminal: tty, colour: false })
    reporter.emit({ type: 'stage.started', stage: 'test', title: 'Does it work here?' })
    await new Promise((resolve) => setTimeout(resolve, 150))
    await reporter.hush()
    expect(screenOf(text(), 80)).toBe('')
    await reporter.close()
  })

  it('colours by tone, and only when colour is wanted', async () => {
    expect(await show([{ type: 'said', stage: null, tone: 'bad', text: 'no' }], 80, true)).toBe('\u001b[31mno\u001b[39m\n')
    expect(await show([{ type: 'said', stage: null, tone: 'bad', text: 'no' }], 80, false)).toBe('no\n')
  })

  it('leaves signals and the process alone', async () => {
    const before = process.listenerCount('SIGINT')
    await show(healthy, 80)
    expect(process.listenerCount('SIGINT')).toBeLessThanOrEqual(before + 1)
  })
})
