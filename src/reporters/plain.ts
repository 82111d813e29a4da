import type { Event } from '../events.ts'
import type { Output } from '../ports.ts'
import { makeFolding } from './folding.ts'
import { harmless, oneLine } from './harmless.ts'
import type { Reporter } from './reporter.ts'
import { type Context, follow, NOTHING_SAID, say } from './say.ts'

/** Lines without colour, for logs, pipes and terminals that can do no more. Child output is indented; lines that repeat are folded. */
export const makePlainReporter = (output: Pick<Output, 'write'>): Reporter => {
  const seen: { context: Context; waiting: string } = { context: NOTHING_SAID, waiting: '' }
  const folding = makeFolding()
  const write = (texts: readonly string[]) => {
    if (texts.length > 0) output.write(`${texts.join('\n')}\n`)
  }
  const child = (texts: readonly string[]) => write(texts.map((text) => `  │ ${text}`))
  const emit = (event: Event) => {
    if (event.type === 'output') return child(childLines(event.text).flatMap(folding.take))
    if (event.type === 'waiting') return waiting(event.text)
    const lines = say(event, seen.context)
    seen.context = follow(seen.context, event)
    if (lines.length === 0) return
    child(folding.rest())
    write(lines.map((line) => oneLine(line.text)))
  }
  /** A countdown is one wait, not many. */
  const waiting = (text: string) => {
    const kind = text.replace(/\d+/g, '#')
    if (kind === seen.waiting) return
    seen.waiting = kind
    child(folding.rest())
    write([`         ${oneLine(text)} …`])
  }
  return {
    emit,
    hush: async () => child(folding.rest()),
    close: async () => child(folding.rest()),
  }
}

/** The lines of a piece of child output, harmless. */
export const childLines = (text: string): string[] => (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n').map(harmless)
