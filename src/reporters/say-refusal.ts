import type { Refusal } from '../errors.ts'
import { type Line, line } from './reporter.ts'
import { nextLines } from './typed.ts'

/** Why something was not done: what, why, who can lift it, and the commands that lead on. */
export const sayRefusal = (refusal: Refusal): Line[] => [
  line(''),
  line(refusal.what, 'bad'),
  ...refusal.why.map((why) => line(`  ${why}`)),
  ...(refusal.who ? [line(`  Who can lift it: ${refusal.who}.`)] : []),
  line(`  ${refusal.code}, exit ${refusal.exit}`, 'dim'),
  ...next('Next', refusal),
]

/** Behind a halt screen, which told what and why: what it rests on, and the ways out. */
export const sayWaysOut = (refusal: Refusal): Line[] => [
  ...(refusal.why.length > 0 ? [line('Seen', 'strong'), ...refusal.why.map((why) => line(`  ${why}`))] : []),
  ...(refusal.code === 'LEDGER_SPOOLED' ? [line(`  ${refusal.what}`, 'bad')] : []),
  ...next(`Ways out${refusal.who ? ` (${refusal.who})` : ''}`, refusal),
  line(`  ${refusal.code}, exit ${refusal.exit}`, 'dim'),
]

const next = (title: string, refusal: Refusal): Line[] =>
  refusal.next.length === 0 ? [] : [line(title, 'strong'), ...nextLines(refusal.next)]
