import { quote } from '../words.ts'

/** What a terminal obeys: escapes as a whole, so that nothing of them is left. */
const ESCAPES =
  /\u001b\[[0-?]{0,64}[ -/]{0,8}[@-~]|\u001b[\]PX^_][^\u0007\u001b\u009c]{0,4096}(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]{0,4}[0-~]/g
/** Control characters but tab and line end, and what is not seen: marks of direction, joiners, fillers, tags. */
const HIDDEN = /(?![\t\n])\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}/gu
/** A longer line is cut by whoever writes it. */
const LINE = 2_000

const bare = (text: string): string => text.replace(ESCAPES, '').replace(/\r\n?/g, '\n').replace(HIDDEN, '')

/** Foreign text on one line. */
export const clean = (text: string): string => bare(text).replace(/\s+/g, ' ').trim()

/** The same, with nothing lost but what is not seen: its own lines, long ones in pieces. */
export const linesOf = (text: string): string[] =>
  bare(text)
    .split('\n')
    .flatMap((line) => (line.length <= LINE ? [line] : (line.match(new RegExp(`.{1,${LINE}}`, 'gu')) ?? [])))

/** At most so many characters. */
export const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`

/** `12:01:44` of the day it is now, else `11-27 12:01:44`; UTC. */
export const timeOf = (iso: string, now: number): string => {
  const at = Date.parse(iso)
  if (Number.isNaN(at)) return clip(clean(iso), 24)
  const whole = new Date(at).toISOString()
  return whole.slice(0, 10) === new Date(now).toISOString().slice(0, 10) ? whole.slice(11, 19) : whole.slice(5, 19).replace('T', ' ')
}

/** Rows under their heads, aligned; numbers to the right. The last column has no end. */
export const table = (heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] => {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => String(row[i] ?? '').length)))
  const cell = (value: string | number, i: number, right: boolean): string =>
    right ? String(value).padStart(widths[i] ?? 0) : String(value).padEnd(widths[i] ?? 0)
  const isNumber = (i: number): boolean => rows.length > 0 && rows.every((row) => typeof row[i] === 'number')
  return [heads, ...rows].map((row) =>
    row
      .map((value, i) => cell(value, i, isNumber(i)))
      .join('  ')
      .trimEnd(),
  )
}

/** A command as one types it. */
export const typed = (words: readonly string[]): string => words.map(quote).join(' ')
