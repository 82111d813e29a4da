import { oneLine } from './harmless.ts'
import type { Line, Tone } from './reporter.ts'

const CODES: Readonly<Record<Tone, readonly [on: number, off: number] | null>> = {
  plain: null,
  good: [32, 39],
  warn: [33, 39],
  bad: [31, 39],
  dim: [2, 22],
  strong: [1, 22],
}

/** The line for a terminal, harmless, in its colour when colour is wanted. */
export const paint = (line: Line, colour: boolean): string => {
  const text = oneLine(line.text)
  const code = colour && text !== '' ? CODES[line.tone] : null
  return code ? `\u001b[${code[0]}m${text}\u001b[${code[1]}m` : text
}
